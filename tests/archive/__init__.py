"""What an archive promises."""
