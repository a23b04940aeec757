"""The demonstration's history: the same for the same seed, in order of time, and of four kinds of lives."""

from __future__ import annotations

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from demo.history import COURSES, YEARS
from demo.simulator import SERVICES
from services.registry import service
from shared.archive.client import key_lines, keys_beside
from shared.contracts.audience import Audience
from shared.contracts.every import EVENTS
from shared.privacy.sealing import Seals
from tests.support.history import END, UNTIL, lived

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]

# What the history does not show, and why not (beside what auditors read of: nobody is refused in it).
NOT_SHOWN = {
    "partners.party-invited": "its agency speaks for all its parties; nobody of another has to accept",
    "partners.invitation-ended": "there are no invitations",
    "partners.signing-awaited": "its agency signs for all its signatories",
    "partners.signing-confirmed": "no signing is awaited",
    "partners.attendance-corrected": "everybody is noted as present who was",
    "partners.person-retired": "who leaves a body stays in the registry",
    "partners.contact-corrected": "everything is written down right",
    "partners.ceremony-corrected": "everything is written down right",
    "partners.outcome-corrected": "everything is written down right",
    "products.print-batch-corrected": "everything is written down right",
    "products.legal-umbrella-restored": "everything is written down right",
    "programs.report-referred": "no partnership of a history knows another one",
}
"""What happens in no history, and why."""


def _keys(folder: Path, name: str) -> dict[tuple[str, str], bytes]:
    """The keys to what is personal in an archive."""
    lines = key_lines(keys_beside(folder), name).splitlines()
    entries = [json.loads(line)["key"] for line in lines]
    return {(entry["agency"], entry["person"]): base64.b64decode(entry["key"]) for entry in entries}


class Told:
    """The archives of a history, taken apart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for name in SERVICES:
            seals = Seals(service(name).personal, _keys(folder, name))
            holdings = {one.table.name: one for one in service(name).personal.holdings if one.personal}
            for line in (folder / f"{name}.jsonl").read_bytes().splitlines():
                entry = json.loads(line)
                if "row" in entry:
                    if (holding := holdings.get(entry["table"])) is not None:
                        assert seals.open(holding, entry["row"])
                    self.rows[f"{name}.{entry['table']}"].append(entry["row"])
                elif "event" in entry:
                    self.events[name].append(entry["event"])

    def all_events(self) -> Iterator[dict[str, Any]]:
        """Every event."""
        for events in self.events.values():
            yield from events

    def kinds(self) -> Counter[str]:
        """How often each type of event occurs."""
        return Counter(event["type"].rpartition(".v")[0] for event in self.all_events())

    def partnership(self, number: int) -> Partnership:
        """A partnership, in the order in which the stories are told."""
        theme, _ = COURSES[number]
        own = [
            partnership
            for partnership in self.rows["partners.partnerships"]
            if partnership["problem"] == theme.problem
        ]
        return Partnership(self, own[number // 4]["id"])


class Partnership:
    """One partnership of a history."""

    def __init__(self, told: Told, id_: str) -> None:
        self.told = told
        self.id = id_
        self.row = next(
            partnership for partnership in told.rows["partners.partnerships"] if partnership["id"] == id_
        )

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Its rows of a table, in the order of their making."""
        return [row for row in self.told.rows[table] if row.get("partnership_id") == self.id]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The data of its events of a type, in their order."""
        return [
            event["data"]
            for event in self.told.all_events()
            if event["type"].rpartition(".v")[0] == kind and event["data"].get("partnership_id") == self.id
        ]

    def kinds(self) -> set[str]:
        """The types of its events."""
        return {
            event["type"].rpartition(".v")[0]
            for event in self.told.all_events()
            if event["data"].get("partnership_id") == self.id
        }


@pytest.fixture(scope="module")
def told() -> Told:
    """Eight partnerships: the four kinds twice, the last one in its other ending."""
    return Told(lived(len(COURSES)))


# --- as a whole ----------------------------------------------------------------------------------------


def test_the_same_seed_and_day_make_the_same_history_byte_for_byte() -> None:
    first, second = lived(1), lived(1, again=1)
    assert first != second
    names = sorted(file.relative_to(first) for file in first.rglob("*") if file.is_file())
    assert names == sorted(file.relative_to(second) for file in second.rglob("*") if file.is_file())
    assert len(names) >= len(SERVICES) + 4
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_events_of_each_service_are_in_the_order_of_time_and_within_the_span(told: Told) -> None:
    begins = (END - YEARS).isoformat()
    for name, events in told.events.items():
        times = [event["time"] for event in events]
        assert times == sorted(times), name
        assert begins <= times[0] < times[-1] <= END.isoformat()
    ids = [event["id"] for event in told.all_events()]
    assert len(set(ids)) == len(ids)


def test_every_kind_of_event_occurs(told: Told) -> None:
    published = {event.type() for name in SERVICES for event in service(name).publishes}
    acts = {contract.type() for contract in EVENTS if contract.told_to is Audience.AUDIT}
    assert published - told.kinds().keys() - acts == NOT_SHOWN.keys()


def test_nothing_that_was_due_is_left_undone(told: Told) -> None:
    timers = [row for name in SERVICES for row in told.rows[f"{name}.timers"]]
    assert len(timers) > 10
    assert all(timer["due_at"] >= END.isoformat() for timer in timers)
    assert all(timer["attempts"] == 0 for timer in timers)


def test_organisations_and_people_are_marked_as_invented(told: Told) -> None:
    for table in ("organisations", "persons"):
        assert all(row["name"].endswith("(demonstrasi)") for row in told.rows[f"partners.{table}"])
    addresses = [person["email"] for person in told.rows["partners.persons"]]
    assert all(address.endswith("@example.org") for address in addresses)
    assert len(set(addresses)) == len(addresses)


def test_no_partnership_meets_people_or_problems_of_another(told: Told) -> None:
    problems = {problem["id"]: problem["partnership_id"] for problem in told.rows["programs.problems"]}
    for program in told.rows["programs.programs"]:
        addressed = [
            problem["problem_id"]
            for problem in told.rows["programs.addressed_problems"]
            if problem["program_id"] == program["id"]
        ]
        assert {problems[one] for one in addressed} == {program["partnership_id"]}


# --- the four lives ------------------------------------------------------------------------------------


def test_the_substantive_one_does_real_work_and_goes_on(told: Told) -> None:
    life = told.partnership(0)
    assert life.row["state"] == "signed"
    parties = [row for row in life.rows("partners.parties") if row["left_at"] is None]
    second = [event for event in life.events("partners.charter-endorsed") if event["charter_version"] == 2]
    assert len(parties) == len(second) == 5
    (refused,) = [row for row in life.rows("programs.programs") if row["approved_at"] is None]
    assert refused["state"] == "withdrawn"
    approved = [row for row in life.rows("programs.programs") if row["approved_at"] is not None]
    cycles = sorted(approved, key=lambda one: one["cycle"])
    assert [cycle["state"] for cycle in cycles] == ["closed", "closed", "closed", "running"]
    assert [cycle["previous_id"] for cycle in cycles[1:]] == [cycle["id"] for cycle in cycles[:-1]]
    for earlier, later in pairwise(cycles):
        gap = date.fromisoformat(later["planned_start"]) - date.fromisoformat(earlier["ended_on"])
        assert gap <= timedelta(days=30)
    answers = life.events("programs.recommendation-answered")
    assert {answer["adopted"] for answer in answers} == {True, False}
    assert len(answers) == 6
    kept = life.events("partners.commitment-kept")
    assert {one["late"] for one in kept} == {True, False}
    assert len(life.events("partners.commitment-broken")) == 1
    rounds = life.rows("partners.trust_rounds")
    assert [one["state"] for one in rounds] == ["closed"] * 5
    assert all(one["coverage"] == 1.0 and one["mutual"] == "holds" for one in rounds[1:])
    meetings = [row for row in life.rows("partners.meetings") if row["state"] == "minuted"]
    assert len(meetings) == 11
    assert all(meeting["quorate"] for meeting in meetings)
    stages = stages_of(told, cycles[-1])
    overdue = [stage for stage in stages if stage["overdue_since"] is not None]
    assert [one["state"] for one in overdue] == ["in_progress"]


def test_the_substantive_ones_products_have_every_fate(told: Told) -> None:
    life = told.partnership(0)
    ids = {row["id"] for row in life.rows("products.products")}
    versions = [version for version in told.rows["products.versions"] if version["product_id"] in ids]
    fates = Counter(version["state"] for version in versions)
    assert {"published", "superseded", "withdrawn", "expired"} <= fates.keys()
    assert fates["published"] >= 7
    assert len(life.events("products.legal-umbrella-revoked")) == 1
    kinds = {row["kind"] for row in life.rows("products.products")}
    assert kinds == {"situation_picture", "guidance", "education_material", "legal_umbrella", "reference"}


def test_evidence_is_handed_in_again_only_where_the_story_says_so_and_that_is_told(told: Told) -> None:
    handed = [
        event["data"]["sha256"]
        for event in told.all_events()
        if event["type"] == "programs.evidence-uploaded.v1"
    ]
    assert len(handed) > 40
    completed = [
        event["data"] for event in told.all_events() if event["type"] == "programs.stage-completed.v3"
    ]
    again = [one for one in completed if one["reused"]]
    assert {one["partnership_id"] for one in again} == {told.partnership(number).id for number in (3, 7)}
    assert len(set(handed)) == len(handed) - sum(one["reused"] for one in again)


def test_what_is_used_is_used_in_an_activity_of_its_partnership(told: Told) -> None:
    activities = {one["id"]: one for one in told.rows["programs.activities"]}
    uses = told.rows["products.uses"]
    assert len(uses) > 20
    assert {use["verified_by"] is None for use in uses} == {True, False}
    assert all(use["verified_by"] != use["organisation_id"] for use in uses)
    for use in uses:
        activity = activities[use["activity_id"]]
        for name in ("partnership_id", "phase", "on", "audience", "reached"):
            assert use[name] == activity[name], name


def test_no_two_promises_titles_or_texts_of_a_partnership_are_the_same(told: Told) -> None:
    life = told.partnership(0)
    meetings = life.rows("partners.meetings")
    said = {
        "titles": [meeting["title"] for meeting in meetings],
        "minutes": [meeting["minutes"] for meeting in meetings if meeting["minutes"]],
        "promises": [row["title"] for row in life.rows("partners.commitments")],
    }
    for name, texts in said.items():
        assert len(set(texts)) == len(texts) == 11, name


def test_every_stage_was_judged_by_another_party(told: Told) -> None:
    completed = [event for event in told.all_events() if event["type"] == "programs.stage-completed.v3"]
    assert len(completed) > 40
    assert all(one["data"]["accepted_by"] != one["data"]["submitted_by"] for one in completed)


def test_the_one_on_paper_has_agreements_and_nothing_else(told: Told) -> None:
    life = told.partnership(1)
    assert life.row["state"] == "signed"
    states = Counter(row["state"] for row in life.rows("partners.agreements"))
    assert states == {"expired": 2, "terminated": 1, "in_force": 1}
    about = {kind for kind in life.kinds() if not kind.startswith("partners.agreement-")}
    assert about == {
        "partners.partnership-formed",
        "partners.charter-proposed",
        "partners.charter-endorsed",
        "partners.partnership-signed",
    }


def test_the_ceremonial_one_celebrates_and_decides_nothing(told: Told) -> None:
    life = told.partnership(2)
    assert len(life.rows("partners.ceremonies")) == 6
    states = Counter(row["state"] for row in life.rows("partners.meetings"))
    assert states == {"held": 3, "cancelled": 1, "lapsed": 1}
    assert not any(event["quorate"] for event in life.events("partners.board-met"))
    assert life.kinds() & {"partners.decision-taken", "partners.commitment-made"} == set()
    assert life.rows("programs.programs") == []
    assert life.rows("products.products") == []
    (problem,) = life.rows("programs.problems")
    assert problem["phase"] == "scanning"


def test_the_interrupted_one_stops_after_a_good_year(told: Told) -> None:
    life = told.partnership(3)
    assert life.row["state"] == "signed"
    first, second = sorted(life.rows("programs.programs"), key=lambda one: one["cycle"])
    assert (first["state"], second["state"]) == ("closed", "abandoned")
    gap = date.fromisoformat(second["planned_start"]) - date.fromisoformat(first["ended_on"])
    assert gap > timedelta(days=30)
    assert [one["state"] for one in stages_of(told, second)].count("completed") == 1
    trust = [row["mutual"] for row in life.rows("partners.trust_rounds")]
    assert "holds" not in trust[1:], "it falls, and not all score any more"
    assert [row["state"] for row in life.rows("partners.agreements")] == ["expired"]
    assert [row["state"] for row in life.rows("partners.boards")] == ["dissolved"]
    broken = {event["reason"] for event in life.events("partners.commitment-broken")}
    assert len(broken) == 2
    assert len(life.events("partners.party-left")) == 1


def test_of_two_that_were_interrupted_one_ends_in_good_order(told: Told) -> None:
    life = told.partnership(7)
    assert life.row["state"] == "ended"
    assert life.row["exit_plan"]
    (end,) = life.events("partners.partnership-ended")
    last = [event for event in told.all_events() if event["data"].get("partnership_id") == life.id][-1]
    assert end["reason"]
    assert end["proposed_by"]
    assert len(life.events("partners.ending-objected")) == 1
    assert len(life.events("partners.ending-withdrawn")) == 1
    (dissolved,) = life.events("partners.board-dissolved")
    assert dissolved["decision_id"] in {
        event["outcome_id"] for event in life.events("partners.decision-taken")
    }
    assert date.fromisoformat(last["time"][:10]) < UNTIL


def stages_of(told: Told, program: dict[str, Any]) -> list[dict[str, Any]]:
    """The stages of a programme."""
    return [stage for stage in told.rows["programs.stages"] if stage["program_id"] == program["id"]]
