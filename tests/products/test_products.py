"""A party drafts a product; others of the partnership see it before the public does."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.partners.service import service as partners
from services.products.service import service as products
from shared.contracts.partners import OrganisationAmended, PartnershipEnded, PartyLeft
from shared.contracts.vocabulary import OrganisationKind
from tests.products.world import BASE, LEGAL, World, content, names, refused
from tests.support.postgres import Postgres
from tests.support.system import Answer, System, system
from tests.support.wait import eventually


def text(language: str, body: str = "Isi.", title: str = "Judul") -> dict[str, str]:
    return {"language": language, "title": title, "summary": "", "body": body}


async def test_a_draft_is_for_the_parties_alone(world: World) -> None:
    product = await world.drafted(texts=[text("mad"), text("en"), text("id", title="Petunjuk")])
    path = f"/products/{product['id']}"
    assert product["title"] == "Petunjuk", "Indonesian comes first"
    assert product["versions"][0]["languages"] == ["id", "en", "mad"]
    assert (product["versions"][0]["state"], product["download"]) == ("draft", None)
    for reader in (None, world.outsider):
        assert refused(await world.call("GET", path, by=reader)) == (404, "unknown-aggregate")
        assert (await world.call("GET", f"{path}/timeline", by=reader)).status == 404
        assert (await world.call("GET", f"{path}/uses", by=reader)).status == 404
    seen = await world.get(path, world.school)
    assert (seen["standing"], [text["language"] for text in seen["versions"][0]["texts"]]) == (
        "draft",
        ["id", "en", "mad"],
    )
    assert [item["id"] for item in (await world.get("/drafts", world.school))["items"]] == [product["id"]]
    assert (await world.get("/drafts", world.outsider))["items"] == []
    assert refused(await world.call("GET", "/drafts")) == (401, "sign-in-first")
    assert (await world.get("/products"))["items"] == []
    [event] = await world.events(product)
    assert (event["event"], event["organisation"]) == ("product-drafted.v1", str(world.police))
    assert event["data"] == {
        "product_id": product["id"],
        "partnership_id": str(world.partnership),
        "title": "Petunjuk",
        "kind": "guidance",
        "phases": ["prevention"],
        "audiences": ["residents"],
        "tense": None,
        "subject": None,
        "drafted_by": str(world.police),
    }


async def test_only_a_party_of_a_partnership_that_lasts_drafts(world: World) -> None:
    body = content() | {"kind": "guidance", "partnership_id": str(world.partnership)}
    assert refused(await world.call("POST", "/products", body)) == (401, "sign-in-first")
    coordinator = world.here.token("coordinator")
    assert refused(await world.call("POST", "/products", body, token=coordinator)) == (403, "role-missing")
    assert refused(await world.call("POST", "/products", body, by=world.outsider)) == (403, "not-a-party")
    elsewhere = body | {"partnership_id": str(uuid4())}
    answer = await world.call("POST", "/products", elsewhere, by=world.police)
    assert refused(answer) == (404, "unknown-partnership")

    product = await world.published()
    draft = await world.drafted()
    await world.hear(
        OrganisationAmended(
            organisation_id=world.school, name="SMA Satu", kind=OrganisationKind.SCHOOL, area="35"
        )
    )
    await world.projected(lambda known: (world.school, "SMA Satu") in known)
    left = PartyLeft(
        partnership_id=world.partnership, party_id=uuid4(), organisation_id=world.school, reason="moved"
    )
    await world.hear(left)
    await world.projected(lambda known: world.school not in {item for item, _ in known})
    assert refused(await world.act(draft, "submit", world.school)) == (404, "unknown-aggregate")
    await world.hear(
        PartnershipEnded(partnership_id=world.partnership, title="Aman bersama", reason="its aim is reached")
    )
    await eventually(world.ended)
    for verb in ("submit", "approve", "publish", "versions"):
        assert refused(await world.act(draft, verb)) == (409, "partnership-over")
    assert refused(await world.call("POST", "/products", body, by=world.police)) == (409, "partnership-over")
    gone = await world.done(product, "withdraw", world.village, {"reason": "It is no longer true."})
    assert gone["versions"][0]["state"] == "withdrawn", "what is public can be withdrawn for ever"


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        ("situation_picture", {}, "tense-needed"),
        ("situation_picture", {"tense": "past"}, "tense-needed"),
        ("guidance", {"tense": "past", "subject": "problem"}, "tense-not-meant"),
        ("legal_umbrella", {}, "legal-facts-needed"),
        ("reference", {"legal": LEGAL}, "legal-facts-not-meant"),
        ("legal_umbrella", {"legal": LEGAL | {"in_force_until": "2021-02-04"}}, "force-reversed"),
        ("guidance", {"texts": [text("id"), text("id")]}, "language-twice"),
        ("guidance", {"texts": [text("id", "Satu\n\n<b>dua</b>")]}, "markup-not-allowed"),
        ("guidance", {"texts": [text("id", "![gambar](https://example.org/a.png)")]}, "markup-not-allowed"),
        ("guidance", {"texts": [text("id", "[buka](javascript:alert(1))")]}, "markup-not-allowed"),
        ("guidance", {"texts": [text("id", "[buka][a]\n\n[a]: data:text/html,x")]}, "markup-not-allowed"),
        ("guidance", {"phases": []}, "invalid-request"),
        ("guidance", {"audiences": []}, "invalid-request"),
        ("guidance", {"audiences": ["two words"]}, "invalid-request"),
        ("guidance", {"media": ["print", "print"]}, "invalid-request"),
        ("guidance", {"texts": []}, "invalid-request"),
        ("guidance", {"texts": [text("fr")]}, "invalid-request"),
        ("guidance", {"texts": [text("id", "a\u0000b")]}, "invalid-request"),
        ("guidance", {"texts": [text("id", title="a\ud800b")]}, "invalid-request"),
        ("guidance", {"valid_until": "9999-12-31"}, "invalid-request"),
        ("poem", {}, "invalid-request"),
    ],
)
async def test_a_draft_that_does_not_fit_its_kind_is_refused(
    kind: str, facts: dict[str, Any], code: str, sqlite_world: World
) -> None:
    world = sqlite_world
    body = content(**facts) | {"kind": kind, "partnership_id": str(world.partnership)}
    assert refused(await world.call("POST", "/products", body, by=world.police)) == (422, code)
    assert (await world.get("/drafts", world.police))["items"] == []


async def test_plain_markdown_with_a_table_and_links_is_kept_as_written(world: World) -> None:
    body = (
        "# Ronda\n\n*Berdua*, **selalu**; lihat [situs](https://example.org) atau [atas](#ronda).\n\n"
        "1. satu\n2. dua\n\n| a | b |\n|---|---|\n| 3 < 4 | 5 |\n\nSurat: [tulis](mailto:forum@example.org)"
    )
    product = await world.drafted(texts=[text("id", body)])
    assert product["versions"][0]["texts"][0]["body"] == body


async def test_a_draft_is_written_anew_by_whoever_has_read_it(world: World) -> None:
    product = await world.drafted(texts=[text("id"), text("en")])
    path = f"/products/{product['id']}"
    shown = await world.call("GET", path, by=world.village)
    changed = content(
        phases=["handling", "prevention"],
        audiences=["schools", "residents"],
        texts=[text("id", "Baru", "Judul baru"), text("jv", "Anyar", "Irah-irahan")],
        valid_until="2026-12-31",
    )
    stale = await world.call("POST", f"{path}/edit", changed, by=world.village, If_Match='"99"')
    assert refused(stale) == (412, "changed-since-read")
    answer = await world.call(
        "POST", f"{path}/edit", changed, by=world.village, If_Match=shown.headers["ETag"]
    )
    assert answer.status == 200, answer.body
    assert answer.headers["ETag"] != shown.headers["ETag"]
    seen = await world.get(path, world.police)
    assert (seen["title"], seen["phases"]) == ("Judul baru", ["handling", "prevention"])
    [version] = seen["versions"]
    assert version["valid_until"] == "2026-12-31"
    assert [(text["language"], text["body"]) for text in version["texts"]] == [
        ("id", "Baru"),
        ("jv", "Anyar"),
    ]
    bad = await world.call("POST", f"{path}/edit", changed | {"legal": LEGAL}, by=world.police)
    assert refused(bad) == (422, "legal-facts-not-meant")
    assert refused(await world.call("POST", f"{path}/edit", changed, by=world.outsider)) == (
        404,
        "unknown-aggregate",
    )
    await world.done(product, "submit")
    late = await world.call("POST", f"{path}/edit", changed, by=world.police, Accept_Language="en")
    assert refused(late) == (409, "act-impossible")
    assert "edit" in late.body["detail"]


async def test_files_are_checked_kept_with_the_draft_and_removable(world: World) -> None:
    product = await world.drafted(texts=[text("id", "")])
    added = await world.upload(product, language="id", medium="print")
    assert added.status == 201, added.body
    [file] = added.body["versions"][0]["files"]
    assert (file["filename"], file["role"], file["medium"], file["language"]) == (
        "petunjuk.pdf",
        "main",
        "print",
        "id",
    )
    table = await world.upload(
        product, b"a,b\n1,2\n", "../x/\u202eangka.csv", "text/csv", world.village, role="attachment"
    )
    assert [file["filename"] for file in table.body["versions"][0]["files"]] == ["petunjuk.pdf", "angka.csv"]
    wrong = await world.upload(product, b"<html>", "a.pdf")
    assert refused(wrong) == (422, "file-type-mismatch")
    program = await world.upload(product, b"MZ", "a.exe", "application/octet-stream")
    assert refused(program) == (422, "file-type-not-allowed")
    assert refused(await world.upload(product, by=world.outsider)) == (404, "unknown-aggregate")
    large = await world.upload(product, io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "a.txt", "text/plain")
    assert refused(large) == (422, "file-too-large")

    assert (await world.call("GET", file["download"])).status == 404, "not published"
    got = await world.call("GET", file["download"], by=world.school)
    assert (got.status, got.body[:5], got.headers["X-Content-Type-Options"]) == (200, b"%PDF-", "nosniff")
    second = table.body["versions"][0]["files"][1]["id"]
    for _ in range(18):
        added = await world.upload(product, b"x", "a.txt", "text/plain")
    assert refused(await world.upload(product, b"y", "b.txt", "text/plain")) == (409, "too-many-files")
    path = f"/products/{product['id']}/files"
    left = await world.call("DELETE", f"{path}/{second}", by=world.police)
    assert (left.status, len(left.body["versions"][0]["files"])) == (200, 19)
    assert refused(await world.call("DELETE", f"{path}/{second}", by=world.police)) == (404, "unknown-file")
    assert (await world.call("DELETE", f"{path}/{file['id']}", by=world.outsider)).status == 404

    await world.publish(product)
    assert refused(await world.upload(product)) == (409, "act-impossible")
    gone = await world.call("DELETE", f"{path}/{file['id']}", by=world.police)
    assert refused(gone) == (409, "act-impossible")
    assert (await world.call("GET", file["download"])).status == 200
    main = await world.call("GET", f"/products/{product['id']}/file")
    assert (main.status, main.body) == (200, got.body)
    assert refused(await world.call("GET", f"{path}/{uuid4()}")) == (404, "unknown-file")


async def test_what_is_written_and_added_to_a_draft_is_told(world: World) -> None:
    facts = {"tense": "past", "subject": "problem"}
    product = await world.drafted("situation_picture", **facts)
    changed = content(phases=["handling"], audiences=["students"], tense="future", subject="potential")
    await world.done(product, "edit", world.village, changed)
    added = await world.upload(product, by=world.school, role="attachment", medium="print")
    [file] = added.body["versions"][0]["files"]
    path = f"/products/{product['id']}/files/{file['id']}"
    assert (await world.call("DELETE", path, by=world.police)).status == 200
    drafted, edited, added_file, removed_file = await world.events(product)
    assert (drafted["data"]["tense"], drafted["data"]["subject"]) == ("past", "problem")
    about = {
        "product_id": product["id"],
        "partnership_id": str(world.partnership),
        "title": "Petunjuk ronda",
        "product_version": 1,
    }
    assert edited["event"] == "product-edited.v1"
    assert edited["data"] == about | {
        "phases": ["handling"],
        "audiences": ["students"],
        "tense": "future",
        "subject": "potential",
        "edited_by": str(world.village),
    }
    of_file = about | {"sha256": file["sha256"], "role": "attachment", "medium": "print"}
    assert (added_file["event"], removed_file["event"]) == ("file-added.v1", "file-removed.v1")
    assert added_file["data"] == of_file | {"added_by": str(world.school)}
    assert removed_file["data"] == of_file | {"removed_by": str(world.police)}
    await world.upload(product)
    await world.publish(product)
    await world.done(product, "versions")
    last = (await world.events(product))[-1]
    assert (last["event"], last["data"]["phases"], last["data"]["audiences"], last["data"]["tense"]) == (
        "version-drafted.v1",
        ["handling"],
        ["students"],
        "future",
    )
    [published] = [event for event in await world.events(product) if event["event"] == "product-published.v2"]
    assert published["data"]["files"] == [file["sha256"]]
    assert (await world.get(f"/products/{product['id']}/timeline")) == [published], (
        "drafts are not for others"
    )


async def test_published_products_are_found_by_every_facet(world: World) -> None:
    problem = str(uuid4())
    first = await world.published(
        "situation_picture",
        phases=["handling", "rehabilitation"],
        audiences=["students", "teachers"],
        media=["electronic"],
        tense="future",
        subject="potential",
        problem_id=problem,
        texts=[text("id"), text("jv")],
    )
    second = await world.drafted("guidance", audiences=["student"], media=["print"])
    await world.upload(second, language="mad")
    await world.publish(second)
    await world.drafted("guidance")

    async def found(query: str) -> list[str]:
        return [item["id"] for item in (await world.get(f"/products?{query}"))["items"]]

    both = [first["id"], second["id"]]
    assert await found("") == both
    assert await found(f"partnership_id={world.partnership}") == both
    assert await found(f"partnership_id={uuid4()}") == []
    for query in (
        "kind=situation_picture",
        "phase=handling",
        "phase=rehabilitation",
        "audience=students",
        "audience=teachers",
        "tense=future",
        "subject=potential",
        "medium=electronic",
        "language=jv",
        f"problem_id={problem}",
    ):
        assert await found(query) == both[:1], query
    for query in ("kind=guidance", "audience=student", "medium=print", "language=mad", "phase=prevention"):
        assert await found(query) == both[1:], query
    assert await found("language=en") == await found("tense=past") == await found("state=withdrawn") == []
    assert await found("language=jv&medium=print") == []
    assert refused(await world.call("GET", "/products?audience=Not%20one")) == (422, "invalid-request")
    page = await world.get("/products?limit=1")
    [card] = page["items"]
    assert (card["id"], card["standing"], card["languages"]) == (first["id"], "published", ["id", "jv"])
    assert [heading["language"] for heading in card["headings"]] == ["id", "jv"]
    rest = await world.get(f"/products?limit=1&cursor={page['next']}")
    assert ([item["id"] for item in rest["items"]], rest["next"]) == (both[1:], None)


async def test_a_draft_sent_twice_with_one_key_is_one_product(world: World) -> None:
    body = content() | {"kind": "guidance", "partnership_id": str(world.partnership)}
    first = await world.call("POST", "/products", body, by=world.police, Idempotency_Key="one")
    again = await world.call("POST", "/products", body, by=world.police, Idempotency_Key="one")
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert len((await world.get("/drafts", world.police))["items"]) == 1


async def signed_in_the_registry(here: System) -> tuple[str, UUID, UUID]:
    police = await here.organisation("Polresta Contoh", "police")
    village = await here.organisation("Forum Desa Contoh", "community")
    parties = [
        {"organisation_id": str(police), "role": "lead", "contributes": "patrols", "gains": "trust"},
        {"organisation_id": str(village), "contributes": "watches", "gains": "safety"},
    ]
    body = {"title": "Aman bersama", "area": "35.15", "problem": "street racing", "parties": parties}
    base = "/api/partners/v1/partnerships"
    formed = await here.call("POST", base, body, token=here.token("coordinator"))
    assert formed.status == 201, formed.body
    path = f"{base}/{formed.body['id']}"
    charter = {"vision": "Hidup lebih baik", "mission": "Mencegah dan memulihkan", "means": ["educate"]}
    proposed = await here.call("POST", f"{path}/charter", charter, token=here.representative(police))
    assert proposed.status == 201, proposed.body
    for party in (police, village):
        signed = await here.call(
            "POST", f"{path}/signatures", {"charter_version": 1}, token=here.representative(party)
        )
        assert signed.status == 201, signed.body
    return formed.body["id"], police, village


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_partnership_that_the_registry_signed_has_products(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = ""
    if database == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["partners", "products"])
    async with system(tmp_path, [partners, products], url) as here:
        partnership, police, village = await signed_in_the_registry(here)
        body = content() | {"kind": "guidance", "partnership_id": str(partnership)}

        async def drafted() -> Answer | None:
            answer = await here.call("POST", f"{BASE}/products", body, token=here.representative(police))
            return answer if answer.status == 201 else None

        product = (await eventually(drafted)).body
        path = f"{BASE}/products/{product['id']}"
        await here.call("POST", f"{path}/submit", token=here.representative(police))
        for party in (police, village):
            answer = await here.call("POST", f"{path}/approve", token=here.representative(party))
            assert answer.status == 200, answer.body
        answer = await here.call("POST", f"{path}/publish", token=here.representative(village))
        assert answer.body["versions"][0]["state"] == "published"
        happened = await here.call("GET", f"{path}/timeline", token=here.representative(police))
        assert names(happened.body) == [
            "product-drafted",
            "review-requested",
            "product-approved",
            "product-approved",
            "product-published",
        ]
