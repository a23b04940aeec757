"""What the registry's tests do over and over: register, form, propose, sign, and let time pass."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.clock import MovableClock
from shared.identity.actor import Actor
from tests.support.system import Answer, System

BASE = "/api/partners/v1"
MEANS = ["educate", "coordinate", "act"]
CHARTER = {"vision": "Hidup lebih baik", "mission": "Mencegah, menangani, memulihkan", "means": MEANS}


def problem(answer: Answer) -> tuple[int, str]:
    """The status and the code of a refusal."""
    assert answer.status >= 400, answer.body
    return answer.status, answer.body["type"].removeprefix("/problems/")


async def post(here: System, path: str, body: Any = None, *, token: str | None = None) -> Answer:
    """Send a command, as a coordinator unless a token says otherwise."""
    return await here.call("POST", f"{BASE}{path}", body, token=token or here.token("coordinator"))


async def made(here: System, path: str, body: Any, *, token: str | None = None) -> dict[str, Any]:
    """Send a command that is accepted; returns the body of the answer."""
    answer = await post(here, path, body, token=token)
    assert answer.status in (200, 201), answer.body
    found: dict[str, Any] = answer.body
    return found


async def got(here: System, path: str, token: str | None = None) -> Any:
    """Read, as the agency's auditor unless a token says otherwise."""
    answer = await here.call("GET", f"{BASE}{path}", token=token or here.token("auditor"))
    assert answer.status == 200, answer.body
    return answer.body


async def events(here: System, path: str) -> list[str]:
    """The names of the events on a timeline."""
    return [event["event"].partition(".v")[0] for event in await got(here, f"{path}/timeline")]


def terms(organisation: UUID | str, role: str = "member") -> dict[str, Any]:
    """An organisation as a party."""
    return {"organisation_id": str(organisation), "role": role, "contributes": "work", "gains": "safety"}


async def parties(here: System, *roles: str) -> list[dict[str, Any]]:
    """Parties in these roles: the police first, then others."""
    found = []
    for number, role in enumerate(roles):
        kind = "police" if number == 0 else "community"
        found.append(terms(await here.organisation(f"Organisasi {number}", kind), role))
    return found


async def formed(here: System, *roles: str, area: str = "35.15") -> tuple[str, list[UUID]]:
    """A partnership of parties in these roles; returns its id and its organisations'."""
    members = await parties(here, *roles)
    body = {"title": "Aman bersama", "area": area, "problem": "balap liar", "parties": members}
    answer = await made(here, "/partnerships", body)
    return answer["id"], [UUID(member["organisation_id"]) for member in members]


async def propose(here: System, partnership: str, organisation: UUID, **changed: Any) -> Answer:
    """Propose a charter for an organisation."""
    path = f"/partnerships/{partnership}/charter"
    return await post(here, path, CHARTER | changed, token=here.representative(organisation))


async def withdraw(here: System, partnership: str, organisation: UUID) -> Answer:
    """Take the proposed charter back for an organisation."""
    path = f"/partnerships/{partnership}/charter/withdraw"
    return await post(here, path, {"reason": "Perlu dibahas lagi"}, token=here.representative(organisation))


async def sign(here: System, partnership: str, organisation: UUID, version: int = 1) -> Answer:
    """Sign a version of the charter for an organisation."""
    path = f"/partnerships/{partnership}/signatures"
    return await post(here, path, {"charter_version": version}, token=here.representative(organisation))


async def signed(here: System, *roles: str) -> tuple[str, list[UUID]]:
    """A partnership whose first charter every bound party has signed."""
    partnership, organisations = await formed(here, *roles)
    await propose(here, partnership, organisations[0])
    for organisation, role in zip(organisations, roles, strict=True):
        if role != "observer":
            answer = await sign(here, partnership, organisation)
            assert answer.status == 201, answer.body
    return partnership, organisations


async def member(here: System, organisation: UUID, name: str = "Siti Contoh", role: str = "anggota") -> str:
    """A person with a running membership in an organisation; returns the person's id."""
    person = await made(here, "/persons", {"name": name})
    since = (here.clock.now() - timedelta(days=30)).date().isoformat()
    body = {"person_id": person["id"], "organisation_id": str(organisation), "role": role, "since": since}
    await made(here, "/memberships", body)
    found: str = person["id"]
    return found


async def decided(here: System, partnership: str, organisations: list[UUID], *, approved: bool = True) -> str:
    """A decision (in approved minutes) of a board of the first two parties; returns its id."""
    police, village = [str(organisation) for organisation in organisations[:2]]
    people = {village: await member(here, UUID(village)), police: await member(here, UUID(police))}
    positions = zip(people, ("chair", "member"), strict=True)
    seats = [{"holder": people[at], "organisation_id": at, "position": name} for at, name in positions]
    body = {"partnership_id": partnership, "kind": "forum", "name": "Musyawarah", "seats": seats}
    board = (await made(here, "/boards", body))["id"]
    now, chair = here.clock.now().isoformat(), here.token(person=people[village])
    called = {"board_id": board, "title": "Rapat", "place": "Balai", "agenda": ["Satu"], "scheduled_at": now}
    path = f"/meetings/{(await made(here, '/meetings', called, token=chair))['id']}"
    held = {"held_at": now, "present": list(people.values())}
    await made(here, f"{path}/hold", held, token=chair)
    outcome = {"kind": "decision", "mandate": "evaluate", "text": "Kita berhenti"}
    decision: str = (await made(here, f"{path}/outcomes", outcome, token=chair))["outcomes"][0]["id"]
    await made(here, f"{path}/outcomes", outcome | {"kind": "information"}, token=chair)
    if not approved:
        return decision
    written = await here.call("PUT", f"{BASE}{path}/minutes", {"text": "Notula"}, token=chair)
    assert written.status == 200, written.body
    await made(here, f"{path}/minutes/approve", None, token=here.token(person=people[police]))
    return decision


async def end(here: System, partnership: str, organisations: list[UUID]) -> dict[str, Any]:
    """A signed partnership that its lead ends by a decision."""
    body = {"reason": "Selesai", "decision_id": await decided(here, partnership, organisations)}
    lead = here.representative(organisations[0])
    return await made(here, f"/partnerships/{partnership}/end", body, token=lead)


def clock_of(here: System) -> MovableClock:
    """The clock of a system that a test moves."""
    assert isinstance(here.clock, MovableClock)
    return here.clock


async def pass_days(here: System, days: float) -> None:
    """Let days pass as if the system had stood still meanwhile, then fire what became due."""
    clock_of(here).move(timedelta(days=days))
    await fire(here)


async def fire(here: System) -> int:
    """Fire what is due now; returns how much fired."""
    clockworks = [runtime.timer_runner for runtime in here.runtimes if runtime.timer_runner is not None]
    return sum([await timer_runner.fire() for timer_runner in clockworks])


def other_agency(here: System, *roles: str) -> str:
    """A token of somebody from another agency than everybody else here."""
    actor = Actor(person="p-2", agency="polresta-lain", roles=frozenset(roles))
    return here.key.mint(actor, clock=here.clock)
