"""Documents that say what the code does are held to it."""
