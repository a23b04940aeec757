"""The demonstration, as a person sees it."""
