"""Which refusals a function can end in is read from what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

import pytest

from shared.database.transaction import Transaction
from shared.http import reached_refusals
from shared.http.reached_refusals import reached_from
from shared.identity.actor import Actor, NotAParty, RoleMissing, SignInFirst
from shared.identity.permissions import (
    ForPeopleAlone,
    NotYours,
    Permission,
    Relation,
    Role,
    by_people,
    may,
)
from shared.refusal import Refusal
from shared.states import ActImpossible, Machine

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _of_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in this module is read too."""
    monkeypatch.setattr(reached_refusals, "_OURS", ("shared", "tests"))


class Locked(Refusal):
    """It is locked."""

    kind = "conflict"
    message = "It is locked."


class Away(Refusal):
    """It is away."""

    kind = "unknown"
    message = "It is away."


class Empty(Refusal):
    """There is nothing in it."""

    kind = "invalid"
    message = "It is empty."


class Lid(StrEnum):
    """How the box is."""

    SHUT = "shut"
    OPEN = "open"


MACHINE = Machine("box", {(Lid.SHUT, "open"): Lid.OPEN})
OWNERS = Permission(may(Role.COORDINATOR))


@dataclass(eq=False)
class Box:
    """Something with rules of its own."""

    parts: list[Box] = field(default_factory=list)

    def unlock(self) -> None:
        raise Locked

    @property
    def filled(self) -> int:
        raise Empty


class Shelf:
    """Something that holds one."""

    def __init__(self, box: Box) -> None:
        self.box = box

    def search(self) -> Box:
        if not self.box.parts:
            raise Away
        return self.box


def load(kind: type[T]) -> T:
    raise Away


def run(work: Callable[[], T]) -> T:
    return work()


def by_type() -> None:
    load(Box).unlock()


def by_parts(box: Box) -> None:
    for part in box.parts:
        part.unlock()


def by_attribute(shelf: Shelf) -> None:
    shelf.box.unlock()


def by_property(shelf: Shelf) -> int:
    return shelf.search().filled


def by_machine() -> None:
    MACHINE.after(Lid.SHUT, "open")


def by_permission(actor: Actor) -> None:
    OWNERS.require(actor, set())


def by_reference(box: Box) -> None:
    run(partial(Box.unlock, box))


def by_outcome() -> Refusal:
    return Empty()


def caught(box: Box) -> None:
    try:
        box.unlock()
    except Locked:
        return


def caught_and_raised(box: Box) -> None:
    try:
        box.unlock()
    except Locked:
        raise Away from None


def raised_again(box: Box) -> None:
    try:
        box.unlock()
    except Locked:
        raise


def handed_on(box: Box) -> Refusal | None:
    try:
        box.unlock()
    except Locked as refusal:
        return refusal
    return None


def asked_about(refusal: Refusal) -> bool:
    return isinstance(refusal, Locked)


@pytest.mark.parametrize(
    ("function", "refusals"),
    [
        (by_type, {Away, Locked}),
        (by_parts, {Locked}),
        (by_attribute, {Locked}),
        (by_property, {Away, Empty}),
        (by_machine, {ActImpossible}),
        (by_permission, {SignInFirst, RoleMissing}),
        (by_reference, {Locked}),
        (by_outcome, {Empty}),
        (caught, set()),
        (caught_and_raised, {Away}),
        (raised_again, {Locked}),
        (handed_on, {Locked}),
        (asked_about, set()),
    ],
)
def test_a_refusal_is_found_on_its_way_out(
    function: Callable[..., Any], refusals: set[type[Refusal]]
) -> None:
    assert reached_from(function) == refusals


def test_what_is_loaded_can_be_unknown_or_changed() -> None:
    codes = {kind.code for kind in reached_from(Transaction.get)}
    assert codes == {"unknown-aggregate", "changed-since-read"}


def test_who_is_refused_follows_from_the_grants() -> None:
    assert Permission(may(Role.PUBLIC)).refusals == frozenset()
    own = by_people(may(Role.ANYBODY, of=Relation.OWN) + may(Role.COORDINATOR, of=Relation.PARTY))
    assert own.refusals == {SignInFirst, RoleMissing, ForPeopleAlone, NotYours, NotAParty}
