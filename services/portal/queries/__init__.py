"""What the pages show, read from the services' APIs as whoever looks at them."""
