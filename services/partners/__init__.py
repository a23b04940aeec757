"""Partners service: organisations, partnerships, charters, boards, agreements."""
