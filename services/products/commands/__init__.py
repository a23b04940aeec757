"""Use cases of products: a command and a function each."""
