"""Background work of the notifications."""
