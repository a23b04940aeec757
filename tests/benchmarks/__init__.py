"""What the benchmarks work out of what they measure."""
