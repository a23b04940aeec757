"""Domain model of identity, without I/O."""
