"""Portal: web pages and live event feed."""
