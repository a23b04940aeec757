"""What is done by worker processes."""
