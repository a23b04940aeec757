"""Whoever judges work has no hand in it, and does not belong to whoever did it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shared.identity.four_eyes import tie_to_work

OWNER, JUDGE = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("by", "person", "belongs", "tie"),
    [
        (JUDGE, "somebody else", False, None),
        (OWNER, "somebody else", False, "party"),
        (JUDGE, "began it", False, "person"),
        (JUDGE, "somebody else", True, "person"),
    ],
)
def test_a_judge_is_tied_by_the_party_by_a_hand_and_by_a_membership(
    by: object, person: str, belongs: bool, tie: str | None
) -> None:
    found = tie_to_work(by, person, owner=OWNER, hands=["began it", "uploaded"], belongs=belongs)  # type: ignore[arg-type]
    assert found == tie
