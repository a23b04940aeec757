"""Domain model of partners, without I/O."""
