"""Service host: runs services in one process, with their broker and databases."""
