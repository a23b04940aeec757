"""Two parties whose accounts one agency opened do not approve a version by themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.contracts.identity import CustodyTold
from tests.products.test_other_parties import speaker
from tests.products.test_uses import use
from tests.products.world import World, content, refused
from tests.support.stateful import play

CLERK = "one-clerk"


def of_clerk(world: World, organisation: UUID, person: str = "") -> str:
    """The token of a representative whose account the clerk opened."""
    return speaker(world, organisation, person or str(uuid4()), CLERK)


async def test_the_second_approval_is_of_another_custodian(world: World) -> None:
    product = await world.drafted()
    await world.done(product, "submit")
    path = f"/products/{product['id']}/approve"
    first = await world.call("POST", path, token=of_clerk(world, world.police))
    assert first.status == 200, first.body
    same = await world.call("POST", path, token=of_clerk(world, world.village))
    assert refused(same) == (403, "same-custodian")
    assert (await world.act(product, "approve", world.village)).status == 200


async def test_changes_are_requested_by_another_custodian(world: World) -> None:
    product = await world.drafted()
    path, body = f"/products/{product['id']}", {"reason": "Terlalu panjang"}
    await world.call("POST", f"{path}/submit", token=of_clerk(world, world.police))
    same = await world.call("POST", f"{path}/request-changes", body, token=of_clerk(world, world.village))
    assert refused(same) == (403, "same-custodian")
    assert (await world.act(product, "request-changes", world.village, body)).status == 200


async def test_an_approval_that_became_void_binds_nobody(world: World) -> None:
    product = await world.drafted()
    path = f"/products/{product['id']}"
    await world.done(product, "submit")
    await world.call("POST", f"{path}/approve", token=of_clerk(world, world.village))
    await world.done(product, "take-back")
    await world.done(product, "submit")
    await world.done(product, "approve", world.police)
    answer = await world.call("POST", f"{path}/approve", token=of_clerk(world, world.village))
    assert answer.status == 200, answer.body


async def test_a_use_is_verified_by_another_custodian(world: World) -> None:
    product = await world.published()
    path = f"/products/{product['id']}/uses"
    used = await world.call("POST", path, use(), token=of_clerk(world, world.village))
    assert used.status == 201, used.body
    path = f"/uses/{used.body['id']}/verify"
    same = await world.call("POST", path, token=of_clerk(world, world.police))
    assert refused(same) == (403, "same-custodian")
    assert (await world.call("POST", path, by=world.police)).status == 200


class OneClerk(RuleBasedStateMachine):
    """Whatever the accounts of one custodian do, for however many parties."""

    parties = st.sampled_from(["police", "village", "school"])
    people = st.integers(1, 4)

    def __init__(self, wait: Any, world: World) -> None:
        super().__init__()
        self.wait, self.world = wait, world
        self.products: list[str] = []

    def post(self, path: str, party: str, person: int, body: Any = None) -> Any:
        token = of_clerk(self.world, getattr(self.world, party), str(UUID(int=person)))
        return self.wait(self.world.call("POST", path, body, token=token))

    @rule(party=parties, person=people)
    def drafts(self, party: str, person: int) -> None:
        body = content() | {"kind": "guidance", "partnership_id": str(self.world.partnership)}
        drafted = self.post("/products", party, person, body)
        assert drafted.status == 201, drafted.body
        self.products.append(drafted.body["id"])

    @rule(
        party=parties,
        person=people,
        which=st.integers(0, 3),
        verb=st.sampled_from(["submit", "approve", "approve", "take-back", "request-changes", "publish"]),
    )
    def acts(self, party: str, person: int, which: int, verb: str) -> None:
        if self.products:
            body = {"reason": "Keliru"} if verb == "request-changes" else None
            self.post(f"/products/{self.products[which % len(self.products)]}/{verb}", party, person, body)

    @rule(party=parties)
    def an_organisation_gets_a_workspace_of_its_own(self, party: str) -> None:
        event = CustodyTold(
            custody_id=uuid4(),
            organisation_id=getattr(self.world, party),
            custodian=f"the-{party}",
            own=True,
        )
        self.wait(self.world.hear(event))

    @invariant()
    def nothing_is_approved(self) -> None:
        for product in self.products:
            shown = self.wait(self.world.get(f"/products/{product}", self.world.police))
            assert all(version["state"] in ("draft", "in_review") for version in shown["versions"])


async def test_nothing_that_one_custodian_does_approves_a_product(sqlite_world: World) -> None:
    await play(lambda wait: OneClerk(wait, sqlite_world), examples=8, steps=15)
