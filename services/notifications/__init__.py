"""Notifications service: notices to subscribers by e-mail, webhook and inbox."""
