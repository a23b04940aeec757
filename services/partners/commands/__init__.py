"""Use cases of partners: a command and a function each."""
