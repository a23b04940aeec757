"""Domain model of products, without I/O."""
