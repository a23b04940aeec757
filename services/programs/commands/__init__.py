"""What can be done with problems and programmes: one command and one function per use case."""
