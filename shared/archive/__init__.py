"""Archives: everything that a service knows, written as JSON Lines and read in elsewhere."""
