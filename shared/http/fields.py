"""The kinds of text that requests hold."""

from typing import Annotated

from pydantic import StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
"""A name or a title."""

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=5000)]
"""A text of some paragraphs."""
