"""Coverage plans: declared audiences and exempt cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.vocabulary import Phase, ProductKind, Tense
from shared.refusal import Refusal


class AudienceTwice(Refusal):
    """An audience is declared once."""

    kind = "invalid"
    message = "The audience %(audience)s is listed twice."
    remedy = "List each audience once."


class ExemptionElsewhere(Refusal):
    """Only a cell of the declared audiences can be exempt."""

    kind = "invalid"
    message = "The exemption for %(audience)s is not for a declared audience."
    remedy = "Declare the audience, or remove its exemption."


class TenseOfNoPicture(Refusal):
    """Only situation pictures show a time."""

    kind = "invalid"
    message = "Only the exemption of a situation picture names a time, and %(kind_)s is none."
    remedy = "Leave out tense, or choose situation_picture."


class ExemptTwice(Refusal):
    """A cell is exempt once, for one reason: for every time, or for each time by itself."""

    kind = "invalid"
    message = "The cell %(kind_)s, %(phase)s, %(audience)s is exempt twice."
    remedy = "Give one reason for each cell."


@dataclass(eq=False)
class Exemption:
    """A cell of the coverage matrix that needs no product, for a reason.

    ``tense`` narrows the exemption of a situation picture to one time.
    """

    id: UUID
    kind: ProductKind
    phase: Phase
    audience: str
    reason: str
    tense: Tense | None = None

    @property
    def cell(self) -> tuple[str, str, str, str | None]:
        """The cell's kind, phase, audience and time."""
        return self.kind, self.phase, self.audience, self.tense

    def overlaps(self, other: Exemption) -> bool:
        """Whether both exempt the same: without a time, every time is exempt."""
        times = {self.tense, other.tense}
        return self.cell[:3] == other.cell[:3] and (len(times) == 1 or None in times)


@dataclass(eq=False)
class CoveragePlan:
    """The plan of one partnership; its id is that of the partnership."""

    id: UUID
    agency: str
    audiences: list[str] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)
    declared_by: UUID | None = None
    declared_at: datetime | None = None
    version: int = 0

    def declare(
        self, audiences: Sequence[str], exemptions: Sequence[Exemption], by: UUID | None, at: datetime
    ) -> None:
        """Replace the plan."""
        _require_once(audiences)
        seen: list[Exemption] = []
        for exemption in exemptions:
            if exemption.audience not in audiences:
                raise ExemptionElsewhere(audience=exemption.audience)
            if exemption.tense is not None and exemption.kind != ProductKind.SITUATION_PICTURE:
                raise TenseOfNoPicture(kind_=exemption.kind)
            if any(map(exemption.overlaps, seen)):
                raise ExemptTwice(kind_=exemption.kind, phase=exemption.phase, audience=exemption.audience)
            seen.append(exemption)
        known = {exemption.cell: exemption for exemption in self.exemptions}
        kept = []
        for exemption in exemptions:
            same = known.get(exemption.cell, exemption)
            same.reason = exemption.reason
            kept.append(same)
        self.audiences, self.exemptions = list(audiences), kept
        self.declared_by, self.declared_at = by, at


def _require_once(audiences: Sequence[str]) -> None:
    seen: set[str] = set()
    for audience in audiences:
        if audience in seen:
            raise AudienceTwice(audience=audience)
        seen.add(audience)
