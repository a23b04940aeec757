"""What a process tells of itself: lines, metrics and spans."""
