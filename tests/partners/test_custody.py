"""A promise is confirmed by an account that another agency opened than its owner's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.partners.tables.custodians import CUSTODIANS
from shared.contracts.identity import CustodyTold
from shared.database.transaction import Context
from shared.identity.actor import SYSTEM
from tests.partners.assembly import Assembly, assembled
from tests.partners.test_commitments import promise, promised
from tests.support.stateful import play

CLERK = "one-clerk"
KEPT = {"note": "Lampunya menyala"}


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[Assembly]:
    """The registry with a partnership, on either database."""
    async with assembled(tmp_path, database_url) as assembly:
        yield assembly


def of_clerk(here: Assembly, party: str, person: str = "") -> str:
    """The token of a representative whose account the clerk opened."""
    organisation = UUID(here.organisations[party])
    who = person or str(uuid4())
    return here.system.token("representative", organisation=organisation, person=who, agency=CLERK)


async def told(here: Assembly, party: str, custodian: str, *, own: bool = False) -> None:
    """Have identity tell who opens the accounts of an organisation."""
    organisation = UUID(here.organisations[party])
    event = CustodyTold(custody_id=uuid4(), organisation_id=organisation, custodian=custodian, own=own)
    context = Context(actor=SYSTEM, correlation_id="test", causation_id="test")
    handler = CUSTODIANS.projection.handlers[CustodyTold.type()]
    (registry,) = here.system.runtimes
    await registry.database.write(context, lambda tx: handler(tx, event))


async def test_a_promise_is_not_confirmed_by_an_account_of_the_same_custodian(here: Assembly) -> None:
    commitment = await promised(here)
    await told(here, "village", CLERK)
    path = f"commitments/{commitment}/confirm"
    assert await here.refused(path, KEPT, by=of_clerk(here, "police")) == "same-custodian"
    assert (await here.made(path, KEPT, by=here.representative("police")))["state"] == "kept"


async def test_who_made_a_promise_for_a_party_does_not_confirm_it_for_another(here: Assembly) -> None:
    made = await here.made("commitments", promise(here), by=of_clerk(here, "village"))
    await told(here, "village", "the-village", own=True)
    path = f"commitments/{made['id']}/confirm"
    assert await here.refused(path, KEPT, by=of_clerk(here, "police")) == "same-custodian"


async def test_everybody_reads_which_agency_holds_the_accounts_of_each_party(here: Assembly) -> None:
    path = f"partnerships/{here.partnership}/custodians"

    async def listed() -> dict[str, tuple[str, bool | None]]:
        shown = (await here.get(path)).body
        assert [each["organisation_id"] for each in shown] == list(here.organisations.values())
        return {each["organisation_name"]: (each["agency"], each["own"]) for each in shown}

    registrar = ("polresta-contoh", None)
    assert await listed() == dict.fromkeys(
        (f"Contoh {party}" for party in ("police", "village", "school", "radio")), registrar
    )
    await told(here, "police", CLERK)
    await told(here, "village", "the-village", own=True)
    held = await listed()
    assert (held["Contoh police"], held["Contoh village"]) == ((CLERK, False), ("the-village", True))
    assert (await here.get(f"partnerships/{uuid4()}/custodians")).status == 404


class OneClerk(RuleBasedStateMachine):
    """Whatever the accounts of one custodian do, for however many parties."""

    parties = st.sampled_from(["police", "village"])
    people = st.integers(1, 4)

    def __init__(self, wait: Any, here: Assembly) -> None:
        super().__init__()
        self.wait, self.here = wait, here
        self.commitments: list[str] = []
        for party in ("police", "village"):
            wait(told(here, party, CLERK))

    def post(self, path: str, party: str, person: int, body: Any) -> Any:
        return self.wait(self.here.post(path, body, by=of_clerk(self.here, party, str(UUID(int=person)))))

    @rule(party=parties, person=people)
    def promises(self, party: str, person: int) -> None:
        made = self.post("commitments", party, person, promise(self.here))
        assert made.status == 201, made.body
        self.commitments.append(made.body["id"])

    @rule(party=parties, person=people, which=st.integers(0, 4))
    def confirms(self, party: str, person: int, which: int) -> None:
        if self.commitments:
            commitment = self.commitments[which % len(self.commitments)]
            self.post(f"commitments/{commitment}/confirm", party, person, KEPT)

    @rule(party=parties)
    def an_organisation_gets_a_workspace_of_its_own(self, party: str) -> None:
        self.wait(told(self.here, party, f"the-{party}", own=True))

    @invariant()
    def no_promise_is_kept(self) -> None:
        for commitment in self.commitments:
            assert self.wait(self.here.get(f"commitments/{commitment}")).body["state"] == "open"


async def test_nothing_that_one_custodian_does_confirms_a_promise(here: Assembly) -> None:
    await play(lambda wait: OneClerk(wait, here), examples=8, steps=15)
