"""What can be done with products: one command and one function per use case."""
