"""Personal data: declarations, erasure, export, retention, encryption in archives."""
