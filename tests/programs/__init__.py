"""What programmes promise, through their HTTP door."""
