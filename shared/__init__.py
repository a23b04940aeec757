"""What every service stands on: contracts, database, events, HTTP, the host."""
