"""What every service needs of the registry of partnerships: the one place in `shared` that speaks of them."""
