"""Search key: normalised text of a title and its area, equal on every database."""

from __future__ import annotations

from shared.areas import area_name
from shared.plain_text import letters


def search_key(area: str, *texts: str) -> str:
    """The search key of some texts, and of the names of an area and of those that contain it."""
    named = []
    while area:
        named.append(area_name(area) or "")
        area = area.rpartition(".")[0]
    return letters(" ".join((*texts, *named)))
