"""What the write path promises, on real databases."""
