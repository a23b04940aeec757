"""Event contracts: the events that services publish, a package per publisher, without frameworks."""
