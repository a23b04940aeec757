"""What was published once must be readable for ever."""
