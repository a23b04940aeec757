"""What was done is recorded by the party that did it, and can be taken back but not hidden."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.programs.model.activity import DISPUTABLE
from shared.clock import MovableClock
from shared.contracts.products import (
    LegalUmbrellaLapsed,
    LegalUmbrellaRestored,
    LegalUmbrellaRevoked,
    ProductWithdrawn,
)
from tests.programs.measures import joint, kind
from tests.programs.world import (
    approved,
    events,
    hear,
    person_of,
    registered,
    regulation,
    signed,
    told,
    umbrella,
)
from tests.support.system import System


async def test_a_party_records_what_it_did(here: System) -> None:
    partnership = await signed(here)
    problem = await registered(here, partnership, impact="destroys")
    one = await joint(here)
    program = await approved(here, partnership, problems=[problem["id"]])
    trainee, law = str(uuid4()), str(await umbrella(here))
    body = one.activity(
        program_id=program["id"],
        stage_id=program["stages"][0]["id"],
        problem_id=problem["id"],
        impact="disturbs",
        intensity=3,
        legal_umbrella=law,
        legal_citation="Perpol 1/2021",
        trained=[trainee, trainee],
        prohibitions=[{"prohibition": "police_insignia", "note": "Rompi salah dipakai"}],
    )
    made = await one.made("activities", body, partnership.village)
    assert made["organisation_id"] == str(partnership.village)
    assert (made["intensity"], made["intensity_name"], made["state"]) == (3, "mediate", "recorded")
    assert made["impact"] == "destroys", "the impact is the problem's own"
    assert (made["trained"], made["prohibitions"]) == ([trainee], body["prohibitions"])
    assert await one.read(f"activities/{made['id']}") == made
    (happened,) = await events(here, "activities", made["id"])
    assert happened["event"] == "activity-recorded.v1"
    assert happened["data"] == {
        "activity_id": made["id"],
        "program_id": program["id"],
        "partnership_id": str(partnership.id),
        "stage_id": program["stages"][0]["id"],
        "problem_id": problem["id"],
        "title": "Penyuluhan di sekolah",
        "organisation_id": str(partnership.village),
        "means": "educate",
        "intensity": 3,
        "phase": "prevention",
        "impact": "destroys",
        "legal_umbrella": law,
        "area": "35.15.01",
        "on": "2026-01-04",
        "reached": 120,
        "trained": [trainee],
        "prohibitions": ["police_insignia"],
    }


async def test_an_activity_is_taken_back_with_a_reason_and_stays_readable(here: System) -> None:
    one = await joint(here)
    made = await one.made("activities", one.activity(impact="hinders"), one.police)
    assert made["impact"] == "hinders"
    path = f"activities/{made['id']}/retract"
    others = await one.post(path, {"reason": "Bukan kami"}, one.village)
    assert kind(others) == (403, "recorded-by-another")
    gone = await one.made(path, {"reason": "Tercatat dua kali"}, one.police)
    assert (gone["state"], gone["retracted_reason"]) == ("retracted", "Tercatat dua kali")
    again = await one.post(path, {"reason": "Sekali lagi"}, one.police)
    assert kind(again) == (409, "act-impossible")
    assert await told(here, "activities", made["id"]) == ["activity-recorded", "activity-retracted"]
    assert (await events(here, "activities", made["id"]))[1]["reason"] == "Tercatat dua kali"
    assert await one.read(f"activities/{made['id']}") == gone


async def test_activities_are_found_by_every_facet(here: System) -> None:
    one = await joint(here)
    stage = one.program["stages"][0]["id"]
    first = await one.made("activities", one.activity(stage_id=stage, on="2026-01-01"), one.police)
    second = await one.made("activities", one.activity(means="act", phase="handling"), one.village)
    await one.made(f"activities/{second['id']}/retract", {"reason": "Keliru"}, one.village)
    for query, found in {
        "": [first, second],
        f"program_id={one.id}": [first, second],
        f"program_id={uuid4()}": [],
        f"partnership_id={one.partnership.id}&limit=1": [first],
        f"stage_id={stage}": [first],
        f"problem_id={uuid4()}": [],
        f"organisation_id={one.village}": [second],
        "means=act": [second],
        "phase=prevention": [first],
        "state=retracted": [second],
        "since=2026-01-02": [second],
        "until=2026-01-01": [first],
    }.items():
        items = (await one.read(f"activities?{query}"))["items"]
        assert [item["id"] for item in items] == [each["id"] for each in found], query
    page = await one.read("activities?limit=1")
    rest = await one.read(f"activities?cursor={page['next']}")
    assert [item["id"] for item in rest["items"]] == [second["id"]]


async def test_what_does_not_belong_together_is_refused(here: System) -> None:
    one = await joint(here)
    elsewhere = await registered(here, one.partnership)
    note = {"prohibition": "politics", "note": "Ada bendera partai"}
    for more, refusal in (
        ({"program_id": str(uuid4())}, (404, "unknown-aggregate")),
        ({"stage_id": str(uuid4())}, (404, "unknown-stage")),
        ({"problem_id": elsewhere["id"]}, (422, "problem-of-another-programme")),
        ({"on": "2026-01-06"}, (422, "day-to-come")),
        ({"prohibitions": [note, note]}, (422, "prohibition-twice")),
        ({"legal_umbrella": str(uuid4())}, (422, "unknown-umbrella")),
        ({"area": "99.99"}, (422, "unknown-area")),
        ({"intensity": 4}, (422, "impact-missing")),
    ):
        assert kind(await one.post("activities", one.activity(**more), one.police)) == refusal
    for by in (one.partnership.school, uuid4()):
        assert kind(await one.post("activities", one.activity(), by)) == (403, "not-a-party")
    assert kind(await one.post("activities", one.activity(), here.token("coordinator"))) == (
        403,
        "role-missing",
    )
    assert (await one.read("activities"))["items"] == []
    unknown = await here.call("GET", f"/api/programs/v1/activities/{uuid4()}/timeline")
    assert unknown.status == 404


async def test_what_restricts_people_answers_a_known_impact(here: System) -> None:
    one = await joint(here)
    refused = await one.post("activities", one.activity(intensity=5), one.police)
    assert kind(refused) == (422, "impact-missing")
    assert "5" in refused.body["detail"]
    made = await one.made("activities", one.activity(intensity=4, impact="destroys"), one.police)
    assert (made["intensity_name"], made["impact"]) == ("restrict", "destroys")
    mild = await one.made("activities", one.activity(intensity=3), one.police)
    assert mild["impact"] is None


async def test_a_regulation_is_shown_as_it_stands_and_as_it_stood(here: System, clock: MovableClock) -> None:
    one = await joint(here)
    law = await umbrella(here, in_force_until=date(2026, 1, 5))
    made = await one.made("activities", one.activity(legal_umbrella=str(law)), one.police)
    facts = {"id": str(law), "title": "Pemolisian masyarakat", "number": "Perpol 1/2021"}
    assert made["legal"] == facts | {"standing": "in_force", "in_force_on_that_day": True}

    async def standing() -> tuple[str, bool]:
        shown = (await one.read(f"activities/{made['id']}"))["legal"]
        return shown["standing"], shown["in_force_on_that_day"]

    # 16:59 UTC is still the last day in force in Jakarta.
    clock.move(timedelta(hours=15, minutes=59))
    assert await standing() == ("in_force", True)
    clock.move(timedelta(minutes=1))
    assert await standing() == ("lapsed", True)
    await hear(here, regulation(law, 2, in_force_until=None))
    assert await standing() == ("in_force", True), "a newer version says that it goes on"
    common: dict[str, Any] = {"product_id": law, "partnership_id": uuid4(), "title": "Pemolisian masyarakat"}
    number = "Perpol 1/2021"
    await hear(here, LegalUmbrellaRevoked(**common, number=number, on=date(2026, 1, 4), replaced_by=None))
    assert await standing() == ("revoked", False), "it was revoked from that day on"
    await hear(here, regulation(law, 3))
    assert await standing() == ("revoked", False), "a newer version takes no revocation back"
    await hear(here, LegalUmbrellaRestored(**common, number=number, reason="Salah catat."))
    assert await standing() == ("in_force", True), "it was never out of force"
    await hear(here, ProductWithdrawn(**common, product_version=2, reason="Keliru"))
    assert await standing() == ("in_force", True), "another version was withdrawn"
    await hear(here, ProductWithdrawn(**common, product_version=3, reason="Keliru"))
    assert await standing() == ("withdrawn", True)
    (item,) = (await one.read("activities"))["items"]
    assert item["legal"]["standing"] == "withdrawn"


async def test_what_the_products_say_has_lapsed_has(here: System) -> None:
    one = await joint(here)
    law = await umbrella(here, in_force_from=date(2026, 1, 5))
    body = one.activity(legal_umbrella=str(law))
    made = await one.made("activities", body, one.police)
    assert made["legal"]["in_force_on_that_day"] is False, "its first day came after the activity"
    lapsed = LegalUmbrellaLapsed(
        product_id=law,
        partnership_id=uuid4(),
        title="Pemolisian masyarakat",
        number="Perpol 1/2021",
        in_force_until=date(2026, 1, 5),
    )
    await hear(here, lapsed)
    gone = await one.made(f"activities/{made['id']}/retract", {"reason": "Keliru"}, one.police)
    assert gone["legal"]["standing"] == "lapsed"
    assert gone["legal_umbrella"] == str(law)


async def test_a_guidance_is_no_legal_umbrella(here: System) -> None:
    one = await joint(here)
    guidance = uuid4()
    published = regulation(guidance).model_copy(update={"kind": "guidance", "legal": None})
    await hear(here, published)
    refused = await one.post("activities", one.activity(legal_umbrella=str(guidance)), one.police)
    assert kind(refused) == (422, "unknown-umbrella")
    without = await one.made("activities", one.activity(), one.police)
    assert (without["legal_umbrella"], without["legal"]) == (None, None)


async def test_other_parties_confirm_an_activity_or_dispute_it_with_a_public_reason(here: System) -> None:
    one = await joint(here)
    made = await one.made("activities", one.activity(), one.village)
    path = f"activities/{made['id']}"
    assert (made["confirmed_by"], made["disputes"]) == ([], [])
    why = {"reason": "Sekolah libur hari itu"}
    for act, body in (("confirm", None), ("dispute", why)):
        assert kind(await one.post(f"{path}/{act}", body, one.village)) == (403, "judged-by-its-party")
        observer = await one.post(f"{path}/{act}", body, one.partnership.school)
        assert kind(observer) == (403, "not-a-party")
        recorder = here.token("representative", organisation=one.police, person=person_of(one.village))
        assert kind(await one.post(f"{path}/{act}", body, recorder)) == (403, "judged-by-who-recorded")
    assert kind(await one.post(f"{path}/dispute", None, one.police)) == (422, "invalid-request")
    disputed = await one.made(f"{path}/dispute", why, one.police)
    assert disputed["disputes"] == [{"organisation_id": str(one.police), "reason": why["reason"]}]
    assert kind(await one.post(f"{path}/dispute", why, one.police)) == (409, "judged-so-already")
    settled = await one.made(f"{path}/confirm", None, one.police)
    assert (settled["confirmed_by"], settled["disputes"]) == ([str(one.police)], [])
    assert kind(await one.post(f"{path}/confirm", None, one.police)) == (409, "judged-so-already")
    assert await one.read(path) == settled
    _, dispute, confirmation = await events(here, "activities", made["id"])
    assert (dispute["event"], dispute["reason"]) == ("activity-disputed.v1", why["reason"])
    assert dispute["data"]["disputed_by"] == confirmation["data"]["confirmed_by"] == str(one.police)
    assert (confirmation["event"], confirmation["data"]["organisation_id"]) == (
        "activity-confirmed.v1",
        str(one.village),
    )
    await one.made(f"{path}/retract", {"reason": "Tercatat dua kali"}, one.village)
    assert kind(await one.post(f"{path}/dispute", why, one.police)) == (409, "act-impossible")


async def test_an_activity_is_disputed_within_thirty_days_of_its_recording(
    here: System, clock: MovableClock
) -> None:
    one = await joint(here)
    made = [await one.made("activities", one.activity(on="2025-12-01"), one.village) for _ in range(2)]
    why = {"reason": "Tidak terjadi"}
    clock.move(DISPUTABLE)
    await one.made(f"activities/{made[0]['id']}/dispute", why, one.police)
    clock.move(timedelta(seconds=1))
    late = await one.post(f"activities/{made[1]['id']}/dispute", why, one.police)
    assert (kind(late), "30 hari" in late.body["detail"]) == ((409, "disputed-too-late"), True)
    assert (await one.made(f"activities/{made[1]['id']}/confirm", None, one.police))["confirmed_by"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("intensity", 6),
        ("intensity", 0),
        ("means", "pray"),
        ("reached", -1),
        ("reached", 10**400),
        ("title", "ab\0c"),
        ("legal_citation", "\ud800"),
        ("on", "9999-12-31"),
        ("on", "0001-01-01"),
        ("prohibitions", [{"prohibition": "politics"}]),
        ("prohibitions", [{"prohibition": "music", "note": "Berisik"}]),
        ("audience", "Dua Kata"),
    ],
)
async def test_values_out_of_shape_name_their_place(here: System, field: str, value: Any) -> None:
    one = await joint(here)
    answer = await one.post("activities", one.activity(**{field: value}), one.police)
    assert answer.status == 422, answer.body
    assert answer.body["errors"][0]["pointer"].startswith(f"/{field}")
