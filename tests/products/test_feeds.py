"""Harvesters and feed readers get what is public, in forms that their own tools read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef

from services.products.render.feed import BEFORE_ANYTHING, Entry, feed
from shared.contracts.vocabulary import Phase, ProductKind
from tests.products.dcat_ap import NOT_FOLLOWED, judged
from tests.products.editions import HOSTILE
from tests.products.world import TODAY, World, refused

# What reads JSON-LD in rdflib uses a class of its own that it has given up.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
ATOM = "{http://www.w3.org/2005/Atom}"
SPDX = Namespace("http://spdx.org/rdf/terms#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
EU = "http://publications.europa.eu/resource/authority/language/"
MEDIA = "https://www.iana.org/assignments/media-types/"
TEXTS = [
    {"language": "id", "title": "Petunjuk ronda", "summary": "Cara meronda", "body": "Berdua."},
    {"language": "en", "title": "Keeping watch", "summary": "How to", "body": "In pairs."},
]


async def catalogue(world: World, query: str = "") -> tuple[Graph, Any]:
    answer = await world.call("GET", f"/catalog.jsonld{query}")
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"] == "application/ld+json"
    graph = Graph()
    # No context of it lies elsewhere: reading it asks no network.
    graph.parse(data=json.dumps(answer.body), format="json-ld")
    return graph, answer


async def test_a_period_begins_on_the_day_that_it_was_where_the_readers_live(sqlite_world: World) -> None:
    world = sqlite_world
    await world.on(TODAY, hour=18)  # past midnight in Jakarta
    await world.published()
    [dataset] = (await world.call("GET", "/catalog.jsonld")).body["dataset"]
    assert dataset["temporal"]["start"] == "2026-01-06"
    assert dataset["issued"].startswith("2026-01-05T18:00")


async def test_a_product_is_described_as_dcat_asks(world: World) -> None:
    draft = await world.drafted(texts=TEXTS, valid_until="2026-12-31", phases=["prevention", "handling"])
    uploaded = (await world.upload(draft, name="lembar kerja.pdf", language="id")).body
    product = await world.publish(draft)
    graph, _ = await catalogue(world)
    base = f"{world.here.url}/api/products/v1"
    home, about = URIRef(f"{base}/catalog.jsonld"), URIRef(f"{base}/products/{product['id']}")
    assert (home, RDF.type, DCAT.Catalog) in graph
    assert (home, DCAT.dataset, about) in graph
    assert (about, RDF.type, DCAT.Dataset) in graph
    titles = {Literal("Petunjuk ronda", "id"), Literal("Keeping watch", "en")}
    assert set(graph.objects(about, DCTERMS.title)) == titles
    summaries = {Literal("Cara meronda", "id"), Literal("How to", "en")}
    assert set(graph.objects(about, DCTERMS.description)) == summaries
    assert graph.value(about, DCTERMS.identifier) == Literal(product["id"])
    assert graph.value(about, URIRef(f"{DCAT}version")) == Literal("1")
    assert set(graph.objects(about, DCTERMS.language)) == {URIRef(f"{EU}IND"), URIRef(f"{EU}ENG")}
    for moment in (DCTERMS.issued, DCTERMS.modified):
        written = graph.value(about, moment)
        assert isinstance(written, Literal)
        assert written.datatype == XSD.dateTime
        assert written.toPython() == world.clock.now()
    publisher = graph.value(about, DCTERMS.publisher)
    assert publisher == URIRef(f"urn:uuid:{world.partnership}")
    assert graph.value(publisher, FOAF.name) == Literal("Aman bersama")
    period = graph.value(about, DCTERMS.temporal)
    assert str(graph.value(period, DCAT.startDate)) == "2026-01-05"
    assert str(graph.value(period, DCAT.endDate)) == "2026-12-31"
    assert graph.value(graph.value(about, DCTERMS.spatial), DCTERMS.identifier) == Literal("35.15")
    themes = set(graph.objects(about, DCAT.theme))
    assert themes == {URIRef(f"{home}#{name}") for name in ("guidance", "prevention", "handling")}
    for theme in themes:
        labels = [label for label in graph.objects(theme, SKOS.prefLabel) if isinstance(label, Literal)]
        assert {label.language for label in labels} == {"id", "en"}
    # The file, and for each language the leaflet and the page.
    (file,) = uploaded["versions"][0]["files"]
    ways = {str(way): way for way in graph.objects(about, DCAT.distribution)}
    assert len(ways) == 5
    kept = ways[f"{base}/products/{product['id']}/files/{file['id']}"]
    assert graph.value(kept, DCAT.byteSize) == Literal(str(file["size"]), datatype=XSD.nonNegativeInteger)
    checksum = graph.value(kept, SPDX.checksum)
    assert graph.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
    assert str(graph.value(checksum, SPDX.checksumValue)).lower() == file["sha256"]
    for address, way in ways.items():
        assert (way, RDF.type, DCAT.Distribution) in graph
        media_type = str(graph.value(way, DCAT.mediaType)).removeprefix(MEDIA)
        assert graph.value(way, DCAT.downloadURL) == way
        got = await world.call("GET", address.removeprefix(world.here.url))
        assert (got.status, got.headers["Content-Type"].partition(";")[0]) == (200, media_type)


async def test_the_catalogue_holds_what_is_published_alone_and_leads_on(world: World) -> None:
    titles = ["Satu", "Dua", "Tiga"]
    made = [await world.published(texts=[TEXTS[0] | {"title": title}]) for title in titles]
    hidden = await world.drafted(texts=[TEXTS[0] | {"title": "Konsep"}])
    await world.done(made[0], "relations", body={"relation": "requires", "target": made[1]["id"]})
    await world.done(made[0], "relations", body={"relation": "replaces", "target": hidden["id"]})
    await world.done(made[2], "withdraw", body={"reason": "Salah."})
    graph, answer = await catalogue(world, "?limit=1")
    shown = [str(one) for one in graph.objects(None, DCTERMS.title) if str(one).partition(" (")[0] in titles]
    assert sorted(shown) == ["Satu", "Satu (HTML)", "Satu (PDF)"]
    (total,) = graph.objects(None, HYDRA.totalItems)
    assert total.toPython() == 2  # type: ignore[attr-defined]
    about = next(graph.subjects(RDF.type, DCAT.Dataset))
    assert str(graph.value(about, DCTERMS.requires)).endswith(made[1]["id"])
    assert graph.value(about, DCTERMS.replaces) is None
    following = answer.headers["Link"].removeprefix("<").partition(">")[0]
    assert set(graph.objects(None, HYDRA.next)) == {URIRef(following)}
    second, last = await catalogue(world, "?" + following.partition("?")[2])
    assert {str(one) for one in second.objects(None, DCTERMS.title)} & set(titles) == {"Dua"}
    assert "Link" not in last.headers


async def test_a_regulation_is_described_by_its_own_force(sqlite_world: World) -> None:
    world = sqlite_world
    umbrella = await world.umbrella(areas=["35.15", "35.78"])
    graph, _ = await catalogue(world)
    about = URIRef(f"{world.here.url}/api/products/v1/products/{umbrella['id']}")
    assert {str(one) for one in graph.objects(about, DCTERMS.identifier)} == {umbrella["id"], "Perpol 1/2021"}
    assert str(graph.value(graph.value(about, DCTERMS.temporal), DCAT.startDate)) == "2021-02-05"
    places = {str(graph.value(place, DCTERMS.identifier)) for place in graph.objects(about, DCTERMS.spatial)}
    assert places == {"35.15", "35.78"}
    assert (await world.revoke(umbrella["id"], "2026-01-05")).status == 200
    graph, _ = await catalogue(world)
    assert str(graph.value(graph.value(about, DCTERMS.temporal), DCAT.endDate)) == "2026-01-04"


async def test_a_harvester_learns_how_to_use_it_and_whom_to_ask(world: World) -> None:
    made = await world.published(texts=TEXTS)
    graph, _ = await catalogue(world)
    [whole] = graph.subjects(RDF.type, DCAT.Catalog)
    [dataset] = graph.objects(whole, DCAT.dataset)
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")
    distributions = list(graph.objects(dataset, DCAT.distribution))
    for distribution in (whole, *distributions):
        assert list(graph.objects(distribution, DCTERMS.license)) == [licence]
    for distribution in distributions:
        assert "file-type" in str(graph.value(distribution, DCTERMS.format))
    titles = [str(graph.value(distribution, DCTERMS.title)) for distribution in distributions]
    assert len(set(titles)) == len(titles)
    for learn in (whole, dataset):
        assert graph.value(learn, DCAT.contactPoint) is not None
        assert graph.value(learn, DCTERMS.publisher) is not None
    assert str(graph.value(dataset, DCAT.landingPage)) == f"{world.here.url}/products/{made['id']}"
    for place in graph.objects(dataset, DCTERMS.spatial):
        assert isinstance(place, URIRef)


async def test_the_catalogue_is_what_dcat_ap_asks(sqlite_world: World) -> None:
    world = sqlite_world
    draft = await world.drafted(texts=TEXTS, valid_until="2026-12-31")
    await world.upload(draft, name="lembar kerja.pdf", language="id")
    await world.publish(draft)
    await world.umbrella(areas=["35.15", "35.78"])
    graph, _ = await catalogue(world)
    violated, not_followed = judged(Graph() + graph)
    assert not violated
    assert not_followed <= NOT_FOLLOWED.keys()
    for broken in (
        DCTERMS.title,
        DCTERMS.publisher,
        DCAT.accessURL,
        FOAF.name,
        SKOS.prefLabel,
        DCTERMS.spatial,
    ):
        without = Graph() + graph
        without.remove((None, broken, None))
        assert judged(without) != (violated, not_followed), f"the shapes miss {broken}"


async def test_an_unchanged_catalogue_and_feed_are_not_sent_again(world: World) -> None:
    product = await world.published(texts=TEXTS)
    for path in ("/catalog.jsonld", "/feed.atom?language=en"):
        first = await world.call("GET", path)
        tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        assert parsedate_to_datetime(modified) == world.clock.now()
        kept: list[dict[str, Any]] = [
            {"if_none_match": tag},
            {"if_none_match": f'"x", W/{tag}'},
            {"if_none_match": "*"},
            {"if_modified_since": modified},
            {"if_none_match": tag, "if_modified_since": "Mon, 01 Jan 2024 00:00:00 GMT"},
        ]
        for headers in kept:
            same = await world.call("GET", path, **headers)
            assert (same.status, same.body, same.headers["ETag"]) == (304, b"", tag), headers
        sent: list[dict[str, Any]] = [
            {"if_none_match": '"other"'},
            {"if_modified_since": "Mon, 01 Jan 2024 00:00:00 GMT"},
            {"if_modified_since": "yesterday"},
            {"if_none_match": "nonsense", "if_modified_since": modified},
        ]
        for headers in sent:
            assert (await world.call("GET", path, **headers)).status == 200, headers
        assert (await world.call("GET", path)).body == first.body
    world.clock.move(timedelta(seconds=5))
    paths = ("/catalog.jsonld", "/feed.atom")
    before = {path: (await world.call("GET", path)).headers["ETag"] for path in paths}
    await world.done(product, "withdraw", body={"reason": "Salah."})
    for path, tag in before.items():
        assert (await world.call("GET", path, if_none_match=tag)).status == 200


async def test_the_feed_tells_the_newest_publications_and_withdrawals(world: World) -> None:
    first = await world.published(texts=TEXTS)
    world.clock.move(timedelta(hours=1))
    await world.published(texts=[TEXTS[0] | {"title": "Bahaya &"}])
    world.clock.move(timedelta(hours=1))
    await world.done(first, "withdraw", body={"reason": "Nomor telepon salah."})
    await world.drafted(texts=[TEXTS[0] | {"title": "Konsep"}])
    answer = await world.call("GET", "/feed.atom?language=en")
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.body)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Withdrawn: Keeping watch",
        "Published: Bahaya &",
        "Published: Keeping watch",
    ]
    assert entries[0].findtext(f"{ATOM}summary") == "Version 1. Nomor telepon salah."
    ids = [entry.findtext(f"{ATOM}id", "") for entry in entries]
    events = {event["id"] for event in await world.events(first)}
    assert {ids[0].removeprefix("urn:uuid:"), ids[2].removeprefix("urn:uuid:")} <= events
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    moments = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated", "")) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    link = entries[2].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{world.here.url}/products/{first['id']}?lang=en"
    page = root.find(f"{ATOM}link[@rel='alternate']")
    assert page is not None
    assert (page.get("href"), page.get("type")) == (f"{world.here.url}/products?lang=en", "text/html")
    terms = [(match.get("term"), match.get("label")) for match in entries[2].findall(f"{ATOM}category")]
    assert terms[0][0] == "guidance"
    assert terms[0][1] != terms[0][0]
    again = ET.fromstring((await world.call("GET", "/feed.atom?language=id")).body)
    assert [match.findtext(f"{ATOM}id") for match in again.findall(f"{ATOM}entry")] == ids
    assert "Petunjuk ronda" in str(again.find(f"{ATOM}entry").findtext(f"{ATOM}title"))  # type: ignore[union-attr]


async def test_an_empty_service_has_an_empty_feed_and_catalogue(sqlite_world: World) -> None:
    world = sqlite_world
    answer = await world.call("GET", "/feed.atom")
    root = ET.fromstring(answer.body)
    assert root.findall(f"{ATOM}entry") == []
    assert datetime.fromisoformat(root.findtext(f"{ATOM}updated", "")) == BEFORE_ANYTHING
    assert "Last-Modified" not in answer.headers
    graph, _ = await catalogue(world)
    assert list(graph.objects(None, DCAT.dataset)) == []
    for path in ("/feed.atom?language=jv", "/catalog.jsonld?limit=0", "/catalog.jsonld?limit=101"):
        assert refused(await world.call("GET", path)) == (422, "invalid-request")
    assert refused(await world.call("GET", "/catalog.jsonld?cursor=x"))[1] == "cursor-unreadable"


def test_hostile_texts_leave_a_feed_well_formed() -> None:
    entries = [
        Entry(
            id=UUID(int=number),
            product_id=UUID(int=number),
            number=1,
            published=bool(number % 2),
            language="id",
            title=text,
            summary=text,
            reason=text,
            kind=ProductKind.GUIDANCE,
            phases=(Phase.PREVENTION,),
            partnership=text,
            at=BEFORE_ANYTHING,
        )
        for number, text in enumerate(HOSTILE)
    ]
    written = feed(
        entries, language="id", portal="https://k.example", here="https://k.example/f", translate=str
    )
    assert len(ET.fromstring(written).findall(f"{ATOM}entry")) == len(HOSTILE)


def test_words_of_people_stay_text_in_a_feed() -> None:
    said = 'a<b && "c" <img src=x onerror=alert(1)>'
    entry = Entry(
        id=UUID(int=1),
        product_id=UUID(int=1),
        number=1,
        published=True,
        language="id",
        title=said,
        summary=said,
        reason="",
        kind=ProductKind.GUIDANCE,
        phases=(),
        partnership="P",
        at=BEFORE_ANYTHING,
    )
    written = feed(
        [entry], language="id", portal="https://k.example", here="https://k.example/f", translate=str
    )
    summary = ET.fromstring(written).find(f"{ATOM}entry/{ATOM}summary")
    assert summary is not None
    assert summary.get("type") == "text"
    assert str(summary.text).endswith(said)
