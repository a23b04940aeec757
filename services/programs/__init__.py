"""The programmes of a partnership: their stages, their evidence, and its acceptance by another party."""
