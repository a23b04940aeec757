"""Delivery channels: SMTP and signed webhooks."""
