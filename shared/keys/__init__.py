"""Key management: creating, listing and rotating keys."""
