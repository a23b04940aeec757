"""The events that the services publish: one module per publisher, plain data, no frameworks."""
