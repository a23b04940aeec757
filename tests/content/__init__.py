"""What is kept of the files that people send."""
