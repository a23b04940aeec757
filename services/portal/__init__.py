"""The portal: one public page about what partnerships do, with a live feed of their events."""
