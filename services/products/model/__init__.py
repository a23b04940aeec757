"""Products and their versions, what they are related to, how they were used and printed, for whom."""
