"""The registry's promises, through its HTTP door."""
