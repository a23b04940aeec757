"""What can be done with subscriptions, notices and deliveries: one function per use case."""
