"""How products stand to one another."""

from __future__ import annotations

from typing import Self

from shared.i18n import N_
from shared.labelled import Labelled


class ProductRelation(Labelled):
    """A relation between products; ``inverse`` is its name seen from the other product."""

    inverse: str

    def __new__(cls, value: str, label: str = "", inverse: str = "") -> Self:
        """A member with the label of its other side."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.inverse = label, inverse
        return member

    NEW_VERSION_OF = "new_version_of", N_("New version of"), N_("is a new version of this")
    REPLACES = "replaces", N_("Replaces"), N_("replaces this")
    TRANSLATION_OF = "translation_of", N_("Translation of"), N_("is a translation of this")
    DERIVED_FROM = "derived_from", N_("Derived from"), N_("is derived from this")
    REQUIRES = "requires", N_("Requires"), N_("requires this")
