"""What files hold: each accepted kind is read through before it is kept."""
