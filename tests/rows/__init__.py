"""What the rows of every service show, to whom, and whose they are."""
