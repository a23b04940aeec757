"""What people read: an edition as a printed leaflet and as a page; nothing here knows a database or HTTP."""
