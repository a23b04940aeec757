"""The backbone's promises, each on a real nats-server and real databases."""
