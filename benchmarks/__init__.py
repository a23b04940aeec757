"""Speed, as ratios side by side in one run: this system, the textbook way, and the hand-written ceiling."""
