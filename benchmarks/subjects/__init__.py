"""Three ways to do the same work: accept a thing over HTTP, publish it, follow it in another table."""
