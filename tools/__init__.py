"""Tools for people who work on Kemitraan itself; not part of what is installed."""
