"""Labels of audiences."""

from collections.abc import Callable

from shared.i18n import N_

_YOUTH, _PARENTS, _RESIDENTS = N_("Young people"), N_("Parents"), N_("Residents")
_STUDENTS, _OFFICERS, _RIDERS = N_("Students"), N_("Officers"), N_("Riders and drivers")
_GENERAL = N_("General public")
AUDIENCES = {
    "general": _GENERAL,
    "umum": _GENERAL,
    "youth": _YOUTH,
    "remaja": _YOUTH,
    "parents": _PARENTS,
    "orang-tua": _PARENTS,
    "residents": _RESIDENTS,
    "warga": _RESIDENTS,
    "students": _STUDENTS,
    "pelajar": _STUDENTS,
    "officers": _OFFICERS,
    "petugas": _OFFICERS,
    "riders": _RIDERS,
    "pengendara": _RIDERS,
}
"""Common audiences, in either language; any other is free text."""


def audience_label(slug: str, translate: Callable[[str], str]) -> str:
    """The label of a common audience, translated; of any other, its words, which it writes with hyphens."""
    return translate(AUDIENCES[slug]) if slug in AUDIENCES else slug.replace("-", " ")
