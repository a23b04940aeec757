"""What can be read in the registry."""
