"""State machines: one transition table each, from which code, refusals and diagrams are derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from shared.refusal import Refusal, Term

S = TypeVar("S", bound=StrEnum)


class ActImpossible(Refusal):
    """The state does not allow the act."""

    kind = "conflict"
    message = "“%(act)s” is not possible: the state of the %(thing)s is “%(state)s”."
    remedy = "Possible in this state: %(possible)s."


class Machine(Generic[S]):
    """Every transition of one kind of object: ``(from, act) → to``.

    ``thing`` is its name (“stage”). Acts are verbs (“submit”), or events (“term passed”). Names and acts
    are texts for the catalogues; they are extracted from literals.
    """

    def __init__(self, thing: str, moves: Mapping[tuple[S, str], S]) -> None:
        self.thing = thing
        self.moves = dict(moves)

    def after(self, state: S, act: str) -> S:
        """The state after ``act`` in ``state``; raises :class:`ActImpossible`."""
        following = self.moves.get((state, act))
        if following is None:
            raise ActImpossible(
                act=Term(act),
                thing=Term(self.thing),
                state=state,
                possible=[Term(act) for act in self.acts(state)] or "–",
            )
        return following

    def allows(self, state: S, act: str) -> bool:
        """Whether ``act`` is possible in ``state``."""
        return (state, act) in self.moves

    def acts(self, state: S) -> list[str]:
        """The possible acts in ``state``, in the table's order."""
        return [act for before, act in self.moves if before is state]

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram; states that nothing leads to are initial."""
        lines = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in self._beginnings())]
        lines += [f"    {before} --> {after}: {act}" for (before, act), after in self.moves.items()]
        lines += [f"    {state} --> [*]" for state in self._ends()]
        return "\n".join(lines)

    def _beginnings(self) -> Iterator[S]:
        reached = {after for (before, _), after in self.moves.items() if after is not before}
        seen = dict.fromkeys(before for before, _ in self.moves)
        free = [state for state in seen if state not in reached]
        yield from free or list(seen)[:1]

    def _ends(self) -> Iterator[S]:
        left = {before for before, _ in self.moves}
        yield from dict.fromkeys(after for after in self.moves.values() if after not in left)
