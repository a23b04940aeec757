"""Use cases of programs: a command and a function each."""
