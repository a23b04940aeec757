"""Actions of a simulated partnership, through the public HTTP APIs."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp

from demo import files
from demo.client import DemoFailed
from demo.history.cast import BODIES, FIRST, LAST, MARK, OFFICES, Theme
from demo.history.course import Course
from shared.api_client import ApiClient, NotAnswered, Problem

Mint = Callable[[str, UUID | None, str], str]
MORNING = 2  # nine o'clock in East Java, in UTC


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a life is played: the system, its tokens, its clock."""

    api: ApiClient
    mint: Mint
    course: Course
    now: Callable[[], datetime]
    begins: date


@dataclass
class Body:
    """An organisation and its people, by opaque ids, with their memberships."""

    id: UUID
    people: list[UUID]
    memberships: list[str]


@dataclass(frozen=True, slots=True)
class Published:
    """A product that may be used, and from which day."""

    id: str
    since: int


@dataclass
class Life:
    """The history of one partnership; days are counted from the beginning of the history."""

    scene: Scene
    theme: Theme
    area: str
    place: str
    seed: str
    bodies: dict[str, Body] = field(default_factory=dict)
    partnership: str = ""
    board: str = ""
    problem: str = ""
    decree: str = ""
    decisions: list[str] = field(default_factory=list)
    published: dict[str, Published] = field(default_factory=dict)
    handed_in: dict[int, tuple[str, str, bytes]] = field(default_factory=dict)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  (a story, not a secret)  # nosec B311

    # --- time and calls ----------------------------------------------------------------------------

    def date(self, day: int) -> str:
        """A day of the history in ISO 8601."""
        return (self.scene.begins + timedelta(days=day)).isoformat()

    def moment(self, day: int, hour: int) -> str:
        """An hour (UTC) of a day of the history in ISO 8601."""
        return f"{self.date(day)}T{hour:02}:00:00+00:00"

    async def day(self, number: int, hour: int = MORNING) -> None:
        """Wait for a day, at an hour (UTC)."""
        on = self.scene.begins + timedelta(days=number)
        self.numbers += 1
        # A minute for each act keeps the acts of one day apart.
        moment = datetime(on.year, on.month, on.day, hour, self.numbers % 60, tzinfo=UTC)
        await self.scene.course.until(max(moment, self.scene.now()))

    async def call(self, method: str, service: str, path: str, body: Any = None, *, by: str = "") -> Any:
        """Send one request as a body's person (``police``), for the board, or as the coordinator."""
        party = self.bodies.get(by)
        if party is not None:
            token = self.scene.mint("representative", party.id, str(party.people[0]))
        elif by == "secretary":
            token = self.scene.mint("secretary", None, str(self.bodies["forum"].people[1]))
        elif by == "chair":
            token = self.scene.mint("resident", None, str(self.bodies["forum"].people[0]))
        else:
            token = self.scene.mint("coordinator", None, "")
        sent = {"data": body} if isinstance(body, aiohttp.FormData) else {"body": body}
        try:
            return await self.scene.api.ask(service, path, method=method, token=token, **sent)
        except (NotAnswered, Problem) as error:
            raise DemoFailed(f"{method} {service} {path}: {error}") from error

    async def post(self, service: str, path: str, body: Any = None, *, by: str = "") -> Any:
        """Send a POST request."""
        return await self.call("POST", service, path, body, by=by)

    # --- organisations and their people -------------------------------------------------------------

    async def gather(self, day: int) -> None:
        """Register the bodies and their people."""
        await self.day(day)
        for key, kind, name, *_ in BODIES:
            await self.register(key, kind, name.format(place=self.place))

    async def register(self, key: str, kind: str, name: str) -> None:
        """Register one body with two people."""
        made = await self.post(
            "partners", "organisations", {"name": f"{name} {MARK}", "kind": kind, "area": self.area}
        )
        self.bodies[key] = Body(UUID(made["id"]), [], [])
        for role in ("Penanggung jawab", "Pelaksana"):
            person, membership = await self.hire(key, role)
            self.bodies[key].people.append(person)
            self.bodies[key].memberships.append(membership)

    async def hire(self, key: str, role: str) -> tuple[UUID, str]:
        """Add a new person to a body; returns the ids of the person and of the membership."""
        first, last = self.chance.choice(FIRST), self.chance.choice(LAST)
        self.numbers += 1
        address = f"{first}.{last}.{self.seed}.{self.numbers}@example.org".lower().replace(" ", "-")
        body = {"name": f"{first} {last} {MARK}", "email": address.replace("/", ".")}
        person = await self.post("partners", "persons", body)
        belongs = {
            "person_id": person["id"],
            "organisation_id": str(self.bodies[key].id),
            "role": role,
            "since": self.scene.now().date().isoformat(),
        }
        membership = await self.post("partners", "memberships", belongs)
        return UUID(person["id"]), str(membership["id"])

    async def succeed(self, day: int, key: str) -> None:
        """Replace the person responsible for a body."""
        await self.day(day)
        body = self.bodies[key]
        until = {"until": self.date(day)}
        await self.post("partners", f"memberships/{body.memberships[0]}/end", until)
        body.people[0], body.memberships[0] = await self.hire(key, "Penanggung jawab")
        await self.answer(key)

    async def answer(self, key: str) -> None:
        """Name a body's senior responsible person."""
        senior = {"senior": str(self.bodies[key].people[0])}
        await self.post("partners", f"partnerships/{self.partnership}/seniors", senior, by=key)

    async def rename(self, day: int, key: str, name: str) -> None:
        """Rename a body."""
        await self.day(day)
        body = {"name": f"{name.format(place=self.place)} {MARK}", "area": self.area}
        await self.post("partners", f"organisations/{self.bodies[key].id}/amend", body)

    # --- the partnership -----------------------------------------------------------------------------

    async def form(self, day: int) -> None:
        """Form the partnership."""
        await self.day(day)
        parties = [
            {"organisation_id": str(self.bodies[key].id), "role": role, "contributes": gives, "gains": gains}
            for key, _, _, role, gives, gains in BODIES
        ]
        title = f"{self.theme.name} {self.place}"
        body = {"title": title, "area": self.area, "problem": self.theme.problem, "parties": parties}
        self.partnership = (await self.post("partners", "partnerships", body))["id"]

    async def act(self, path: str, body: Any, *, by: str = "") -> None:
        """Do something to the partnership as a whole."""
        await self.post("partners", f"partnerships/{self.partnership}/{path}", body, by=by)

    async def propose(self, *means: str) -> int:
        """Propose a charter as the lead; returns the number of its version."""
        chosen = list(means or ("educate", "protect", "channel", "coordinate", "act"))
        charter = {"vision": self.theme.vision, "mission": self.theme.mission, "means": chosen}
        path = f"partnerships/{self.partnership}"
        await self.post("partners", f"{path}/charter", charter, by="police")
        charters = await self.call("GET", "partners", f"{path}/charters")
        return int(charters[-1]["number"])

    async def sign(self, day: int, *means: str) -> None:
        """Propose a charter as the lead, and have the parties sign it one by one."""
        await self.day(day)
        version = {"charter_version": await self.propose(*means)}
        for number, key in enumerate(self.bodies):
            await self.day(day + 1 + number * 2)
            await self.act("signatures", version, by=key)

    async def hand_over(self, day: int, before: str, after: str, reason: str) -> None:
        """Hand the lead over; the other body accepts it three days later."""
        await self.day(day)
        offer = {"organisation_id": str(self.bodies[after].id), "reason": reason}
        await self.act("lead/offer", offer, by=before)
        await self.day(day + 3)
        await self.act("lead/accept", None, by=after)

    async def observe_only(self, day: int, key: str, lead: str, reason: str) -> None:
        """Make a body an observer by its own wish; the lead agrees three days later."""
        await self.day(day)
        base = f"parties/{self.bodies[key].id}"
        await self.act(f"{base}/propose-role", {"role": "observer", "reason": reason}, by=key)
        await self.day(day + 3)
        await self.act(f"{base}/agree-to-role", {"reason": "Disepakati dalam rapat para pihak."}, by=lead)

    async def benefit(self, day: int, key: str, text: str) -> None:
        """Confirm that a body has gained from the partnership."""
        await self.day(day)
        await self.act("benefits", {"benefit": text}, by=key)

    async def amend_terms(self, day: int, key: str, contributes: str, gains: str, reason: str) -> None:
        """Amend what a body contributes and gains."""
        await self.day(day)
        body = {"contributes": contributes, "gains": gains, "reason": reason}
        await self.call("PUT", "partners", f"partnerships/{self.partnership}/terms", body, by=key)

    async def advance(self, stage: str, reason: str) -> None:
        """Move to another stage of the life cycle."""
        await self.act("lifecycle", {"stage": stage, "reason": reason})

    async def agree(self, day: int, kind: str, days: int, renews: str | None = None) -> str:
        """Register a written agreement with its text, in force for some days."""
        await self.day(day)
        self.numbers += 1
        names = {"mou": "Nota kesepahaman", "pks": "Perjanjian kerja sama", "decree": "Keputusan bersama"}
        title = f"{names[kind]} {self.theme.name} {self.place}"
        body = {
            "partnership_id": self.partnership,
            "kind": kind,
            "number": f"{self.numbers}/{kind.upper()}/{self.scene.now().year} {MARK}",
            "title": title,
            "signed_on": self.date(day),
            "in_force_from": self.date(day + 1),
            "in_force_until": self.date(day + days),
            "signatories": [str(body.id) for body in self.bodies.values()],
            "offices": [
                {"organisation_id": str(body.id), "office": OFFICES[key]} for key, body in self.bodies.items()
            ],
            "renews": renews,
        }
        made = str((await self.post("partners", "agreements", body))["id"])
        text = files.pdf(title, *self._articles(body))
        form = aiohttp.FormData()
        form.add_field("file", text, filename=f"{kind}.pdf", content_type="application/pdf")
        await self.post("partners", f"agreements/{made}/file", form)
        return made

    def _articles(self, agreement: dict[str, Any]) -> list[str]:
        return [
            f"Nomor: {agreement['number']}",
            f"Ditandatangani {agreement['signed_on']}, berlaku sampai {agreement['in_force_until']}.",
            "",
            f"Pasal 1. Maksud. {self.theme.vision}",
            f"Pasal 2. Ruang lingkup. {self.theme.mission}",
            "Pasal 3. Pembagian tugas. Setiap pihak memberi apa yang disebut pada piagam kemitraan.",
            "Pasal 4. Pencatatan. Setiap kegiatan dicatat; nama anak tidak diumumkan.",
            "Pasal 5. Perselisihan. Perbedaan pendapat diselesaikan dalam rapat para pihak.",
            "",
            "Naskah ini dibuat untuk demonstrasi dan tidak mengikat siapa pun.",
        ]

    async def terminate(self, day: int, agreement: str, reason: str) -> None:
        """Terminate an agreement early."""
        await self.day(day)
        body = {"on": self.date(day), "reason": reason}
        await self.post("partners", f"agreements/{agreement}/terminate", body, by="police")

    async def ceremony(self, day: int, title: str) -> None:
        """Record a ceremony."""
        await self.day(day)
        organisations = [str(body.id) for body in self.bodies.values()]
        body = {"title": title, "on": self.date(day), "organisations": organisations}
        await self.act("ceremonies", body)

    async def contact(self, day: int, kind: str, subject: str) -> None:
        """Record a personal contact between the police and the forum."""
        await self.day(day)
        both = [self.bodies["police"], self.bodies["forum"]]
        body = {
            "kind": kind,
            "on": self.date(day),
            "subject": subject,
            "attended_by": [str(party.people[0]) for party in both],
            "organisations": [str(party.id) for party in both],
        }
        await self.act("contacts", body)
