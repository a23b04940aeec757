"""A legal umbrella covers acts while it is in force, and says what came after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import given

from services.products.model.facets import LegalTerms
from services.products.model.umbrella import Umbrella, areas_around
from shared.contracts.vocabulary import Means
from tests.products.world import LEGAL, TODAY, World, content, names, refused

START = date(2021, 2, 5)


async def test_those_in_force_on_a_day_are_listed_for_an_act(world: World) -> None:
    district = await world.umbrella("Perbup", in_force_until="2026-01-31")
    national = await world.umbrella("UU", number="UU 14/2008", areas=["ID"], actors=["police"])
    revoked = await world.umbrella("Perkap", number="Perkap 3/2015", in_force_from="2015-03-31")
    assert (await world.revoke(revoked["id"], "2021-02-05")).status == 200
    await world.drafted("legal_umbrella", legal=LEGAL)

    async def found(query: str) -> list[str]:
        return [item["title"] for item in (await world.get(f"/umbrellas?{query}"))["items"]]

    assert await found("") == ["Perbup", "UU"], "today"
    assert await found("on=2026-01-31") == ["Perbup", "UU"]
    assert await found("on=2026-02-01") == ["UU"], "the day after its last one is not covered"
    assert await found("on=2021-02-05") == ["Perbup", "UU"], "the first day is"
    assert await found("on=2021-02-04") == ["Perkap"], "what was done under it before stays covered"
    assert await found("on=2015-03-30") == []
    assert await found("area=35.15.07") == ["Perbup", "UU"]
    assert await found("area=35.1") == await found("area=35.151") == await found("area=35") == ["UU"]
    assert await found("area=XX-1") == []
    assert await found("actor=community") == ["Perbup"]
    assert await found("means=act") == []
    assert await found("means=educate&area=35.15&actor=police&on=2026-01-05") == ["Perbup", "UU"]
    page = await world.get("/umbrellas?limit=1")
    assert [item["title"] for item in page["items"]] == ["Perbup"]
    assert [item["title"] for item in (await world.get(f"/umbrellas?cursor={page['next']}"))["items"]] == [
        "UU"
    ]
    assert refused(await world.call("GET", "/umbrellas?on=2300-01-01")) == (422, "invalid-request")
    shown = await world.get(f"/umbrellas/{district['id']}")
    assert (shown["in_force"], shown["standing"], shown["in_force_until"]) == (
        True,
        "published",
        "2026-01-31",
    )
    await world.on(date(2026, 1, 31), 16)
    assert (await world.get(f"/umbrellas/{district['id']}"))["standing"] == "published", "its last day"
    await world.on(date(2026, 2, 1))
    assert (await world.get(f"/umbrellas/{district['id']}"))["standing"] == "lapsed"
    await world.done(national, "withdraw", body={"reason": "Salah daftar."})
    assert await found("") == []


async def test_a_revoked_regulation_names_its_successor(world: World) -> None:
    oldest = await world.umbrella("Perkap 7/2008", number="Perkap 7/2008", in_force_from="2008-10-01")
    older = await world.umbrella("Perkap 3/2015", number="Perkap 3/2015", in_force_from="2015-03-31")
    newest = await world.umbrella("Perpol 1/2021")
    assert (await world.revoke(oldest["id"], "2015-03-31", older["id"])).status == 200
    revoked = await world.revoke(older["id"], "2021-02-05", newest["id"])
    assert (revoked.body["legal"]["revoked_on"], revoked.body["legal"]["replaced_by"]) == (
        "2021-02-05",
        newest["id"],
    )
    for name in (oldest, older, newest):
        chain = await world.get(f"/umbrellas/{name['id']}/succession")
        assert [link["number"] for link in chain] == ["Perkap 7/2008", "Perkap 3/2015", "Perpol 1/2021"]
        assert [link["standing"] for link in chain] == ["revoked", "revoked", "published"]
        assert [link["in_force"] for link in chain] == [False, False, True]
    events = await world.events(older)
    assert names(events)[-1] == "legal-umbrella-revoked"
    assert events[-1]["data"] == {
        "product_id": older["id"],
        "partnership_id": str(world.partnership),
        "title": "Perkap 3/2015",
        "number": "Perkap 3/2015",
        "on": "2021-02-05",
        "replaced_by": newest["id"],
    }
    assert refused(await world.revoke(older["id"], "2022-01-01")) == (409, "revoked-already")
    assert refused(await world.revoke(newest["id"], "2026-01-01", oldest["id"])) == (
        422,
        "succession-in-circle",
    )
    assert refused(await world.revoke(newest["id"], "2026-01-01", newest["id"])) == (
        422,
        "succession-in-circle",
    )
    await world.done(older, "versions")
    again = await world.publish(older)
    assert again["legal"]["revoked_on"] == "2021-02-05", "a new version does not bring it back into force"


async def test_a_revocation_that_was_recorded_wrongly_is_taken_back(world: World) -> None:
    wrong = await world.umbrella("Perpol 1/2021", in_force_until="2026-01-31")
    other = await world.umbrella("Perkap 3/2015", number="Perkap 3/2015")
    path, body = f"/umbrellas/{wrong['id']}/restore", {"reason": "Yang dicabut adalah Perkap 3/2015."}
    assert refused(await world.call("POST", path, body, by=world.police)) == (409, "not-revoked")
    assert (await world.revoke(wrong["id"], "2022-01-01", other["id"])).status == 200
    assert (await world.get(f"/umbrellas/{wrong['id']}"))["standing"] == "revoked"
    assert refused(await world.call("POST", path, body, by=world.outsider)) == (403, "not-a-party")
    assert refused(await world.call("POST", path, {}, by=world.police)) == (422, "invalid-request")
    restored = await world.call("POST", path, body, by=world.police)
    assert restored.status == 200, restored.body
    legal = restored.body["legal"]
    assert (legal["revoked_on"], legal["replaced_by"]) == (None, None)
    shown = await world.get(f"/umbrellas/{wrong['id']}")
    assert (shown["standing"], shown["in_force"]) == ("published", True)
    events = await world.events(wrong)
    assert names(events)[-1] == "legal-umbrella-restored"
    assert events[-1]["data"]["reason"] == body["reason"]
    await world.on(date(2026, 2, 1))
    assert (await world.get(f"/umbrellas/{wrong['id']}"))["standing"] == "lapsed", "its end is watched again"
    assert names(await world.events(wrong))[-1] == "legal-umbrella-lapsed"


async def test_only_a_published_umbrella_is_revoked_and_only_by_one_replaced(world: World) -> None:
    umbrella, guide = await world.umbrella(), await world.published()
    draft = await world.drafted("legal_umbrella", legal=LEGAL)
    assert refused(await world.revoke(guide["id"], "2026-01-01")) == (422, "no-umbrella")
    assert refused(await world.revoke(draft["id"], "2026-01-01")) == (422, "no-umbrella")
    for other in (guide["id"], draft["id"], str(uuid4())):
        assert refused(await world.revoke(umbrella["id"], "2026-01-01", other)) == (422, "no-umbrella")
    for day in ("2021-02-05", "2008-01-01"):
        assert refused(await world.revoke(umbrella["id"], day)) == (422, "revoked-before-in-force")
    assert refused(await world.revoke(str(uuid4()), "2026-01-01")) == (404, "unknown-aggregate")
    body = {"on": "2026-01-01"}
    path = f"/umbrellas/{umbrella['id']}/revoke"
    assert refused(await world.call("POST", path, body, by=world.outsider)) == (403, "not-a-party")
    assert refused(await world.call("GET", f"/umbrellas/{guide['id']}")) == (422, "no-umbrella")
    assert refused(await world.call("GET", f"/umbrellas/{draft['id']}")) == (404, "unknown-aggregate")
    assert (await world.revoke(umbrella["id"], (TODAY + timedelta(days=9)).isoformat())).status == 200
    assert (await world.get(f"/umbrellas/{umbrella['id']}"))["standing"] == "published", "not yet"
    await world.later(days=9)
    assert (await world.get(f"/umbrellas/{umbrella['id']}"))["standing"] == "revoked"


async def test_its_publication_tells_what_it_covers_and_a_version_corrects_it(world: World) -> None:
    umbrella = await world.umbrella()
    [published] = [event for event in await world.events(umbrella) if "published" in event["event"]]
    assert published["data"]["legal"] == LEGAL
    await world.done(umbrella, "versions")
    await world.done(umbrella, "edit", body=content(legal=LEGAL | {"areas": ["35", "36"]}))
    assert (await world.get(f"/umbrellas/{umbrella['id']}"))["areas"] == ["35.15"], "as it was published"
    await world.publish(umbrella)
    assert (await world.get(f"/umbrellas/{umbrella['id']}"))["areas"] == ["35", "36"]


async def test_a_regulation_whose_last_day_passes_lapses_once_and_wherever_it_is_cited(world: World) -> None:
    umbrella = await world.umbrella(in_force_until="2026-01-31")
    guide = await world.published()
    await world.done(guide, "relations", body={"relation": "requires", "target": umbrella["id"]})
    await world.on(date(2026, 1, 31), 16)
    assert names(await world.events(umbrella))[-1] == "product-published"
    assert (await world.get(f"/products/{guide['id']}"))["warnings"] == []
    await world.on(date(2026, 1, 31), 17)
    await world.on(date(2026, 9, 1))
    assert names(await world.events(umbrella)).count("legal-umbrella-lapsed") == 1
    told = (await world.get(f"/products/{umbrella['id']}/timeline"))[-1]
    assert told["data"] == {
        "product_id": umbrella["id"],
        "partnership_id": str(world.partnership),
        "title": "Perpol 1/2021",
        "number": "Perpol 1/2021",
        "in_force_until": "2026-01-31",
    }
    [warning] = (await world.get(f"/products/{guide['id']}"))["warnings"]
    assert warning["standing"] == "lapsed"
    [related] = (await world.get(f"/products/{guide['id']}"))["related"]
    assert related["standing"] == "lapsed"
    found = {item["product_id"]: item for item in (await world.get("/search"))["items"]}
    assert (found[umbrella["id"]]["standing"], found[guide["id"]]["standing"]) == ("lapsed", "published")
    code = umbrella["versions"][0]["code"]
    assert (await world.get(f"/prints/{code}"))["standing"] == "lapsed"
    # The same regulation published again has lapsed already; extended, it lapses another time.
    await world.done(umbrella, "versions")
    await world.publish(umbrella)
    await world.on(date(2026, 9, 2))
    assert names(await world.events(umbrella)).count("legal-umbrella-lapsed") == 1
    await world.done(umbrella, "versions")
    legal = LEGAL | {"in_force_until": "2026-12-31"}
    await world.done(umbrella, "edit", body=content(legal=legal))
    await world.publish(umbrella)
    assert (await world.get(f"/umbrellas/{umbrella['id']}"))["standing"] == "published"
    await world.on(date(2027, 1, 1))
    assert names(await world.events(umbrella)).count("legal-umbrella-lapsed") == 2


async def test_what_was_revoked_or_withdrawn_or_has_no_end_does_not_lapse(world: World) -> None:
    revoked = await world.umbrella(in_force_until="2026-01-31")
    assert (await world.revoke(revoked["id"], "2026-01-31")).status == 200
    withdrawn = await world.umbrella(in_force_until="2026-01-31")
    await world.done(withdrawn, "withdraw", body={"reason": "Salah daftar."})
    endless = await world.umbrella(in_force_until="2026-01-31")
    await world.done(endless, "versions")
    await world.done(endless, "edit", body=content(legal=LEGAL))
    await world.publish(endless)
    await world.on(date(2026, 2, 2))
    for doe in (revoked, withdrawn, endless):
        assert "legal-umbrella-lapsed" not in names(await world.events(doe))
    assert (await world.get(f"/umbrellas/{revoked['id']}"))["standing"] == "revoked"


async def test_its_areas_exist_or_are_free_codes(world: World) -> None:
    def body(*areas: str) -> dict[str, Any]:
        facts = content(legal=LEGAL | {"areas": list(areas)})
        return facts | {"kind": "legal_umbrella", "partnership_id": str(world.partnership)}

    for code in ("00", "35.99", "35.15.99", "35.15.99.2001"):
        answer = await world.call("POST", "/products", body("35.15", code), by=world.police)
        assert refused(answer) == (422, "unknown-area"), code
    answer = await world.call("POST", "/products", body("ID", "35", "35.15.07", "MY-01"), by=world.police)
    assert answer.status == 201, answer.body
    edited = content(legal=LEGAL | {"areas": ["99"]})
    assert refused(await world.act(answer.body, "edit", body=edited)) == (422, "unknown-area")


@pytest.mark.parametrize(
    ("area", "around"),
    [
        ("35.15.07", ["35.15.07", "35", "35.15", "ID"]),
        ("35", ["35", "ID"]),
        ("ID", ["ID"]),
        ("MY-01/2", ["MY-01/2", "MY", "MY-01"]),
    ],
)
def test_an_area_lies_in_those_that_its_code_begins_with(area: str, around: list[str]) -> None:
    assert areas_around(area) == around


DAYS = st.dates(START - timedelta(days=400), START + timedelta(days=400))


@given(
    until=st.none() | st.dates(START, START + timedelta(days=300)),
    revoked=st.none() | st.dates(START + timedelta(days=1), START + timedelta(days=300)),
    on=DAYS,
)
def test_it_is_in_force_from_its_first_day_until_its_last_or_until_it_is_revoked(
    until: date | None, revoked: date | None, on: date
) -> None:
    umbrella = Umbrella.of(LegalTerms("1", "x", START, until, (Means.ACT,), ("35",), ("police",)))
    if revoked is not None:
        umbrella.revoke(revoked, None)
    expected = on >= START and (until is None or on <= until) and (revoked is None or on < revoked)
    assert umbrella.in_force(on) is expected
    assert umbrella.covers("act", "35.15", "police", on) is expected
    assert expected == (on >= START and umbrella.standing(on) == "published")
    if umbrella.lapses_after is not None:
        assert umbrella.lapses_after == until
        assert not umbrella.is_revoked(umbrella.lapses_after)
    assert not umbrella.covers("educate", "35.15", "police", on)
    assert not umbrella.covers("act", "36.15", "police", on)
    assert not umbrella.covers("act", "35.15", "school", on)
