"""What can be done in the registry: one command and one function per use case."""
