"""Things that wait for one certain act by one certain client, and who that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.identity.actor import Actor
from tests.http.seeded import Seeded
from tests.support.wait import eventually

ELSEWHERE = "polres-lain"


@dataclass(frozen=True)
class Waiting:
    """What an operation is to be about, and what it says beyond that, sent by whoever may."""

    path: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    body: dict[str, str] = field(default_factory=dict)


Waits = dict[str, Waiting]
"""By the label of the operation."""


async def seed_waiting(seeded: Seeded, address: str) -> Waits:
    """Make what waits; ``address`` takes what is sent to a webhook."""
    return {
        **await _partnerships(seeded),
        **await _webhook(seeded, address),
        "POST /api/partners/v1/agreements/{agreement_id}/confirmations": await _agreement(seeded),
        "POST /api/identity/v1/oauth/token": Waiting(
            body={
                "grant_type": "client_credentials",
                "client_id": seeded.ids["token_id"][0],
                "client_secret": seeded.ids["token_secret"][0],
            }
        ),
    }


async def _partnerships(seeded: Seeded) -> Waits:
    """Two have invited an organisation of another agency: one hears from it, one takes that back."""
    here, base = seeded.here, "/api/partners/v1"
    body = {"name": "Polres Lain", "kind": "police", "area": "35.25"}
    coordinator = here.token("coordinator", agency=ELSEWHERE)
    organisation = (await here.call("POST", f"{base}/organisations", body, token=coordinator)).body["id"]
    speaker = Actor("p-lain", ELSEWHERE, UUID(organisation), frozenset({"representative"}))
    terms = {"organisation_id": organisation, "role": "observer", "contributes": "Mata", "gains": "Kabar"}
    younger, older = seeded.ids["partnership_id"][:2]
    for partnership in (younger, older):
        await seeded.made(f"partners/v1/partnerships/{partnership}/parties", terms)
    path = f"{base}/partnerships/{{partnership_id}}"
    accepts = Waiting({"partnership_id": older}, here.key.mint(speaker, clock=seeded.clock))
    invited = {"partnership_id": younger, "organisation_id": organisation}
    return {
        f"POST {path}/acceptance": accepts,
        f"POST {path}/invitations/{{organisation_id}}/take-back": Waiting(
            invited, here.representative(seeded.parties[0])
        ),
    }


async def _agreement(seeded: Seeded) -> Waiting:
    """The other side has not said yet that it signed."""
    police, village = seeded.parties
    body = {
        "partnership_id": seeded.ids["partnership_id"][0],
        "kind": "pks",
        "number": "PKS/9/2026",
        "title": "Perjanjian kerja sama",
        "signed_on": seeded.day(-3),
        "in_force_from": seeded.day(-2),
        "signatories": [str(police), str(village)],
    }
    agreement = await seeded.made("partners/v1/agreements", body, by=police)
    return Waiting({"agreement_id": agreement["id"]}, seeded.here.representative(village))


async def _webhook(seeded: Seeded, address: str) -> Waits:
    """One's own webhook, that has taken something already."""
    here, base, owner = seeded.here, "/api/notifications/v1", seeded.here.token("coordinator")
    scope = {"scope": "partnership", "value": seeded.ids["partnership_id"][1]}
    body = {"channel": "webhook", "address": address} | scope
    made = await here.call("POST", f"{base}/subscriptions", body, token=owner)
    own = {"subscription_id": made.body["id"]}
    sent = await here.call("POST", f"{base}/subscriptions/{made.body['id']}/test", token=owner)
    delivery = sent.body["id"]

    async def delivered() -> bool:
        answer: Any = await here.call("GET", f"{base}/deliveries?limit=100", token=here.token("coordinator"))
        return any((item["id"], item["state"]) == (delivery, "delivered") for item in answer.body["items"])

    await eventually(delivered)
    path = f"POST {base}/subscriptions/{{subscription_id}}"
    return {
        f"{path}/secret": Waiting(own, owner),
        f"{path}/test": Waiting(own, owner),
        f"POST {base}/deliveries/{{delivery_id}}/redeliver": Waiting({"delivery_id": delivery}, owner),
    }
