"""What can be done with accounts, sessions and tokens: one command and one function per use case."""
