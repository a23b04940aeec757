"""What can be read of problems and programmes."""
