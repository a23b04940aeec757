"""What operators can do over HTTP."""
