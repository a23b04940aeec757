"""What readers see in which language."""
