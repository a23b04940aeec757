"""Contacts and ceremonies are recorded, by those who took part, after they took place."""

from __future__ import annotations

from uuid import uuid4

from tests.partners.world import BASE, formed, got, made, member, other_agency, post, problem, signed
from tests.support.system import System


async def test_a_contact_is_recorded_with_who_took_part(here: System) -> None:
    partnership, (lead, village) = await signed(here, "lead", "member")
    people = [await member(here, lead, "Ani Contoh"), await member(here, village, "Budi Contoh")]
    path = f"/partnerships/{partnership}/contacts"
    body = {
        "kind": "visit",
        "on": "2026-01-04",
        "subject": "Sambang desa",
        "attended_by": [people[1], people[0], people[1]],
        "organisations": [str(village), str(lead)],
    }
    contact = await made(here, path, body, token=here.representative(village))
    assert (contact["attended_by"], contact["organisations"]) == (people, [str(lead), str(village)])
    assert contact["participants"] == [
        {"person_id": people[0], "organisation_id": str(lead)},
        {"person_id": people[1], "organisation_id": str(village)},
    ]
    page = await got(here, path)
    assert page["items"] == [contact]
    last = (await got(here, f"/partnerships/{partnership}/timeline"))[-1]
    assert (last["event"], last["data"]["attendees"]) == (
        "contact-recorded.v1",
        [
            {"member": people[0], "organisation_id": str(lead)},
            {"member": people[1], "organisation_id": str(village)},
        ],
    )
    shown = await here.call("GET", f"{BASE}/contacts/{contact['id']}", token=here.token("auditor"))
    assert (shown.body, shown.headers["ETag"]) == (contact, '"1"')
    assert [event["event"] for event in await got(here, f"/contacts/{contact['id']}/timeline")] == [
        last["event"]
    ]
    assert last["data"]["on"] == "2026-01-04"
    assert "Ani" not in str(page)


async def test_what_a_contact_names_is_known(here: System) -> None:
    partnership, (lead, village) = await signed(here, "lead", "member")
    person, stranger = await member(here, lead), await here.organisation("Radio", "media")
    villager = await member(here, village, "Budi Contoh")
    outsider = await member(here, stranger, "Citra Contoh")
    path = f"/partnerships/{partnership}/contacts"
    body = {
        "kind": "call",
        "on": "2026-01-05",
        "subject": "Kabar",
        "attended_by": [person, villager],
        "organisations": [str(lead), str(village)],
    }
    for changed, refused in (
        ({"attended_by": [person, str(uuid4())]}, (422, "person-unknown")),
        ({"attended_by": [person, villager, outsider]}, (422, "belongs-to-none")),
        ({"on": "2025-12-01"}, (422, "belongs-to-none")),
        ({"attended_by": [person]}, (422, "nobody-of-party")),
        ({"organisations": [str(lead), str(stranger)]}, (422, "organisation-not-a-party")),
        ({"organisations": [str(lead), str(lead)], "attended_by": [person]}, (422, "contact-of-one-party")),
        ({"on": "2026-01-06"}, (422, "day-to-come")),
        ({"on": "9999-12-31"}, (422, "invalid-request")),
        ({"kind": "dream"}, (422, "invalid-request")),
        ({"attended_by": []}, (422, "invalid-request")),
    ):
        assert problem(await post(here, path, body | changed)) == refused
    assert problem(await post(here, path, body, token=here.representative(stranger))) == (403, "not-a-party")
    assert problem(await post(here, path, body, token=other_agency(here, "coordinator"))) == (
        403,
        "other-agency",
    )
    assert (await here.call("POST", f"{BASE}{path}", body)).status == 401
    unknown = await post(here, f"/partnerships/{uuid4()}/contacts", body)
    assert problem(unknown) == (404, "unknown-aggregate")
    assert (await got(here, path))["items"] == []
    for path in (f"/contacts/{uuid4()}", f"/contacts/{uuid4()}/timeline"):
        assert (await here.call("GET", f"{BASE}{path}", token=here.token("auditor"))).status == 404
        assert (await here.call("GET", f"{BASE}{path}")).status == 401


async def test_who_took_part_belonged_to_a_party_on_that_day(here: System) -> None:
    partnership, (lead, village) = await formed(here, "lead", "member")
    people = [await member(here, lead), await member(here, village, "Budi Contoh")]
    token = here.token("coordinator")
    (his,) = (await got(here, f"/memberships?person_id={people[1]}", token))["items"]
    await made(here, f"/memberships/{his['id']}/end", {"until": "2026-01-03"})
    body = {
        "kind": "call",
        "on": "2026-01-04",
        "subject": "Kabar",
        "attended_by": people,
        "organisations": [str(lead), str(village)],
    }
    path = f"/partnerships/{partnership}/contacts"
    assert problem(await post(here, path, body)) == (422, "belongs-to-none")
    await made(here, path, body | {"on": "2026-01-03"})


async def test_ceremonies_are_listed_per_partnership(here: System) -> None:
    partnership, (lead, village) = await signed(here, "lead", "member")
    elsewhere, _ = await signed(here, "lead", "member")
    path = f"/partnerships/{partnership}/ceremonies"
    for day in ("2026-01-03", "2026-01-05"):
        body = {"title": "Deklarasi", "on": day, "organisations": [str(lead), str(village)]}
        await made(here, path, body)
    page = await got(here, f"{path}?limit=1")
    assert [item["on"] for item in page["items"]] == ["2026-01-03"]
    following = await got(here, f"{path}?limit=1&cursor={page['next']}")
    assert [item["on"] for item in following["items"]] == ["2026-01-05"]
    assert (await got(here, f"/partnerships/{elsewhere}/ceremonies"))["items"] == []
    assert problem(await post(here, path, body | {"on": "2026-01-06"})) == (422, "day-to-come")
    assert (await here.call("GET", f"{BASE}/partnerships/{uuid4()}/ceremonies")).status == 404
    first = page["items"][0]
    shown = await here.call("GET", f"{BASE}/ceremonies/{first['id']}")
    assert (shown.body, shown.headers["ETag"]) == (first, '"1"')
    (told,) = await got(here, f"/ceremonies/{first['id']}/timeline")
    assert (told["event"], told["reason"]) == ("ceremony-recorded.v1", None)
    assert (await here.call("GET", f"{BASE}/ceremonies/{uuid4()}")).status == 404
    assert (await here.call("GET", f"{BASE}/ceremonies/{uuid4()}/timeline")).status == 404


async def test_a_contact_is_corrected_and_what_was_said_before_stays_known(here: System) -> None:
    partnership, (lead, village) = await signed(here, "lead", "member")
    ani, budi = await member(here, lead, "Ani Contoh"), await member(here, village, "Budi Contoh")
    citra = await member(here, village, "Citra Contoh")
    said = {
        "kind": "visit",
        "on": "2026-01-04",
        "subject": "Sambang desa",
        "attended_by": [ani, budi],
        "organisations": [str(lead), str(village)],
    }
    contact = await made(here, f"/partnerships/{partnership}/contacts", said)
    path, token = f"/contacts/{contact['id']}", here.representative(village)
    body = said | {
        "on": "2026-01-03",
        "attended_by": [ani, citra],
        "reason": "Citra yang hadir, sehari sebelumnya",
    }
    for wrong, refusal in (
        (said | {"reason": "Salah ketik"}, (422, "nothing-corrected")),
        (body | {"attended_by": [ani]}, (422, "nobody-of-party")),
        (body | {"on": "2026-01-06"}, (422, "day-to-come")),
        (said, (422, "invalid-request")),
    ):
        assert problem(await post(here, f"{path}/correct", wrong, token=token)) == refusal
    assert problem(await post(here, f"{path}/correct", body, token=other_agency(here, "coordinator")))[0] in (
        403,
        404,
    )
    assert await got(here, path) == contact
    corrected = await made(here, f"{path}/correct", body, token=token)
    assert (corrected["on"], corrected["attended_by"]) == ("2026-01-03", sorted([ani, citra]))
    assert await got(here, path) == corrected
    first, second = await got(here, f"{path}/timeline")
    assert (first["data"]["on"], first["data"]["attendees"][1]["member"]) == ("2026-01-04", budi)
    assert (second["event"], second["reason"]) == ("contact-corrected.v1", body["reason"])
    assert [attendee["member"] for attendee in second["data"]["attendees"]] == sorted([ani, citra])


async def test_a_ceremony_is_corrected_and_what_was_said_before_stays_known(here: System) -> None:
    partnership, (lead, village) = await signed(here, "lead", "member")
    said = {"title": "Apel", "on": "2026-01-04", "organisations": [str(lead), str(village)]}
    ceremony = await made(here, f"/partnerships/{partnership}/ceremonies", said)
    path = f"/ceremonies/{ceremony['id']}"
    body = said | {"title": "Apel siaga", "organisations": [str(lead)], "reason": "Salah ketik"}
    assert problem(await post(here, f"{path}/correct", said | {"reason": "Salah ketik"})) == (
        422,
        "nothing-corrected",
    )
    corrected = await made(here, f"{path}/correct", body)
    assert (corrected["title"], corrected["organisations"]) == ("Apel siaga", [str(lead)])
    told = [
        (event["event"], event["data"]["title"], event["reason"])
        for event in await got(here, f"{path}/timeline")
    ]
    assert told == [
        ("ceremony-recorded.v1", "Apel", None),
        ("ceremony-corrected.v1", "Apel siaga", "Salah ketik"),
    ]
