"""Work that is too heavy, or too dangerous, for the process that serves requests."""
