"""Agreements come into force, are renewed, expire by the clock or are terminated; they are public."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from demo import files
from shared.content.pdf import rewrite_pdf
from tests.partners.world import (
    BASE,
    clock_of,
    end,
    events,
    fire,
    formed,
    got,
    made,
    other_agency,
    pass_days,
    post,
    problem,
    signed,
)
from tests.support.system import Answer, System

TODAY = date(2026, 1, 5)
PDF = rewrite_pdf(rewrite_pdf(files.pdf("Perjanjian contoh")))  # as nothing is left to change


def agreement(partnership: str, signatories: list[UUID], **changed: Any) -> dict[str, Any]:
    """A memorandum that came into force today and holds for a year, unless changed."""
    body = {
        "partnership_id": partnership,
        "kind": "mou",
        "number": "B/1/I/2026",
        "title": "Nota kesepahaman",
        "signed_on": "2026-01-05",
        "in_force_from": "2026-01-05",
        "in_force_until": "2027-01-04",
        "signatories": [str(signatory) for signatory in signatories],
    }
    return body | changed


def day(days: int) -> str:
    """The day so many days from today."""
    return (TODAY + timedelta(days=days)).isoformat()


async def state(here: System, path: str) -> str:
    found: str = (await got(here, path))["state"]
    return found


async def hand_in(
    here: System, path: str, content: bytes, media_type: str, filename: str, token: str | None
) -> Answer:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", content, filename=filename, content_type=media_type)
    return await here.call("POST", f"{BASE}{path}/file", form, token=token)


async def test_an_agreement_is_registered_in_force_and_public(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    waits = await made(here, "/agreements", agreement(partnership, both), token=here.representative(both[1]))
    assert waits["state"] == "unconfirmed"
    confirmation = f"/agreements/{waits['id']}/confirmations"
    made_so = await made(here, confirmation, None, token=here.representative(both[0]))
    assert (made_so["state"], made_so["public"], made_so["renewed_by"]) == ("in_force", True, None)
    assert [signatory["organisation_name"] for signatory in made_so["signatories"]] == [
        "Organisasi 0",
        "Organisasi 1",
    ]
    path = f"/agreements/{made_so['id']}"
    assert await got(here, path) == made_so
    timeline = await got(here, f"{path}/timeline")
    assert [event["event"] for event in timeline] == [
        "signing-awaited.v1",
        "signing-confirmed.v1",
        "agreement-registered.v2",
        "agreement-entered-into-force.v1",
    ]
    assert timeline[2]["data"]["in_force_until"] == "2027-01-04"
    assert timeline[0]["by"] is not None


async def test_the_record_says_in_which_office_each_signatory_signed(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    offices = [
        {"organisation_id": str(both[0]), "office": "Kepala Kepolisian Resor"},
        {"organisation_id": str(both[1]), "office": "Ketua"},
    ]
    body = agreement(partnership, both, offices=offices)
    waits = await made(here, "/agreements", body, token=here.representative(both[1]))
    confirmation = f"/agreements/{waits['id']}/confirmations"
    own_word = {"office": "Wakil Kepala Kepolisian Resor"}
    await made(here, confirmation, own_word, token=here.representative(both[0]))
    shown = await got(here, f"/agreements/{waits['id']}")
    signed_as = {item["organisation_id"]: item["office"] for item in shown["signatories"]}
    # Each signatory knows best who signed for it; without its word, that of the registering party stands.
    assert signed_as == {str(both[0]): own_word["office"], str(both[1]): "Ketua"}
    (registered,) = [
        event["data"]
        for event in await got(here, f"/agreements/{waits['id']}/timeline")
        if event["event"] == "agreement-registered.v2"
    ]
    assert {item["organisation_id"]: item["office"] for item in registered["signatories"]} == signed_as
    assert {item["organisation_name"] for item in registered["signatories"]} == {
        "Organisasi 0",
        "Organisasi 1",
    }
    assert registered["exception_class"] is None


@pytest.mark.parametrize(("area", "hour"), [("35.15", 17), ("51.71", 16), ("91.03", 15), ("MY-01", 17)])
async def test_a_day_begins_where_the_partnership_is(here: System, area: str, hour: int) -> None:
    """Sidoarjo, Denpasar, Jayapura; elsewhere the users' zone, which is that of Jakarta."""
    partnership, both = await formed(here, "lead", "member", area=area)
    body = agreement(partnership, both, in_force_from=day(10), in_force_until=day(20))
    path = f"/agreements/{(await made(here, '/agreements', body))['id']}"
    for days, earlier, then in ((9, "registered", "in_force"), (20, "in_force", "expired")):
        begins = datetime(2026, 1, 5, hour, tzinfo=UTC) + timedelta(days=days)
        clock_of(here).set(begins - timedelta(seconds=1))
        await fire(here)
        assert await state(here, path) == earlier
        clock_of(here).set(begins)
        await fire(here)
        assert await state(here, path) == then


async def test_the_clock_leads_an_agreement_from_its_first_day_to_its_last(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    body = agreement(partnership, both, in_force_from=day(10), in_force_until=day(100))
    path = f"/agreements/{(await made(here, '/agreements', body))['id']}"
    clock = clock_of(here)
    # The days of Jakarta begin seven hours before those of UTC.
    clock.set(datetime(2026, 1, 14, 16, 59, tzinfo=UTC))
    assert (await fire(here), await state(here, path)) == (0, "registered")
    clock.set(datetime(2026, 1, 14, 17, 0, tzinfo=UTC))
    await fire(here)
    assert await state(here, path) == "in_force"
    await pass_days(here, 30)
    assert (await events(here, path))[-1] == "agreement-expiring"
    warned = (await got(here, f"{path}/timeline"))[-1]
    assert (warned["data"]["days"], warned["by"]) == (60, None)
    clock.set(datetime(2026, 4, 15, 16, 59, tzinfo=UTC))
    await fire(here)
    assert await state(here, path) == "in_force"
    clock.set(datetime(2026, 4, 15, 17, 0, tzinfo=UTC))
    await fire(here)
    assert await state(here, path) == "expired"
    assert (await events(here, path))[2:] == ["agreement-expiring", "agreement-expired"]
    late = await post(here, f"{path}/terminate", {"on": day(100), "reason": "Terlambat"})
    assert problem(late) == (409, "act-impossible")


async def test_after_a_stop_of_years_everything_is_told_once_and_in_order(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    short = agreement(partnership, both, in_force_from=day(3), in_force_until=day(20))
    long = agreement(partnership, both, in_force_from=day(5), in_force_until=day(200))
    first, second = [(await made(here, "/agreements", item))["id"] for item in (short, long)]
    await pass_days(here, 1000)
    assert await fire(here) == 0
    timeline = await got(here, f"/partnerships/{partnership}/timeline")
    told = [(event["event"].partition(".v")[0], event["about"]) for event in timeline[3:]]
    assert told == [
        # Nobody is reminded of what is over.
        ("agreement-entered-into-force", first),
        ("agreement-entered-into-force", second),
        ("agreement-expired", first),
        ("agreement-expired", second),
    ]


async def test_a_late_reminder_says_how_many_days_are_left(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    paper = await made(here, "/agreements", agreement(partnership, both, in_force_until=day(100)))
    await pass_days(here, 70)
    warned = (await got(here, f"/agreements/{paper['id']}/timeline"))[-1]
    assert (warned["event"], warned["data"]["days"]) == ("agreement-expiring.v1", 30)


async def test_what_lies_in_the_past_happens_at_once(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    old = agreement(
        partnership, both, signed_on="2010-01-01", in_force_from="2010-02-01", in_force_until="2015-01-31"
    )
    made_so = await made(here, "/agreements", old)
    assert made_so["state"] == "expired"
    assert await events(here, f"/agreements/{made_so['id']}") == [
        "agreement-registered",
        "agreement-entered-into-force",
        "agreement-expired",
    ]
    near = await made(here, "/agreements", agreement(partnership, both, in_force_until=day(10)))
    await fire(here)
    warned = (await got(here, f"/agreements/{near['id']}/timeline"))[-1]
    assert (warned["event"], warned["data"]["days"]) == ("agreement-expiring.v1", 10)
    endless = await made(here, "/agreements", agreement(partnership, both, in_force_until=None))
    await pass_days(here, 20_000)
    assert await state(here, f"/agreements/{endless['id']}") == "in_force"


async def test_a_renewed_agreement_is_not_warned_of(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    elsewhere, _ = await signed(here, "lead", "member")
    first = await made(here, "/agreements", agreement(partnership, both))
    follow = {"renews": first["id"], "in_force_from": "2027-01-05", "in_force_until": "2028-01-04"}
    for body, refused in (
        (agreement(partnership, both, renews=first["id"]), (422, "renews-later")),
        (agreement(elsewhere, both, **follow), (422, "renews-elsewhere")),
        (agreement(partnership, both, **follow | {"renews": str(uuid4())}), (404, "unknown-aggregate")),
    ):
        assert problem(await post(here, "/agreements", body)) == refused
    second = await made(here, "/agreements", agreement(partnership, both, **follow))
    again = await post(here, "/agreements", agreement(partnership, both, **follow))
    assert problem(again) == (409, "renewed-already")
    assert second["renews"] == first["id"]
    shown = await here.call("GET", f"{BASE}/agreements/{first['id']}")
    assert (shown.body["renewed_by"], shown.headers["ETag"]) == (second["id"], '"2"')
    await pass_days(here, 366)
    assert await events(here, f"/agreements/{first['id']}") == [
        "agreement-registered",
        "agreement-entered-into-force",
        "agreement-expired",
    ]
    assert await state(here, f"/agreements/{second['id']}") == "in_force"


async def test_when_a_renewal_is_terminated_the_end_of_the_first_is_told_of_again(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    first = await made(here, "/agreements", agreement(partnership, both, in_force_until=day(100)))
    follow = agreement(partnership, both, renews=first["id"], in_force_from=day(101), in_force_until=day(500))
    path = f"/agreements/{first['id']}"
    for _ in range(2):
        # Once a renewal is gone, another may take its place.
        second = await made(here, "/agreements", follow)
        assert (await got(here, path))["renewed_by"] == second["id"]
        gone = {"on": day(0), "reason": "Batal"}
        ended = await made(here, f"/agreements/{second['id']}/terminate", gone)
        assert (ended["renews"], (await got(here, path))["renewed_by"]) == (first["id"], None)
    await pass_days(here, 39)
    assert "agreement-expiring" not in await events(here, path)
    await pass_days(here, 1)
    warned = (await got(here, f"{path}/timeline"))[-1]
    assert (warned["event"], warned["data"]["days"]) == ("agreement-expiring.v1", 60)
    # A renewal that falls within the last days: nobody was told, so it is told at once.
    third = await made(here, "/agreements", follow)
    await pass_days(here, 10)
    told = {"on": day(50), "reason": "Batal lagi"}
    await made(here, f"/agreements/{third['id']}/terminate", told)
    await fire(here)
    warned = (await got(here, f"{path}/timeline"))[-1]
    assert (warned["event"], warned["data"]["days"]) == ("agreement-expiring.v1", 50)
    await pass_days(here, 60)
    late = await made(here, "/agreements", follow | {"in_force_from": day(110)})
    await made(here, f"/agreements/{late['id']}/terminate", {"on": day(110), "reason": "Tidak jadi"})
    await fire(here)
    assert (await events(here, path))[-1] == "agreement-expired"


async def test_a_decree_has_one_signatory_and_its_signatories_end_it(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    body = agreement(partnership, both[:1], kind="decree", number="SK/1/2026")
    decree = await made(here, "/agreements", body)
    path, gone = f"/agreements/{decree['id']}/terminate", {"on": day(0), "reason": "Dicabut"}
    refused = await post(here, path, gone, token=here.representative(both[1]))
    assert problem(refused) == (403, "not-a-signatory")
    assert problem(await post(here, path, gone, token=here.token("secretary"))) == (403, "role-missing")
    stranger = await post(here, path, gone, token=other_agency(here, "coordinator"))
    assert problem(stranger) == (403, "other-agency")
    assert (await made(here, path, gone, token=here.representative(both[0])))["state"] == "terminated"


async def test_a_terminated_agreement_is_left_alone_by_the_clock(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    path = f"/agreements/{(await made(here, '/agreements', agreement(partnership, both)))['id']}"
    body = {"on": "2026-01-05", "reason": "Para pihak sepakat"}
    for changed, code in (("2026-01-06", "day-to-come"), ("2026-01-04", "terminated-before-signed")):
        refused = await post(here, f"{path}/terminate", body | {"on": changed})
        assert problem(refused) == (422, code)
    ended = await made(here, f"{path}/terminate", body, token=here.representative(both[1]))
    assert (ended["state"], ended["terminated_on"], ended["termination_reason"]) == (
        "terminated",
        "2026-01-05",
        "Para pihak sepakat",
    )
    await pass_days(here, 800)
    timeline = await got(here, f"{path}/timeline")
    assert [event["event"] for event in timeline][2:] == ["agreement-terminated.v1"]
    assert timeline[-1]["reason"] == "Para pihak sepakat"
    assert problem(await post(here, f"{path}/terminate", body)) == (409, "act-impossible")


async def test_an_agreement_that_never_came_into_force_can_be_terminated(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    body = agreement(partnership, both, in_force_from=day(30))
    path = f"/agreements/{(await made(here, '/agreements', body))['id']}"
    await made(here, f"{path}/terminate", {"on": day(0), "reason": "Batal"})
    await pass_days(here, 60)
    assert await events(here, path) == ["agreement-registered", "agreement-terminated"]


async def test_what_is_no_agreement_is_refused(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    stranger = await here.organisation("Radio", "media")
    for changed, refused in (
        ({"signatories": [str(both[0])] * 2}, (422, "signatories-too-few")),
        ({"signatories": [str(both[0]), str(both[1]), str(both[1])]}, (422, "signatories-too-few")),
        ({"signatories": [str(both[0])]}, (422, "signatories-too-few")),
        ({"signatories": [], "kind": "decree"}, (422, "invalid-request")),
        ({"signatories": [str(both[0])] * 2, "kind": "decree"}, (422, "signatories-too-few")),
        ({"signatories": [str(both[0]), str(stranger)]}, (422, "organisation-not-a-party")),
        ({"in_force_until": "2026-01-04"}, (422, "agreement-ends-too-early")),
        ({"signed_on": "2026-01-06"}, (422, "day-to-come")),
        ({"public": False}, (422, "exception-unexplained")),
        ({"public": False, "exception_reason": "Rahasia"}, (422, "exception-unexplained")),
        ({"public": False, "exception_class": "personal_data"}, (422, "exception-unexplained")),
        ({"exception_reason": "Rahasia"}, (422, "exception-unexplained")),
        ({"exception_class": "personal_data"}, (422, "exception-unexplained")),
        (
            {"exception_class": "inconvenient", "exception_reason": "x", "public": False},
            (422, "invalid-request"),
        ),
        ({"offices": [{"organisation_id": str(stranger), "office": "Ketua"}]}, (422, "office-of-nobody")),
        (
            {
                "offices": [
                    {"organisation_id": str(both[0]), "office": office} for office in ("Kepala", "Wakil")
                ]
            },
            (422, "office-of-nobody"),
        ),
        ({"in_force_from": "0001-01-01"}, (422, "invalid-request")),
        ({"in_force_until": "9999-12-31"}, (422, "invalid-request")),
        ({"kind": "promise"}, (422, "invalid-request")),
        ({"number": "x\0"}, (422, "invalid-request")),
        ({"partnership_id": str(uuid4())}, (404, "unknown-aggregate")),
    ):
        assert problem(await post(here, "/agreements", agreement(partnership, both) | changed)) == refused
    assert (await got(here, "/agreements"))["items"] == []


async def test_parties_and_the_own_coordinators_register_agreements(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    stranger, body = await here.organisation("Radio", "media"), agreement(partnership, both)
    by_stranger = await post(here, "/agreements", body, token=here.representative(stranger))
    assert problem(by_stranger) == (403, "not-a-party")
    by_other = await post(here, "/agreements", body, token=other_agency(here, "coordinator"))
    assert problem(by_other) == (403, "other-agency")
    assert (await here.call("POST", f"{BASE}/agreements", body)).status == 401
    await end(here, partnership, both)
    assert problem(await post(here, "/agreements", body)) == (409, "partnership-over")


async def test_agreements_are_found_by_partnership_state_and_kind(here: System) -> None:
    partnership, both = await formed(here, "lead", "member")
    elsewhere, _ = await formed(here, "lead", "member")
    ids = {}
    for name, body in {
        "running": agreement(partnership, both),
        "coming": agreement(partnership, both, kind="pks", in_force_from=day(3)),
        "other": agreement(elsewhere, both, kind="decree"),
    }.items():
        ids[(await made(here, "/agreements", body))["id"]] = name

    async def found(query: str) -> list[str]:
        return [ids[item["id"]] for item in (await got(here, f"/agreements?{query}"))["items"]]

    assert await found("") == ["running", "coming", "other"]
    assert await found(f"partnership_id={partnership}") == ["running", "coming"]
    assert await found("state=in_force") == ["running", "other"]
    assert await found("kind=pks") == ["coming"]
    assert await found(f"partnership_id={partnership}&state=in_force&kind=pks") == []
    assert (await here.call("GET", f"{BASE}/agreements?state=lost")).status == 422


async def test_the_text_of_an_agreement_is_handed_out_to_everybody(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    path = f"/agreements/{(await made(here, '/agreements', agreement(partnership, both)))['id']}"
    missing = await here.call("GET", f"{BASE}{path}/file")
    assert problem(missing) == (404, "agreement-without-file")
    token = here.representative(both[0])
    kept = await hand_in(here, path, PDF, "application/pdf", "nota\u202e.pdf", token)
    assert kept.status == 201, kept.body
    assert (kept.body["file"]["size"], kept.body["file"]["filename"]) == (len(PDF), "nota.pdf")
    told = (await got(here, f"{path}/timeline"))[-1]
    assert (told["event"], told["data"]) == (
        "agreement-file-attached.v1",
        {
            "agreement_id": kept.body["id"],
            "partnership_id": partnership,
            "sha256": kept.body["file"]["sha256"],
            "size": len(PDF),
            "media_type": "application/pdf",
        },
    )
    handed = await here.call("GET", f"{BASE}{path}/file")
    assert (handed.status, handed.body, handed.headers["Content-Type"]) == (200, PDF, "application/pdf")
    again = await hand_in(here, path, PDF, "application/pdf", "nota.pdf", token)
    assert problem(again) == (409, "agreement-has-file")


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (b"a,b\n", "text/csv", "file-type-not-allowed"),
        (b"no pdf", "application/pdf", "file-type-mismatch"),
        (b"", "application/pdf", "file-empty"),
    ],
)
async def test_only_documents_and_pictures_are_agreements(
    here: System, content: bytes, media_type: str, code: str
) -> None:
    partnership, both = await formed(here, "lead", "member")
    path = f"/agreements/{(await made(here, '/agreements', agreement(partnership, both)))['id']}"
    token = here.representative(both[0])
    assert problem(await hand_in(here, path, content, media_type, "x", token)) == (422, code)
    assert (await got(here, path))["file"] is None


async def test_an_exception_is_explained_and_its_text_is_for_the_parties(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    stranger = await here.organisation("Radio", "media")
    reason = "Memuat pola pengamanan objek vital"
    body = agreement(
        partnership, both, public=False, exception_class="law_enforcement", exception_reason=reason
    )
    made_so = await made(here, "/agreements", body)
    path = f"/agreements/{made_so['id']}"
    shown = await got(here, path)
    assert (shown["exception_class"], shown["exception_reason"]) == ("law_enforcement", reason)
    registered = (await here.call("GET", f"{BASE}{path}/timeline")).body[0]
    assert registered["data"]["exception_class"] == "law_enforcement"
    refused = await hand_in(here, path, PDF, "application/pdf", "x.pdf", here.representative(stranger))
    assert problem(refused) == (403, "not-a-party")
    assert (await hand_in(here, path, PDF, "application/pdf", "x.pdf", None)).status == 401
    await hand_in(here, path, PDF, "application/pdf", "x.pdf", here.token("coordinator"))
    for token in (
        None,
        here.token("secretary"),
        here.representative(stranger),
        other_agency(here, "auditor"),
    ):
        known = (await here.call("GET", f"{BASE}{path}", token=token)).body
        assert (known["has_file"], known["file"]) == (True, None)
        for about in (path, f"/partnerships/{partnership}"):
            told = (await here.call("GET", f"{BASE}{about}/timeline", token=token)).body
            (attached,) = [
                item["data"] for item in told if item["event"].startswith("agreement-file-attached")
            ]
            assert set(attached) == {"agreement_id", "partnership_id"}
    known = (await here.call("GET", f"{BASE}{path}", token=here.representative(both[1]))).body
    assert known["file"]["size"] == len(PDF)
    for token, expected in (
        (None, 401),
        (here.token("coordinator"), 200),
        (here.token("auditor"), 200),
        (other_agency(here, "auditor"), 403),
        (other_agency(here, "coordinator"), 403),
        (here.token("secretary"), 403),
        (here.representative(stranger), 403),
        (here.representative(both[1]), 200),
    ):
        answer = await here.call("GET", f"{BASE}{path}/file", token=token)
        assert answer.status == expected
    assert answer.body == PDF
    by_stranger = await here.call("GET", f"{BASE}{path}/file", token=here.representative(stranger))
    assert problem(by_stranger) == (403, "agreement-not-public")
