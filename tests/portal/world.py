"""A small system with one of everything, for the pages to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from demo import files
from shared.clock import MovableClock
from tests.identity.world import GOOD, Office
from tests.portal.reader import Reader
from tests.support.system import Answer, System
from tests.support.wait import eventually

PARTNERS, PROGRAMS, PRODUCTS = (f"/api/{name}/v1" for name in ("partners", "programs", "products"))
TODAY = date(2026, 1, 5)
"""The day on which a MovableClock begins."""
HOSTILE = 'Balap <script>alert(1)</script> & "liar"'
LONG = "Musyawarah" + "antarkampung" * 8
MEANS = ["educate", "coordinate", "act"]


def day(number: int) -> str:
    """A day, counted from the first one."""
    return (TODAY + timedelta(days=number)).isoformat()


@dataclass
class World:
    """Everything that was made, by the names by which the pages are asked for it."""

    here: System
    clock: MovableClock
    bodies: list[UUID] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    partnership: str = ""
    bare: str = ""
    """A partnership of which there are parties, a charter and a proposed one, and nothing else."""
    problem: str = ""
    program: str = ""
    activity: str = ""
    retracted: str = ""
    meeting: str = ""
    called: str = ""
    board: str = ""
    products: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, body: Any = None, by: int | None = None, token: str | None = None
    ) -> Answer:
        """A request for a party (by its place), or for a coordinator."""
        chosen = self.here.representative(self.bodies[by]) if by is not None else None
        token = token or chosen or self.here.token("coordinator")
        return await self.here.call(method, path, body, token=token)

    async def made(
        self,
        path: str,
        body: Any = None,
        by: int | None = None,
        token: str | None = None,
        method: str = "POST",
    ) -> dict[str, Any]:
        """What comes of a request that is accepted."""
        answer = await self.call(method, path, body, by, token)
        assert answer.status in (200, 201), (path, answer.body)
        found: dict[str, Any] = answer.body
        return found

    async def signed_in(self, office: Office, name: str, party: int) -> Reader:
        """The browser of a party's representative, with an account in a workspace of the party's own."""
        organisation = self.bodies[party]
        agency = self.here.workspace(organisation)
        own = {"slug": agency, "name": name.title(), "organisation_id": str(organisation)}
        await office.made("/agencies", own, by=office.operator)
        body = {"user_name": name, "display_name": name.title(), "roles": ["representative"]}
        administrator = self.here.token("administrator", person="host", agency=agency)
        account = body | {"organisation_id": str(organisation)}
        opened = await office.made("/accounts", account, by=administrator)
        await office.made("/links/use", {"secret": opened["secret"], "password": GOOD})
        browser = Reader(self.here)
        assert (await browser.sign_in(name)).status == 303
        return browser

    @property
    def secretary(self) -> str:
        """A secretary's token, as of now: tokens end as the clock is moved."""
        return self.here.token("secretary", person="p-secretary")

    @property
    def chair(self) -> str:
        """The token of the chair of the board, as of now."""
        return self.here.token(person=self.people[1])

    async def page(self, path: str, language: str = "en") -> Answer:
        """A page of the portal."""
        return await self.here.call("GET", path, Accept_Language=language)

    async def text(self, path: str, language: str = "en") -> str:
        """A page of the portal that is there, as text."""
        answer = await self.page(path, language)
        assert answer.status == 200, (path, answer.status)
        html: str = answer.body.decode()
        return html

    async def later(self, days: int) -> None:
        """Let days pass, and fire what became due."""
        self.clock.move(timedelta(days=days))
        for runtime in self.here.runtimes:
            if runtime.timer_runner is not None:
                await runtime.timer_runner.fire()

    # --- the registry ------------------------------------------------------------------------------

    async def registry(self) -> None:
        """A signed partnership of three parties with board, meeting, promises, trust and agreements."""
        for name, kind in (
            ("Polresta Contoh", "police"),
            ("Forum Desa Contoh", "community"),
            (LONG, "school"),
        ):
            self.bodies.append(await self.here.organisation(name, kind))
            person = await self.made(f"{PARTNERS}/persons", {"name": f"Orang dari {name}"[:60]})
            self.people.append(person["id"])
            membership = {
                "person_id": person["id"],
                "organisation_id": str(self.bodies[-1]),
                "role": "anggota",
                "since": day(-30),
            }
            await self.made(f"{PARTNERS}/memberships", membership)
        self.partnership = await self._formed(HOSTILE, "Jalan malam & siang tidak aman.")
        self.bare = await self._formed("Hanya di atas kertas", "Belum dikaji.")
        for number, vision in enumerate(("Pulang selamat", "Pulang dengan selamat"), 1):
            await self._charter(self.partnership, number, vision)
        await self._charter(self.bare, 1, "Kelak")
        unsigned = {"vision": "Nanti", "mission": "Nanti", "means": ["coordinate"]}
        await self.made(f"{PARTNERS}/partnerships/{self.bare}/charter", unsigned, 0)
        await self._board()
        await self._promises()
        await self._trust()
        await self._agreements()
        base = f"{PARTNERS}/partnerships/{self.partnership}"
        both = [str(body) for body in self.bodies[:2]]
        contact = {"kind": "visit", "on": day(0), "subject": "Perkenalan", "attended_by": self.people[:2]}
        await self.made(f"{base}/contacts", contact | {"organisations": both})
        await self.made(f"{base}/ceremonies", {"title": "Peluncuran", "on": day(0), "organisations": both})
        await self.made(f"{base}/seniors", {"senior": self.people[0]}, 0)
        await self.made(f"{base}/exit-plan", {"plan": "Forum meneruskan ronda."}, 0)

    async def _formed(self, title: str, problem: str) -> str:
        parties = [
            {
                "organisation_id": str(body),
                "role": "member" if number else "lead",
                "contributes": "Ronda",
                "gains": "Rasa aman",
            }
            for number, body in enumerate(self.bodies)
        ]
        body = {"title": title, "area": "35.15", "problem": problem, "parties": parties}
        return str((await self.made(f"{PARTNERS}/partnerships", body))["id"])

    async def _charter(self, partnership: str, number: int, vision: str) -> None:
        base = f"{PARTNERS}/partnerships/{partnership}"
        body = {"vision": vision, "mission": "Mencegah, menangani, memulihkan", "means": MEANS[: number + 1]}
        await self.made(f"{base}/charter", body, 0)
        for party in range(3):
            await self.made(f"{base}/signatures", {"charter_version": number}, party)

    async def _board(self) -> None:
        seats = [
            {
                "holder": self.people[place],
                "organisation_id": str(self.bodies[place]),
                "position": position,
                "until": day(365),
            }
            for place, position in ((1, "chair"), (0, "deputy"))
        ]
        body = {"partnership_id": self.partnership, "kind": "forum", "name": "FKPM Contoh", "seats": seats}
        board = await self.made(f"{PARTNERS}/boards", body)

        async def call(title: str, in_days: int) -> dict[str, Any]:
            body = {
                "board_id": board["id"],
                "title": title,
                "scheduled_at": (self.clock.now() + timedelta(days=in_days)).isoformat(),
                "place": "Balai desa",
                "agenda": ["Ronda malam"],
            }
            return await self.made(f"{PARTNERS}/meetings", body, token=self.chair)

        meeting = await call("Rapat pertama", 1)
        self.board, self.meeting = board["id"], meeting["id"]
        await self.later(1)
        path = f"{PARTNERS}/meetings/{meeting['id']}"
        held = {"held_at": self.clock.now().isoformat(), "present": self.people[:2]}
        await self.made(f"{path}/hold", held, token=self.chair)
        outcome = {"kind": "decision", "mandate": "evaluate", "text": "Ronda dinilai bersama."}
        await self.made(f"{path}/outcomes", outcome, token=self.chair)
        await self.made(f"{path}/minutes", {"text": "Semua setuju."}, token=self.chair, method="PUT")
        approver = self.here.token("representative", organisation=self.bodies[0], person=self.people[0])
        await self.made(f"{path}/minutes/approve", token=approver)
        self.called = (await call("Rapat kedua", 60))["id"]

    async def _promises(self) -> None:
        for number in range(7):
            body = {
                "partnership_id": self.partnership,
                "title": f"Relawan bulan {number + 1}",
                "mandate": "strengthen",
                "due_on": day(10 + number),
            }
            promise = await self.made(f"{PARTNERS}/commitments", body, 1)
            if number < 3:
                path = f"{PARTNERS}/commitments/{promise['id']}/confirm"
                await self.made(path, {"note": "Terlihat di lapangan."}, 0)

    async def _trust(self) -> None:
        closes = (self.clock.now() + timedelta(days=2)).isoformat()
        body = {"partnership_id": self.partnership, "closes_at": closes}
        round_ = await self.made(f"{PARTNERS}/trust-rounds", body, token=self.secretary)
        names = ("honesty", "sincerity", "transparency", "accountability", "strengthening", "benefit")
        for rater in range(3):
            scores = [
                {"rated": str(other), **dict.fromkeys(names, 3 + (rater + place) % 3)}
                for place, other in enumerate(self.bodies)
                if place != rater
            ]
            path = f"{PARTNERS}/trust-rounds/{round_['id']}/scores"
            await self.made(path, {"scores": scores}, rater, method="PUT")

    async def _agreements(self) -> None:
        withheld = {
            "public": False,
            "exception_class": "personal_data",
            "exception_reason": "Data pribadi korban.",
        }
        for number, more in enumerate(({}, withheld)):
            body = {
                "partnership_id": self.partnership,
                "kind": "pks",
                "number": f"{number + 1}/PKS",
                "title": "Perjanjian ronda",
                "signed_on": day(0),
                "in_force_from": day(0),
                "in_force_until": day(365),
                "signatories": [str(body) for body in self.bodies[:2]],
                "offices": [{"organisation_id": str(self.bodies[0]), "office": "Kepala Kepolisian Resor"}],
                **more,
            }
            agreement = await self.made(f"{PARTNERS}/agreements", body)
            form = aiohttp.FormData(quote_fields=False)
            form.add_field(
                "file", files.pdf("Perjanjian"), filename="naskah.pdf", content_type="application/pdf"
            )
            await self.made(f"{PARTNERS}/agreements/{agreement['id']}/file", form)

    # --- the work ----------------------------------------------------------------------------------

    async def work(self) -> None:
        """A problem that was studied, and a programme with an accepted and a late stage."""
        await self._studied()
        stages = [
            {
                "title": f"Tahap {number}",
                "responsible": str(self.bodies[number - 1]),
                "phase": "prevention",
                "deliverables": ["Peta titik rawan"],
                "planned_start": day(number * 5 - 5),
                "planned_end": day(number * 5),
            }
            for number in (1, 2)
        ]
        body = {
            "partnership_id": self.partnership,
            "title": "Malam tanpa balap liar",
            "context": "Jalan lingkar",
            "objectives": ["Lebih sedikit korban"],
            "problems": [self.problem],
            "budget": {"amount": 180_000_000, "currency": "IDR"},
            "planned_start": day(0),
            "planned_end": day(120),
            "stages": stages,
        }
        program = await self.made(f"{PROGRAMS}/programs", body, 0)
        self.program = program["id"]
        for party in (1, 2):
            await self.made(f"{PROGRAMS}/programs/{self.program}/endorse", {"revision": 1}, party)
        form = aiohttp.FormData({"partnership_id": self.partnership}, quote_fields=False)
        form.add_field("file", b"a,b\r\n1,2\r\n", filename="bukti.csv", content_type="text/csv")
        evidence = await self.made(f"{PROGRAMS}/evidence", form, 0)
        path = f"{PROGRAMS}/programs/{self.program}/stages/{program['stages'][0]['id']}"
        await self.made(f"{path}/start", {}, 0)
        await self.made(f"{path}/submit", {"evidence": [evidence["id"]]}, 0)
        await self.made(f"{path}/accept", None, 1)
        await self._measured()
        given = {"program_id": self.program, "kind": "time", "amount": 8, "unit": "hour", "value": 400_000}
        for party, other in ((0, 1), (1, 0)):
            contribution = await self.made(f"{PROGRAMS}/contributions", given | {"on": day(0)}, party)
            await self.made(f"{PROGRAMS}/contributions/{contribution['id']}/verify", None, other)
        activity = {
            "program_id": self.program,
            "title": "Kelas keselamatan",
            "means": "educate",
            "intensity": 1,
            "phase": "prevention",
            "area": "35.15",
            "on": day(0),
            "reached": 42,
            "audience": "remaja",
        }
        self.activity = (await self.made(f"{PROGRAMS}/activities", activity, 0))["id"]
        mistaken = await self.made(f"{PROGRAMS}/activities", activity | {"title": "Kelas lain"}, 0)
        self.retracted = mistaken["id"]
        path = f"{PROGRAMS}/activities/{mistaken['id']}/retract"
        await self.made(path, {"reason": "Tercatat dua kali."}, 0)

    async def _studied(self) -> None:
        body = {
            "partnership_id": self.partnership,
            "title": "Balap liar",
            "description": "Setiap akhir pekan di Jalan Lingkar.",
            "area": "35.15",
            "problem_type": "street-racing",
            "impact": "hinders",
        }

        async def registered() -> bool:
            # The programmes hear of the signed partnership a moment after it was signed.
            answer = await self.call("POST", f"{PROGRAMS}/problems", body, 1)
            self.problem = answer.body.get("id", "")
            return answer.status == 201

        await eventually(registered)
        path = f"{PROGRAMS}/problems/{self.problem}"
        for number in (-40, -10):
            incident = {"reference": f"LP/{-number}", "on": day(number), "area": "35.15", "note": "Satu luka"}
            await self.made(f"{path}/incidents", incident, 1)
        signal = {"on": day(-3), "area": "35.15", "note": "Ajakan di grup percakapan"}
        seen = await self.made(f"{path}/signals", signal, 1)
        act = {"on": day(-2), "act": "Didatangi bersama"}
        await self.made(f"{path}/signals/{seen['signals'][0]['id']}/act", act, 1)
        await self.made(f"{path}/move", {"to": "analysis"}, 1)
        cause = {"side": "place", "statement": "Jalan lurus dan gelap", "evidence": "Hitungan lalu lintas"}
        await self.made(f"{path}/root-causes", cause, 1)
        for title in ("Patroli", "Lintasan resmi"):
            option = {"title": title, "description": "Di ruas arteri", "expected_effect": "Lebih aman"}
            problem = await self.made(f"{path}/options", option | {"cost": "Sedang"}, 1)
        chosen = problem["options"][1]["id"]
        await self.made(f"{path}/options/{chosen}/choose", {"reason": "Menjawab akarnya"}, 1)

    async def _measured(self) -> None:
        body = {
            "program_id": self.program,
            "title": "Kejadian per bulan",
            "result": "outcome",
            "measure": "unit",
            "ascending": False,
            "capacity": "deter",
            "baseline": {"value": 14, "on": day(-30)},
        }
        indicator = await self.made(f"{PROGRAMS}/indicators", body, 0)
        path = f"{PROGRAMS}/indicators/{indicator['id']}"
        for number, target in ((-29, 10), (2, 8)):
            period = {"starts": day(number), "ends": day(number + 29), "target": target}
            indicator = await self.made(f"{path}/periods", period, 0)
        first = indicator["periods"][0]["id"]
        found = {"value": 9, "on": day(0), "source": "Buku jaga"}
        await self.made(f"{path}/periods/{first}/measurements", found, 0)

    # --- the products ------------------------------------------------------------------------------

    async def offers(self) -> None:
        """Products that are current, superseded, withdrawn and revoked, and what they are meant for."""
        plan = {"audiences": ["remaja", "orang-tua"]}
        exempt = {"kind": "reference", "phase": "handling", "audience": "remaja", "reason": "Tidak perlu."}

        async def declared() -> bool:
            path = f"{PRODUCTS}/coverage-plans/{self.partnership}"
            answer = await self.call("PUT", path, plan | {"exemptions": [exempt]}, 0)
            return answer.status in (200, 201)

        await eventually(declared)
        old = await self._law("Keputusan 1/2025")
        new = await self._law("Keputusan 2/2026")
        guide = await self.published("guidance", "Petunjuk meronda", "Guide for night watches")
        await self.made(f"{PRODUCTS}/products/{guide['id']}/versions", None, 0)
        guide = await self.publish(guide["id"])
        relation = {"relation": "requires", "target": old["id"]}
        await self.made(f"{PRODUCTS}/products/{guide['id']}/relations", relation, 0)
        lesson = await self.published("education_material", "Modul kelas", "Lessons")
        reason = {"reason": "Nomor teleponnya salah."}
        lesson = await self.made(f"{PRODUCTS}/products/{lesson['id']}/withdraw", reason, 0)
        revoked = {"on": day(0), "replaced_by": new["id"]}
        await self.made(f"{PRODUCTS}/umbrellas/{old['id']}/revoke", revoked, 0)
        today = self.clock.now().date().isoformat()
        use = {"phase": "prevention", "audience": "remaja", "reached": 30, "on": today}
        await self.made(f"{PRODUCTS}/products/{new['id']}/uses", use | {"activity_id": self.activity}, 0)
        seen = await self.made(f"{PRODUCTS}/products/{guide['id']}/uses", use, 0)
        await self.made(f"{PRODUCTS}/uses/{seen['id']}/verify", None, 1)
        printed = {"language": "id", "copies": 500, "on": today}
        await self.made(f"{PRODUCTS}/products/{guide['id']}/print-batches", printed, 0)
        self.products = {"guide": guide, "lesson": lesson, "old": old, "new": new}

    async def published(self, kind: str, title: str, english: str, **more: Any) -> dict[str, Any]:
        """A product of two languages that was published."""
        texts = [
            {"language": language, "title": words, "summary": "Ringkasan", "body": "# Isi\n\nBerdua."}
            for language, words in (("id", title), ("en", english))
        ]
        body = {
            "partnership_id": self.partnership,
            "kind": kind,
            "phases": ["prevention"],
            "audiences": ["remaja"],
            "media": ["print", "electronic"],
            "texts": texts,
            **more,
        }
        drafted = await self.made(f"{PRODUCTS}/products", body, 0)
        return await self.publish(drafted["id"])

    async def publish(self, product: str) -> dict[str, Any]:
        """Bring a draft to its publication."""
        path = f"{PRODUCTS}/products/{product}"
        await self.made(f"{path}/submit", None, 0)
        for party in (0, 1):
            await self.made(f"{path}/approve", None, party)
        return await self.made(f"{path}/publish", None, 0)

    async def _law(self, number: str) -> dict[str, Any]:
        legal = {
            "number": number,
            "issuer": "Bupati Contoh",
            "in_force_from": day(-300),
            "means": MEANS,
            "areas": ["35.15"],
            "actors": ["police"],
        }
        return await self.published("legal_umbrella", number, f"Decree {number}", legal=legal)


async def populated(here: System, clock: MovableClock) -> World:
    """One of everything; a month later, so that something is late."""
    assert clock.now().date() == TODAY
    world = World(here, clock)
    await world.registry()
    await world.work()
    await world.offers()
    await world.later(20)
    return world


def unknown() -> str:
    """An id that nothing has."""
    return str(uuid4())
