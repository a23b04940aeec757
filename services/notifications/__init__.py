"""Notices about what happened, to those who asked for them: by e-mail, webhook and inbox."""
