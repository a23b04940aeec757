"""Papers for the office, printed from the records."""
