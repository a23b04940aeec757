"""Whole partnerships on whole systems, in every setting, also when parts are killed."""
