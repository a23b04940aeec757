"""What products promise, through their HTTP door."""
