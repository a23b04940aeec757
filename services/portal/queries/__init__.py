"""Data of the pages, read from the services' APIs as the signed-in user."""
