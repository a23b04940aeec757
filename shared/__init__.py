"""What every service stands on: the backbone, the contracts and the small shared rooms."""
