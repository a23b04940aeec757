"""The services of Kemitraan: each owns its data and speaks to the others through events."""
