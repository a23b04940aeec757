"""Keys: made, listed and replaced."""
