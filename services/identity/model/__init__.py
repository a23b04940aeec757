"""Identity's things: their states and their rules, without any I/O."""
