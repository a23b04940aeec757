"""Renderers of a version: PDF leaflet, HTML page, feeds; without database or HTTP."""
