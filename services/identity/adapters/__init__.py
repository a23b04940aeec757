"""Systems outside that identity speaks to."""
