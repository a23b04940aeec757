"""Use cases of identity: a command and a function each."""
