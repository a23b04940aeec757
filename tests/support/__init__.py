"""The real parts that tests start: broker, databases, mail, webhooks, a browser."""
