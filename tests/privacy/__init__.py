"""What is personal, and what becomes of it."""
