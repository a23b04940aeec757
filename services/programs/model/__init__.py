"""Domain model of programs, without I/O."""
