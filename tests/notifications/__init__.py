"""What notifications promise, with real mail and real webhooks."""
