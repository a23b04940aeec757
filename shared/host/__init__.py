"""Running services, and the parts they stand on, in one process."""
