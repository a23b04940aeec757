"""A whole system with something of everything in it, twice: once at its beginning, once further on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import aiohttp

from demo import files
from services.notifications.model import Subscription
from shared.clock import MovableClock
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED
from tests.support.system import System
from tests.support.wait import eventually

DAY = timedelta(days=1)
CHAIR = "chair"
"""By the person who presides over the board in question, :attr:`Seeded.chair`."""
ROLES = tuple(GRANTED)


@dataclass
class Seeded:
    """A running system; ``ids`` holds for each name of a parameter what it may be, younger first.

    What stands at the same place in two lists belongs together (a board and its seat). ``accepted`` holds
    for each method and path the JSON that was sent there.
    """

    here: System
    clock: MovableClock
    parties: tuple[UUID, UUID]
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    chair: str = ""
    accepted: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> str:
        """The day in Jakarta."""
        return (self.clock.now() + timedelta(hours=7)).date().isoformat()

    def day(self, later: int) -> str:
        """A day that is so many days after today."""
        return (self.clock.now() + timedelta(hours=7) + later * DAY).date().isoformat()

    def tokens(self) -> list[str | None]:
        """Whoever may come: first one who may do almost anything, then each alone, a stranger, nobody."""
        police, village = self.parties
        stranger = Actor(person="p-9", agency="polresta-lain", organisation=uuid4(), roles=frozenset(ROLES))
        return [
            self.here.token(*ROLES, organisation=police, person=self.person(police)),
            self.here.token(*ROLES, organisation=village, person=self.ids["person_id"][0]),
            *(self.here.token(role) for role in ROLES),
            self.here.representative(police),
            self.here.representative(village),
            self.here.key.mint(stranger, clock=self.clock),
            None,
        ]

    def person(self, organisation: UUID) -> str:
        """Who represents an organisation."""
        return str(uuid5(NAMESPACE_URL, str(organisation)))

    async def made(
        self, path: str, body: Any = None, *, by: UUID | str = "coordinator", method: str = "POST"
    ) -> Any:
        """What an accepted command answers, given by a party's representative, in a role or by the chair."""
        token = self.here.representative(by) if isinstance(by, UUID) else self.here.token(by)
        if by == CHAIR:
            token = self.here.token(person=self.chair)
        answer = await self.here.call(method, f"/api/{path}", body, token=token)
        assert answer.status in (200, 201), (path, answer.body)
        if isinstance(body, dict):
            self.accepted[f"{method} /{path}"] = body
        return answer.body

    def keep(self, **found: str) -> None:
        """Note what parameters may be."""
        for name, item in found.items():
            self.ids[name].append(item)


async def seed(here: System, clock: MovableClock) -> Seeded:
    """Fill a system over its own HTTP interface."""
    partnership, police, village = await here.signed_partnership()
    seeded = Seeded(here, clock, (police, village))
    second, _, _ = await here.signed_partnership()
    terms = [
        {"organisation_id": str(item), "role": role, "contributes": "Kerja", "gains": "Rasa aman"}
        for item, role in ((police, "lead"), (village, "member"))
    ]
    body = {"title": "Aman bersama", "area": "35.15", "problem": "Balap liar", "parties": terms}
    await seeded.made("partners/v1/partnerships", body)
    seeded.keep(organisation_id=str(police), code="35.15", name="partners.partnership-signed.v2")
    seeded.keep(organisation_id=str(village), code="35.78", name="partnerships")
    for number, item in enumerate((partnership, second)):
        seeded.keep(partnership_id=str(item), number=str(number + 1))
        await _partners(seeded, str(item), number)
        await _programs(seeded, str(item), number)
        await _products(seeded, str(item), number)
        await _notifications(seeded, number)
    return seeded


async def _partners(seeded: Seeded, partnership: str, number: int) -> None:
    base, (police, village) = "partners/v1", seeded.parties
    people = []
    for organisation, name in ((village, "Ani"), (police, "Budi")):
        person = await seeded.made(f"{base}/persons", {"name": name})
        people.append(person["id"])
        terms = {
            "person_id": person["id"],
            "organisation_id": str(organisation),
            "role": "anggota",
            "since": seeded.day(-30),
        }
        membership = await seeded.made(f"{base}/memberships", terms)
    seeded.chair = people[0]
    seeded.keep(person_id=people[0], colleague_id=people[1], membership_id=membership["id"])
    terms = {"holder": people[0], "organisation_id": str(village), "position": "chair"}
    other = {"holder": people[1], "organisation_id": str(police), "position": "member"}
    body = {
        "partnership_id": partnership,
        "kind": "forum",
        "name": f"Forum {number}",
        "seats": [terms, other],
    }
    board = await seeded.made(f"{base}/boards", body)
    seeded.keep(board_id=board["id"], seat_id=board["seats"][1]["id"])
    body = {
        "board_id": board["id"],
        "title": "Rapat bulanan",
        "scheduled_at": (seeded.clock.now() + DAY).isoformat(),
        "place": "Balai desa",
        "agenda": ["Balap liar"],
    }
    meeting = await seeded.made(f"{base}/meetings", body, by=CHAIR)
    seeded.keep(meeting_id=meeting["id"])
    if not number:
        seeded.keep(outcome_id=str(uuid4()))
    else:
        await _hold(seeded, f"{base}/meetings/{meeting['id']}", people)
    await _papers(seeded, partnership, people, number)


async def _hold(seeded: Seeded, path: str, people: list[str]) -> None:
    seeded.clock.move(DAY)
    body: dict[str, Any] = {"held_at": seeded.clock.now().isoformat(), "present": people}
    await seeded.made(f"{path}/hold", body, by=CHAIR)
    body = {"kind": "decision", "mandate": "ease", "text": "Ronda bersama"}
    found = await seeded.made(f"{path}/outcomes", body, by=CHAIR)
    seeded.keep(outcome_id=found["outcomes"][0]["id"])
    await seeded.made(f"{path}/minutes", {"text": "Notula rapat"}, by=CHAIR, method="PUT")


async def _papers(seeded: Seeded, partnership: str, people: list[str], number: int) -> None:
    base, (police, village) = "partners/v1", seeded.parties
    both = [str(police), str(village)]
    body: dict[str, Any] = {
        "partnership_id": partnership,
        "kind": "mou",
        "number": f"MOU/{number}/2026",
        "title": "Nota kesepahaman",
        "signed_on": seeded.day(-20),
        "in_force_from": seeded.day(-10),
        "in_force_until": seeded.day(100),
        "signatories": both,
    }
    agreement = await seeded.made(f"{base}/agreements", body, by=police)
    await seeded.made(f"{base}/agreements/{agreement['id']}/confirmations", None, by=village)
    seeded.keep(agreement_id=agreement["id"])
    if number:
        form = attached({}, "mou.pdf", files.pdf("MoU", "Isi"), "application/pdf")
        await seeded.made(f"{base}/agreements/{agreement['id']}/file", form, by=police)
    body = {"partnership_id": partnership, "title": "Lampu jalan", "mandate": "ease", "due_on": seeded.day(9)}
    commitment = await seeded.made(f"{base}/commitments", body, by=police)
    body = {"partnership_id": partnership, "closes_at": (seeded.clock.now() + 9 * DAY).isoformat()}
    opened = await seeded.made(f"{base}/trust-rounds", body, by="secretary")
    seeded.keep(commitment_id=commitment["id"], round_id=opened["id"])
    body = {"kind": "visit", "on": seeded.today, "subject": "Silaturahmi", "attended_by": people}
    path = f"{base}/partnerships/{partnership}"
    contact = await seeded.made(f"{path}/contacts", body | {"organisations": both})
    body = {"title": "Apel", "on": seeded.today, "organisations": both}
    ceremony = await seeded.made(f"{path}/ceremonies", body)
    seeded.keep(contact_id=contact["id"], ceremony_id=ceremony["id"])


async def _programs(seeded: Seeded, partnership: str, number: int) -> None:
    base, (police, village) = "programs/v1", seeded.parties
    body: dict[str, Any] = {
        "partnership_id": partnership,
        "title": "Balap liar",
        "description": "Setiap akhir pekan",
        "area": "35.15",
        "problem_type": "street-racing",
        "impact": "damages",
    }

    async def known() -> Any:
        answer = await seeded.here.call(
            "POST", f"/api/{base}/problems", body, token=seeded.here.representative(village)
        )
        return answer.body["id"] if answer.status == 201 else None

    problem = f"{base}/problems/{await eventually(known)}"
    for place in ("Lingkar", "Arteri"):
        body = {"reference": f"LP/{place}", "on": seeded.day(-3), "area": "35.15"}
        await seeded.made(f"{problem}/incidents", body, by=village)
    body = {"on": seeded.day(-2), "area": "35.15", "note": "Kumpulan motor"}
    found = await seeded.made(f"{problem}/signals", body, by=village)
    if number:
        await seeded.made(f"{problem}/move", {"to": "analysis"}, by=village)
        body = {"side": "place", "statement": "Jalan gelap", "evidence": "Survei warga"}
        await seeded.made(f"{problem}/root-causes", body, by=village)
    for title in ("Patroli", "Penerangan"):
        body = {"title": title, "description": "Bersama warga", "expected_effect": "Berkurang"}
        if number:
            found = await seeded.made(f"{problem}/options", body, by=police)
    option = found["options"][0]["id"] if found["options"] else str(uuid4())
    seeded.keep(problem_id=found["id"], signal_id=found["signals"][0]["id"], option_id=option)
    await _work(seeded, partnership, number)


async def _work(seeded: Seeded, partnership: str, number: int) -> None:
    base, (police, village) = "programs/v1", seeded.parties
    stage = {"title": "Memetakan", "responsible": str(police), "planned_start": seeded.today}
    body: dict[str, Any] = {
        "partnership_id": partnership,
        "title": "Malam tanpa balap liar",
        "objectives": ["Lebih sedikit korban"],
        "stages": [stage, {"title": "Ronda", "responsible": str(village)}],
        "problems": [seeded.ids["problem_id"][number]],
    }
    program = await seeded.made(f"{base}/programs", body, by=police)
    program = await seeded.made(f"{base}/programs/{program['id']}/endorse", {"revision": 1}, by=village)
    stages = [stage["id"] for stage in program["stages"]]
    form = attached(
        {"partnership_id": partnership}, "bukti.csv", f"a,b\r\n1,{number}\r\n".encode(), "text/csv"
    )
    evidence = await seeded.made(f"{base}/evidence", form, by=police)
    if number:
        path = f"{base}/programs/{program['id']}/stages/{stages[0]}"
        await seeded.made(f"{path}/start", by=police)
        await seeded.made(f"{path}/submit", {"evidence": [evidence["id"]]}, by=police)
    seeded.keep(program_id=program["id"], stage_id=stages[0], evidence_id=evidence["id"])
    body = {
        "program_id": program["id"],
        "title": "Penyuluhan",
        "means": "educate",
        "intensity": 1,
        "phase": "prevention",
        "area": "35.15",
        "on": seeded.day(-1),
        "reached": 12,
        "audience": "pelajar",
    }
    activity = await seeded.made(f"{base}/activities", body, by=police)
    body = {"program_id": program["id"], "kind": "time", "amount": 2.5, "unit": "hour", "value": 1000}
    given = await seeded.made(f"{base}/contributions", body | {"on": seeded.today}, by=police)
    seeded.keep(activity_id=activity["id"], contribution_id=given["id"])
    await _measure(seeded, program["id"])
    path = f"{base}/programs/{program['id']}/stages/{stages[1]}/skip"
    changed = await seeded.made(path, {"reason": "Ronda sudah berjalan."}, by=village)
    seeded.keep(change_id=changed["changes"][0]["id"])
    await _reports(seeded, partnership)


async def _reports(seeded: Seeded, partnership: str) -> None:
    """A report that waits, with a further text, and one that was withdrawn."""
    base = "programs/v1/reports"
    body = {"partnership_id": partnership, "text": "Lampu gang mati sejak dua malam."}
    kept, withdrawn = [(await seeded.made(base, body))["code"] for _ in range(2)]
    await seeded.made(f"{base}/follow", {"code": kept})
    await seeded.made(f"{base}/add", {"code": kept, "text": "Sekarang tiga lampu."})
    await seeded.made(f"{base}/withdraw", {"code": withdrawn})
    token = seeded.here.token("coordinator")
    listed = await seeded.here.call("GET", f"/api/{base}?partnership_id={partnership}", token=token)
    seeded.keep(report_id=next(item["id"] for item in listed.body["items"] if item["addition"]))


async def _measure(seeded: Seeded, program: str) -> None:
    base, (police, _) = "programs/v1/indicators", seeded.parties
    baseline = {"value": 14, "on": seeded.day(-30)}
    body: dict[str, Any] = {
        "program_id": program,
        "title": "Kecelakaan",
        "result": "outcome",
        "measure": "unit",
        "ascending": False,
        "baseline": baseline,
    }
    indicator = await seeded.made(base, body)
    path = f"{base}/{indicator['id']}/periods"
    body = {"starts": seeded.day(-29), "ends": seeded.day(-1), "target": 3}
    indicator = await seeded.made(path, body, by=police)
    period = indicator["periods"][0]["id"]
    body = {"value": 5, "on": seeded.day(-1), "source": "Rumah sakit"}
    indicator = await seeded.made(f"{path}/{period}/measurements", body, by=police)
    body = {"starts": seeded.today, "ends": seeded.day(30), "target": 2}
    await seeded.made(path, body, by=police)
    measurement = indicator["periods"][0]["history"][0]["id"]
    templates = (await seeded.here.call("GET", "/api/programs/v1/templates")).body["items"]
    seeded.keep(indicator_id=indicator["id"], period_id=period, measurement_id=measurement)
    seeded.keep(template_id=templates[0]["id"])


async def _products(seeded: Seeded, partnership: str, number: int) -> None:
    base, (police, village) = "products/v1", seeded.parties
    words = {"language": "id", "title": "Petunjuk ronda", "summary": "Cara", "body": "# Ronda\n\nBerdua."}
    legal = {
        "number": f"Perpol {number}/2021",
        "issuer": "Kepolisian",
        "in_force_from": "2021-02-05",
        "means": ["educate"],
        "areas": ["35.15"],
        "actors": ["police"],
    }
    body: dict[str, Any] = {
        "partnership_id": partnership,
        "kind": "legal_umbrella" if number else "guidance",
        "phases": ["prevention"],
        "audiences": ["residents"],
        "media": ["print", "electronic"],
        "texts": [words],
        "legal": legal if number else None,
    }

    async def known() -> Any:
        answer = await seeded.here.call(
            "POST", f"/api/{base}/products", body, token=seeded.here.representative(police)
        )
        return answer.body["id"] if answer.status == 201 else None

    path = f"{base}/products/{await eventually(known)}"
    form = attached({"language": "id"}, "petunjuk.pdf", files.pdf("Petunjuk", "Baris"), "application/pdf")
    product = await seeded.made(f"{path}/files", form, by=police)
    version = product["versions"][-1]
    file = version["files"][0]
    seeded.keep(product_id=product["id"], file_id=file["id"], sha256=file["sha256"])
    if not number:
        seeded.keep(use_id=str(uuid4()), batch_id=str(uuid4()))
        return
    await seeded.made(f"{path}/submit", by=police)
    for party in (police, village):
        await seeded.made(f"{path}/approve", by=party)
    await seeded.made(f"{path}/publish", by=police)
    use = {"phase": "prevention", "audience": "residents", "reached": 20, "on": seeded.today}
    used = await seeded.made(f"{path}/uses", use, by=village)
    await seeded.made(f"{base}/uses/{used['id']}/verify", by=police)
    used = await seeded.made(f"{path}/uses", use, by=village)
    printed = {"language": "id", "copies": 100, "on": seeded.today}
    batch = await seeded.made(f"{path}/print-batches", printed, by=police)
    plan = f"{base}/coverage-plans/{partnership}"
    await seeded.made(plan, {"audiences": ["residents"]}, by=police, method="PUT")
    seeded.keep(use_id=used["id"], batch_id=batch["id"])
    seeded.ids["code"].append(version["code"])


async def _notifications(seeded: Seeded, number: int) -> None:
    base = "notifications/v1"
    body = {"channel": "inbox"} if number else {"channel": "email", "address": "a@desa.example"}
    subscription = await seeded.made(f"{base}/subscriptions", body)
    seeded.keep(subscription_id=subscription["id"], letter_id=await parked(seeded.here))
    if not number:
        for token in await _tokens_of(seeded.here, UUID(subscription["id"])):
            seeded.keep(token=token)
        path = f"/api/{base}/deliveries"
        listed = await seeded.here.call("GET", path, token=seeded.here.token("coordinator"))
        seeded.keep(delivery_id=listed.body["items"][-1]["id"])


async def _tokens_of(here: System, subscription: UUID) -> tuple[str, str]:
    """What the links in the messages to a subscriber hold: that which ends it, and that which confirms."""
    runtime = next(runtime for runtime in here.runtimes if runtime.service.name == "notifications")
    found = await runtime.database.read(lambda session: session.get_one(Subscription, subscription))
    return found.token, found.confirmation or ""


async def parked(here: System) -> str:
    """The id of a new dead letter of the notifications: an event that does not fit its contract."""
    runtime = next(runtime for runtime in here.runtimes if runtime.service.name == "notifications")
    about = str(uuid4())
    broken = (
        b'{"specversion":"1.0","id":"%s","source":"/x","type":"programs.stage-completed.v1","subject":"%s",'
        b'"time":"2026-01-01T00:00:00+00:00","agency":"polresta-contoh","aggregateversion":1,'
        b'"correlationid":"c","causationid":"d","data":{"title":"no stage"}}'
    ) % (str(uuid4()).encode(), about.encode())
    await runtime.bus.request(f"evt.polresta-contoh.programs.stage-completed.v1.{about}", broken)
    path = "/api/notifications/v1/dead-letters?limit=100"

    async def listed() -> str:
        answer = await here.call("GET", path, token=here.token("operator"))
        found = [item["id"] for item in answer.body["items"] if about in item["subject"]]
        return found[0] if found else ""

    letter: str = await eventually(listed)
    return letter


def attached(fields: dict[str, str], name: str, content: bytes, kind: str) -> aiohttp.FormData:
    """A form with fields and a file."""
    form = aiohttp.FormData(fields, quote_fields=False)
    form.add_field("file", content, filename=name, content_type=kind)
    return form
