"""The reference at ``/docs``: every operation and every event, as pages without script."""
