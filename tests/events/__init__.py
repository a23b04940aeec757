"""What relay, projections and reactions promise, on a real nats-server and real databases."""
