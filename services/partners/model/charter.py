"""Charters: versions, signatures and comparison of versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal
from uuid import UUID

from services.partners.model.party import Party
from shared.refusal import Refusal

MOST_COMPARED = 400
"""The maximum number of words to compare, without the common beginning and end."""
_WORDS = re.compile(r"\s*\S+|\s+")


class CharterNotProposed(Refusal):
    """Only a proposed charter can be signed."""

    kind = "conflict"
    message = "No charter awaits signatures: the state of the partnership is “%(state)s”."
    remedy = "The lead party must propose a charter first."


class CharterSignedAlready(Refusal):
    """Each party signs a version once."""

    kind = "conflict"
    message = "%(party)s has already signed version %(version)s of the charter."
    remedy = "This party has nothing more to do."


class ObserversDoNotSign(Refusal):
    """Observers take part without being bound."""

    kind = "conflict"
    message = "%(party)s is an observer, and observers do not sign."
    remedy = "Only lead or member parties are bound by the charter."


class SignedForAnotherParty(Refusal):
    """Each party needs another person to sign for it."""

    kind = "forbidden"
    message = "You have already signed version %(version)s of the charter for another party."
    remedy = "Ask another representative of %(party)s to sign."
    reason = "the person has already signed for another party"


class CharterUnread(Refusal):
    """The signature is for another version than the proposed one."""

    kind = "stale"
    message = "The proposed charter is version %(proposed)s; your signature is for version %(signed)s."
    remedy = "Read the proposed version, then sign it."


class CharterUnknown(Refusal):
    """The charter has no version with that number."""

    kind = "unknown"
    message = "The charter has no version %(number)s; its versions are numbered from 1 to %(newest)s."
    remedy = "List the versions of the charter to see their numbers."


@dataclass(eq=False)
class Signature:
    """One party's signature under one version of the charter, by an opaque person id."""

    party_id: UUID
    person: str
    signed_at: datetime


@dataclass(eq=False)
class Charter:
    """One version of the charter, stored as it was proposed.

    ``proposed_by`` is an organisation; ``endorsed_at`` is when the last party signed; ``withdrawn_at`` is
    when an unsigned proposal ended: withdrawn, replaced by another, or void.
    """

    number: int
    vision: str
    mission: str
    means: list[str]
    proposed_by: UUID
    proposed_at: datetime
    endorsed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    signatures: list[Signature] = field(default_factory=list)

    @property
    def is_proposal(self) -> bool:
        """Whether it awaits signatures."""
        return self.endorsed_at is None and self.withdrawn_at is None

    @property
    def signed_by(self) -> set[UUID]:
        """The parties that have signed this version."""
        return {signature.party_id for signature in self.signatures}

    def sign(self, party: Party, number: int, person: str, at: datetime) -> None:
        """Add a party's signature under the version ``number``, which is the one that was read."""
        if not party.must_sign:
            raise ObserversDoNotSign(party=party.organisation_name)
        if number != self.number:
            raise CharterUnread(proposed=self.number, signed=number)
        if party.id in self.signed_by:
            raise CharterSignedAlready(party=party.organisation_name, version=self.number)
        if any(signature.person == person for signature in self.signatures):
            raise SignedForAnotherParty(party=party.organisation_name, version=self.number)
        self.signatures.append(Signature(party.id, person, at))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text that two versions share, or that only one of them has."""

    kind: Literal["same", "removed", "added"]
    text: str


def changes(before: Charter, after: Charter) -> dict[str, list[Part]]:
    """The changes of each field, word by word, in reading order.

    The parts that are same or added make up the later text exactly, those same or removed the earlier one.
    """
    return {
        "vision": _parts(_WORDS.findall(before.vision), _WORDS.findall(after.vision), ""),
        "mission": _parts(_WORDS.findall(before.mission), _WORDS.findall(after.mission), ""),
        "means": _parts(before.means, after.means, " "),
    }


def _parts(before: list[str], after: list[str], glue: str) -> list[Part]:
    return [Part(kind, glue.join(words)) for kind, words in _runs(before, after) if words]


def _runs(
    before: list[str], after: list[str]
) -> Iterator[tuple[Literal["same", "removed", "added"], list[str]]]:
    begin = _alike(before, after)
    finish = _alike(before[begin:][::-1], after[begin:][::-1])
    ended, new_ended = len(before) - finish, len(after) - finish
    yield "same", before[:begin]
    if max(ended, new_ended) - begin > MOST_COMPARED:
        # Comparing takes quadratic time or more: a complete rewrite is shown as such.
        yield "removed", before[begin:ended]
        yield "added", after[begin:new_ended]
    else:
        yield from _compared(before[begin:ended], after[begin:new_ended])
    yield "same", before[ended:]


def _alike(before: list[str], after: list[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))


def _compared(
    before: list[str], after: list[str]
) -> Iterator[tuple[Literal["same", "removed", "added"], list[str]]]:
    for act, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if act == "equal":
            yield "same", before[start:end]
        else:
            yield "removed", before[start:end]
            yield "added", after[new_start:new_end]
