"""A version is reviewed, approved by two parties and two persons, published, and at its end out of use."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import hypothesis.strategies as st
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.products.model.code import LENGTH, code_of, read_code
from services.products.model.facets import Facets
from services.products.model.product import Product
from services.products.model.text import Text, fingerprint
from services.products.model.version import LIFE, File, Version
from shared.clock import new_id
from shared.codes import ALPHABET
from shared.contracts.partners import PartnershipEnded
from shared.contracts.vocabulary import FileRole, Language, Medium, Phase, ProductKind, VersionState
from shared.refusal import Refusal
from tests.products.world import TODAY, World, content, names, refused
from tests.support.wait import eventually


def states(product: dict[str, Any]) -> list[str]:
    return [version["state"] for version in product["versions"]]


async def test_two_parties_and_two_persons_approve_before_it_is_public(world: World) -> None:
    product = await world.drafted(valid_until="2026-12-31")
    early = await world.act(product, "approve", world.village)
    assert refused(early) == (409, "act-impossible")
    assert refused(await world.act(product, "publish")) == (409, "act-impossible")
    await world.done(product, "submit")
    assert refused(await world.act(product, "submit")) == (409, "act-impossible")
    unapproved = await world.act(product, "publish")
    assert refused(unapproved) == (409, "approvals-missing")
    await world.done(product, "approve", world.police)
    assert refused(await world.act(product, "approve", world.police)) == (409, "approved-already")
    assert refused(await world.act(product, "approve", world.outsider)) == (404, "unknown-aggregate")
    both = world.here.token("representative", organisation=world.village, person="one-and-the-same")
    third = await world.drafted()
    await world.done(third, "submit")
    path = f"/products/{third['id']}/approve"
    assert (await world.call("POST", path, token=both)).status == 200
    again = world.here.token("representative", organisation=world.school, person="one-and-the-same")
    assert refused(await world.call("POST", path, token=again)) == (409, "same-person-approves")
    assert refused(await world.act(product, "publish")) == (409, "approvals-missing")
    approved = await world.done(product, "approve", world.village)
    assert states(approved) == ["approved"]
    assert refused(await world.act(product, "approve", world.school)) == (409, "act-impossible")
    edit = await world.act(product, "edit", body=content())
    assert refused(edit) == (409, "act-impossible"), "what was approved is changed no more"
    published = await world.done(product, "publish", world.school)
    assert states(published) == ["published"]
    assert published["versions"][0]["approvals"] == [str(world.police), str(world.village)]
    events = await world.events(product)
    assert names(events) == [
        "product-drafted",
        "review-requested",
        "product-approved",
        "product-approved",
        "product-published",
    ]
    assert [event["data"]["approvals"] for event in events[2:4]] == [1, 2]
    assert events[1]["data"]["requested_by"] == str(world.police)
    assert events[4]["data"] == {
        "product_id": product["id"],
        "partnership_id": str(world.partnership),
        "product_version": 1,
        "title": "Petunjuk ronda",
        "kind": "guidance",
        "phases": ["prevention"],
        "audiences": ["residents"],
        "tense": None,
        "subject": None,
        "media": ["print", "electronic"],
        "languages": ["id"],
        "valid_until": "2026-12-31",
        "approved_by": [str(world.police), str(world.village)],
        "files": [],
        "texts": [
            {"language": "id", "sha256": fingerprint("Petunjuk ronda", "Cara meronda", "# Ronda\n\nBerdua.")}
        ],
        "legal": None,
        "problem_id": None,
    }
    seen = await world.get(f"/products/{product['id']}")
    assert (seen["standing"], seen["versions"][0]["texts"][0]["body"]) == ("published", "# Ronda\n\nBerdua.")


async def test_two_parties_that_approve_at_once_are_both_heard(world: World) -> None:
    product = await world.drafted()
    await world.done(product, "submit")
    parties = (world.police, world.village, world.school)
    answers = await asyncio.gather(*(world.act(product, "approve", party) for party in parties))
    assert sorted(answer.status for answer in answers) == [200, 200, 409]
    [version] = (await world.get(f"/products/{product['id']}", world.police))["versions"]
    assert (version["state"], len(version["approvals"])) == ("approved", 2)
    twice = await asyncio.gather(*(world.act(product, "publish", party) for party in parties))
    assert sorted(answer.status for answer in twice) == [200, 409, 409]


async def test_there_is_something_to_read_before_it_is_reviewed(world: World) -> None:
    product = await world.drafted(texts=[{"language": "id", "title": "Kosong"}])
    assert refused(await world.act(product, "submit")) == (409, "nothing-to-review")
    await world.upload(product, role="attachment")
    assert refused(await world.act(product, "submit")) == (409, "nothing-to-review")
    await world.upload(product)
    assert states(await world.done(product, "submit")) == ["in_review"]


async def test_who_submitted_does_not_send_it_back_for_another_party(world: World) -> None:
    product = await world.drafted()
    await world.done(product, "submit")
    person = str(uuid5(NAMESPACE_URL, str(world.police)))
    same = world.here.token("representative", organisation=world.village, person=person)
    path, why = f"/products/{product['id']}/request-changes", {"reason": "Gambar salah."}
    assert refused(await world.call("POST", path, why, token=same)) == (403, "same-person-reviews")
    assert states(await world.done(product, "request-changes", world.village, why)) == ["draft"]


async def test_another_party_sends_it_back_and_approvals_begin_anew(world: World) -> None:
    product = await world.drafted()
    why = {"reason": "Gambar salah."}
    assert refused(await world.act(product, "request-changes", world.village, why)) == (409, "act-impossible")
    await world.done(product, "submit")
    assert refused(await world.act(product, "request-changes", world.police, why)) == (403, "own-review")
    assert (await world.act(product, "request-changes", world.village)).status == 422, "a reason is needed"
    await world.done(product, "approve", world.school)
    back = await world.done(product, "request-changes", world.village, why)
    assert (states(back), back["versions"][0]["approvals"]) == (["draft"], [])
    await world.done(product, "edit", world.village, content(audiences=["schools"]))
    await world.done(product, "submit", world.village)
    await world.done(product, "approve", world.school)
    assert states(await world.done(product, "approve", world.police)) == ["approved"]
    await world.done(product, "request-changes", world.school, why)
    assert refused(await world.act(product, "publish")) == (409, "act-impossible")
    [changes, again] = [
        event for event in await world.events(product) if "changes-requested" in event["event"]
    ]
    assert (changes["reason"], changes["data"]["requested_by"]) == ("Gambar salah.", str(world.village))
    assert changes["data"]["product_version"] == again["data"]["product_version"] == 1


async def test_a_newer_version_begins_with_the_words_and_files_of_the_one_before(world: World) -> None:
    product = await world.drafted(audiences=["residents"], valid_until="2026-12-31")
    await world.upload(product)
    assert refused(await world.act(product, "versions")) == (409, "version-under-way")
    first = (await world.publish(product))["versions"][0]
    drafted = await world.done(product, "versions", world.village)
    [_, second] = drafted["versions"]
    assert (second["number"], second["state"], second["drafted_by"]) == (2, "draft", str(world.village))
    assert (second["texts"], second["valid_until"]) == (first["texts"], None)
    assert [file["sha256"] for file in second["files"]] == [file["sha256"] for file in first["files"]]
    assert second["files"][0]["id"] != first["files"][0]["id"]
    assert second["code"] != first["code"]
    await world.done(
        product,
        "edit",
        world.village,
        content(
            audiences=["schools"],
            texts=[{"language": "id", "title": "Petunjuk dua", "body": "Bertiga."}],
            valid_until="2027-01-31",
        ),
    )
    public = await world.get(f"/products/{product['id']}")
    assert (public["title"], public["audiences"]) == ("Petunjuk ronda", ["residents"])
    assert [version["number"] for version in public["versions"]] == [1], (
        "what is under way is not for the public"
    )
    assert [item["number"] for item in (await world.get("/drafts", world.school))["items"]] == [2]
    published = await world.publish(product)
    assert states(published) == ["superseded", "published"]
    public = await world.get(f"/products/{product['id']}")
    assert (public["title"], public["audiences"]) == ("Petunjuk dua", ["schools"])
    assert [version["texts"][0]["body"] for version in public["versions"]] == [
        "# Ronda\n\nBerdua.",
        "Bertiga.",
    ]
    events = await world.events(product)
    assert names(events)[6:] == [
        "version-drafted",
        "product-edited",
        "review-requested",
        "product-approved",
        "product-approved",
        "product-published",
        "product-superseded",
    ]
    assert events[-1]["data"] == {
        "product_id": product["id"],
        "partnership_id": str(world.partnership),
        "title": "Petunjuk ronda",
        "product_version": 1,
        "superseded_by": 2,
    }
    outside = names(await world.get(f"/products/{product['id']}/timeline"))
    assert outside == ["product-published", "product-published", "product-superseded"]
    assert await world.on(date(2027, 1, 1)) == 1, "the reminder of the second; the first has no end any more"


async def test_a_tombstone_stays_and_the_content_is_gone_for_the_public(world: World) -> None:
    product = await world.drafted()
    await world.upload(product)
    why = {"reason": "Nomor darurat salah."}
    assert refused(await world.act(product, "withdraw", body=why)) == (409, "nothing-published")
    [version] = (await world.publish(product))["versions"]
    [file] = version["files"]
    assert refused(await world.act(product, "withdraw", world.outsider, why)) == (403, "not-a-party")
    gone = await world.done(product, "withdraw", world.village, why)
    assert gone["versions"][0]["withdrawn_reason"] == "Nomor darurat salah."
    assert refused(await world.act(product, "withdraw", body=why)) == (409, "nothing-published")
    public = await world.get(f"/products/{product['id']}")
    [tombstone] = public["versions"]
    assert (public["standing"], tombstone["withdrawn_reason"]) == ("withdrawn", "Nomor darurat salah.")
    assert (tombstone["texts"], tombstone["files"], public["download"]) == ([], [], None)
    for path in (file["download"], f"/products/{product['id']}/file"):
        answer = await world.call("GET", path)
        assert refused(answer) == (404, "version-withdrawn")
        assert "Nomor darurat salah." in answer.body["detail"]
    assert (await world.call("GET", file["download"], by=world.school)).status == 200
    assert (await world.get(f"/products/{product['id']}", world.school))["versions"][0]["texts"] != []
    assert (await world.get("/products"))["items"] == []
    [card] = (await world.get("/products?state=withdrawn"))["items"]
    assert (card["withdrawn_reason"], card["headings"]) == ("Nomor darurat salah.", [])
    last = (await world.events(product))[-1]
    assert (last["event"], last["reason"]) == ("product-withdrawn.v1", "Nomor darurat salah.")
    await world.done(product, "versions")
    assert states(await world.publish(product)) == ["withdrawn", "published"]
    assert (await world.get("/products?state=withdrawn"))["items"] == []


async def test_it_expires_when_the_day_after_begins_where_the_partnership_is(world: World) -> None:
    """In Jayapura that is two hours earlier than in Sidoarjo."""
    there = replace(world, partnership=uuid4())
    await there.sign(there.partnership, there.police, there.village, there.school, area="91.03")
    last_day = TODAY + timedelta(days=20)
    product = await there.published(valid_until=last_day.isoformat())
    for hour, standing in ((14, "published"), (15, "expired")):
        await there.on(last_day, hour)
        assert (await there.get(f"/products/{product['id']}"))["standing"] == standing


async def test_it_expires_by_the_clock_after_a_reminder(world: World) -> None:
    last_day = TODAY + timedelta(days=60)
    product = await world.drafted(valid_until=last_day.isoformat())
    await world.upload(product)
    [version] = (await world.publish(product))["versions"]
    # In Sidoarjo a day begins at 17:00 UTC of the day before.
    assert await world.on(last_day - timedelta(days=31), 16) == 0
    await world.on(last_day - timedelta(days=31), 17)
    assert names(await world.events(product))[-1] == "product-expiring"
    await world.on(last_day, 16)
    assert names(await world.events(product))[-1] == "product-expiring"
    assert (await world.get(f"/products/{product['id']}"))["standing"] == "published"
    await world.on(last_day, 17)
    await world.on(last_day + timedelta(days=40))
    events = await world.events(product)
    assert names(events)[-2:] == ["product-expiring", "product-expired"], "once each"
    assert events[-1]["data"]["valid_until"] == last_day.isoformat()
    assert (events[-1]["by"], events[-1]["organisation"]) == (None, None)
    seen = await world.get(f"/products/{product['id']}")
    assert (seen["standing"], seen["versions"][0]["texts"]) == ("expired", [])
    answer = await world.call("GET", version["files"][0]["download"])
    assert refused(answer) == (404, "version-expired")
    [card] = (await world.get("/products?state=expired"))["items"]
    assert card["state"] == "expired"


async def test_after_a_stop_of_days_nobody_is_reminded_of_an_end_that_has_passed(world: World) -> None:
    soon = TODAY + timedelta(days=40)
    product = await world.published(valid_until=soon.isoformat())
    withdrawn = await world.published(valid_until=soon.isoformat())
    await world.done(withdrawn, "withdraw", body={"reason": "Salah."})
    near = await world.published(valid_until=(TODAY + timedelta(days=3)).isoformat())
    await world.on(soon - timedelta(days=10))
    assert names(await world.events(product))[-1] == "product-expiring", "late, but in time"
    late = await world.published(valid_until=(soon + timedelta(days=100)).isoformat())
    await world.on(soon + timedelta(days=300))
    assert names(await world.events(product))[-2:] == ["product-expiring", "product-expired"]
    assert names(await world.events(late))[-2:] == ["product-published", "product-expired"]
    assert names(await world.events(withdrawn))[-1] == "product-withdrawn"
    assert names(await world.events(near))[-2:] == ["product-published", "product-expired"]
    await world.on(soon + timedelta(days=400))
    assert names(await world.events(product)).count("product-expired") == 1


async def test_what_would_be_valid_no_more_is_not_published(world: World) -> None:
    product = await world.drafted(valid_until=TODAY.isoformat())
    await world.done(product, "submit")
    for party in (world.police, world.village):
        await world.done(product, "approve", party)
    await world.on(TODAY + timedelta(days=1))
    assert refused(await world.act(product, "publish")) == (409, "validity-passed")
    await world.done(product, "request-changes", world.school, {"reason": "Hari terakhir lewat."})
    await world.done(product, "edit", body=content())
    assert states(await world.publish(product)) == ["published"]


async def test_a_discarded_draft_is_gone_but_for_its_timeline(world: World) -> None:
    product = await world.drafted()
    path = f"/products/{product['id']}"
    other = await world.published()
    await world.done(other, "relations", body={"relation": "derived_from", "target": product["id"]})
    assert refused(await world.act(product, "discard", world.outsider)) == (404, "unknown-aggregate")
    await world.done(product, "submit")
    assert refused(await world.act(product, "discard")) == (409, "act-impossible")
    await world.done(product, "take-back")
    gone = await world.done(product, "discard", world.village)
    assert gone["versions"] == []
    assert refused(await world.call("GET", path, by=world.police)) == (404, "product-gone")
    assert refused(await world.call("GET", path)) == (404, "unknown-aggregate")
    for verb in ("discard", "take-back", "submit", "approve", "publish", "versions"):
        assert refused(await world.act(product, verb)) == (404, "product-gone"), verb
    for verb, body in (
        ("edit", content()),
        ("withdraw", {"reason": "Salah."}),
        ("relations", {"relation": "requires", "target": other["id"]}),
        ("uses", {"phase": "prevention", "audience": "residents", "reached": 1, "on": "2026-01-05"}),
    ):
        assert refused(await world.act(product, verb, body=body)) == (404, "product-gone"), verb
    assert refused(await world.upload(product)) == (404, "product-gone")
    for page in ("page.html", "print.pdf"):
        answer = await world.call("GET", f"{path}/{page}", by=world.police)
        assert refused(answer) == (404, "product-gone")
    citing = {"relation": "requires", "target": product["id"]}
    assert refused(await world.act(other, "relations", body=citing)) == (404, "product-gone")
    assert (await world.get(f"/products/{other['id']}", world.police))["related"] == []
    assert "product-related" not in names(await world.get(f"/products/{other['id']}/timeline"))
    assert (await world.get("/drafts", world.police))["items"] == []
    last = (await world.events(product))[-1]
    assert (last["event"], last["data"]) == (
        "version-discarded.v1",
        {
            "product_id": product["id"],
            "partnership_id": str(world.partnership),
            "title": "Petunjuk ronda",
            "product_version": 1,
            "product_gone": True,
            "discarded_by": str(world.village),
        },
    )
    assert refused(await world.call("GET", f"{path}/timeline")) == (404, "unknown-aggregate")


async def test_a_discarded_version_leaves_the_published_one_and_its_number_is_not_given_again(
    world: World,
) -> None:
    product = await world.published()
    path = f"/products/{product['id']}"
    assert refused(await world.act(product, "discard")) == (409, "act-impossible"), "nothing is a draft"
    [_, second] = (await world.done(product, "versions"))["versions"]
    await world.upload(product)
    [file] = (await world.get(path, world.police))["versions"][1]["files"]
    await world.done(product, "edit", body=content(audiences=["schools"]))
    left = await world.done(product, "discard")
    assert [version["number"] for version in left["versions"]] == [1]
    assert (left["audiences"], (await world.get(path))["standing"]) == (["residents"], "published")
    assert refused(await world.call("GET", file["download"], by=world.police)) == (404, "unknown-file")
    page = await world.call("GET", f"{path}/page.html?version=2", by=world.police)
    assert refused(page) == (404, "unknown-version")
    assert refused(await world.call("GET", f"/prints/{second['code']}")) == (404, "unknown-code")
    assert (await world.events(product))[-1]["data"]["product_gone"] is False
    again = await world.done(product, "versions")
    assert [version["number"] for version in again["versions"]] == [1, 3]
    assert again["versions"][1]["facets"]["audiences"] == ["residents"], "a copy of what is left"
    published = await world.publish(product)
    assert [(version["number"], version["state"]) for version in published["versions"]] == [
        (1, "superseded"),
        (3, "published"),
    ]


async def test_who_submitted_a_version_takes_it_back_and_approvals_are_void(world: World) -> None:
    product = await world.drafted()
    assert refused(await world.act(product, "take-back")) == (409, "act-impossible")
    await world.done(product, "submit", world.village)
    await world.done(product, "approve", world.school)
    assert refused(await world.act(product, "take-back", world.police)) == (403, "others-review")
    assert refused(await world.act(product, "take-back", world.outsider)) == (404, "unknown-aggregate")
    back = await world.done(product, "take-back", world.village)
    assert (states(back), back["versions"][0]["approvals"]) == (["draft"], [])
    last = (await world.events(product))[-1]
    assert (last["event"], last["data"]) == (
        "review-taken-back.v1",
        {
            "product_id": product["id"],
            "partnership_id": str(world.partnership),
            "title": "Petunjuk ronda",
            "product_version": 1,
            "taken_back_by": str(world.village),
        },
    )
    await world.done(product, "submit")
    for party in (world.police, world.village):
        await world.done(product, "approve", party)
    assert states(await world.done(product, "take-back")) == ["draft"], "also once it is approved"
    assert states(await world.publish(product)) == ["published"]
    assert refused(await world.act(product, "take-back")) == (409, "act-impossible")


async def test_what_was_under_way_at_the_end_of_a_partnership_is_put_away(world: World) -> None:
    product = await world.drafted()
    await world.done(product, "submit")
    await world.hear(
        PartnershipEnded(partnership_id=world.partnership, title="Aman bersama", reason="its aim is reached")
    )
    await eventually(world.ended)
    assert refused(await world.act(product, "approve")) == (409, "partnership-over")
    assert states(await world.done(product, "take-back")) == ["draft"]
    assert (await world.done(product, "discard", world.school))["versions"] == []


@given(st.uuids())
def test_a_code_is_read_however_it_is_typed(new: UUID) -> None:
    code = code_of(new)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    typed = code.lower().replace("0", "o").replace("1", "l")
    assert read_code(f" {typed[:5]}-{typed[5:]} ") == code
    assert read_code(code[:-1]) is None
    assert read_code(code[:-1] + "U") is None


PARTIES = [uuid4() for _ in range(3)]
PERSONS = ["a", "b", "c", "d"]
ENDS = {VersionState.SUPERSEDED, VersionState.WITHDRAWN, VersionState.EXPIRED, VersionState.DISCARDED}


class ProductLife(RuleBasedStateMachine):
    """Random acts on a product; whatever is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.day = TODAY
        facets = Facets((Phase.PREVENTION,), ("residents",), (Medium.PRINT,))
        words = [Text(Language.ID, "Judul 0", "", "isi")]
        draft = Version.first(code_of(new_id()), facets, words, PARTIES[0], self.now)
        self.product = Product.begun(new_id(), "agency", uuid4(), ProductKind.GUIDANCE, draft)
        self.words = count(1)
        self.tombstones: dict[int, str] = {}
        self.approved: dict[int, set[tuple[UUID, str]]] = {}
        self.frozen: dict[int, tuple[object, ...]] = {}

    @property
    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 3, tzinfo=UTC)

    def attempt(self, act: Any, *values: Any) -> bool:
        """Whether an act was accepted; a refused one must leave no trace."""
        before = self._everything()
        try:
            act(*values)
        except Refusal:
            assert self._everything() == before
            return False
        return True

    def _everything(self) -> object:
        product = self.product
        return (
            product.title,
            list(product.audiences),
            [
                (
                    version.number,
                    version.code,
                    version.state,
                    version.valid_until,
                    version.withdrawn_reason,
                    self._content(version),
                )
                for version in product.versions
            ],
            [(approval.number, approval.organisation_id, approval.member) for approval in product.approvals],
            [(relation.relation, relation.target) for relation in product.relations],
        )

    @staticmethod
    def _content(version: Any) -> tuple[object, ...]:
        texts = tuple((text.language, text.title, text.body) for text in version.texts)
        return texts, tuple(file.id for file in version.files), version.facets

    @rule(audience=st.sampled_from(["residents", "schools"]), days=st.sampled_from([None, 0, 20, 50]))
    def edit(self, audience: str, days: int | None) -> None:
        until = None if days is None else self.day + timedelta(days=days)
        facets = Facets((Phase.HANDLING,), (audience,), (Medium.PRINT,))
        words = Text(Language.ID, f"Judul {next(self.words)}", "", "isi")
        allowed = self.product.newest.state is VersionState.DRAFT
        assert self.attempt(self.product.edit, facets, [words], until) is allowed

    @rule(attach=st.booleans())
    def change_files(self, attach: bool) -> None:
        draft = self.product.newest.state is VersionState.DRAFT
        if attach:
            facts = ("a.txt", "text/plain", 1, "00", "key", None, Medium.ELECTRONIC, FileRole.MAIN, self.now)
            full = len(self.product.newest.files) >= 20
            done = self.attempt(self.product.add_file, File(new_id(), *facts))
            assert done is (draft and not full)
        else:
            known = [file.id for file in self.product.newest.files]
            done = self.attempt(self.product.remove_file, known[0] if known else uuid4())
            assert done is (draft and bool(known))

    @rule(by=st.sampled_from(PARTIES), person=st.sampled_from(PERSONS))
    def submit(self, by: UUID, person: str) -> None:
        if self.attempt(self.product.submit, by, person):
            self.approved[self.product.newest.number] = set()

    @rule(by=st.sampled_from(PARTIES))
    def take_back(self, by: UUID) -> None:
        reviewed = self.product.newest.state in (VersionState.IN_REVIEW, VersionState.APPROVED)
        done = self.attempt(self.product.take_back, by)
        assert done is (reviewed and self.product.newest.submitted_by == by)
        if done:
            self.approved[self.product.newest.number] = set()
            assert self.product.newest.state is VersionState.DRAFT

    @rule()
    def discard(self) -> None:
        draft = self.product.newest
        if self.attempt(self.product.discard, self.now):
            assert draft.state is VersionState.DISCARDED
            assert draft not in self.product.kept
            assert self.product.is_gone is not bool(self.product.known)

    @rule(by=st.sampled_from(PARTIES), person=st.sampled_from(PERSONS))
    def request_changes(self, by: UUID, person: str) -> None:
        if self.attempt(self.product.request_changes, by, person):
            self.approved[self.product.newest.number] = set()
            assert self.product.newest.submitted_by != by
            assert self.product.newest.submitter != person

    @rule(by=st.sampled_from(PARTIES), person=st.sampled_from(PERSONS))
    def approve(self, by: UUID, person: str) -> None:
        if self.attempt(self.product.approve, by, person, self.now):
            self.approved[self.product.newest.number].add((by, person))
            self.frozen[self.product.newest.number] = self._content(self.product.newest)

    @rule()
    def publish(self) -> None:
        if self.attempt(self.product.publish, self.now, self.day):
            number = self.product.newest.number
            given_by = self.approved[number]
            assert len({party for party, _ in given_by}) == len({item for _, item in given_by}) == 2
            assert self._content(self.product.newest) == self.frozen[number]
            assert self.product.title == self.product.newest.title

    @rule(reason=st.sampled_from(["salah", "usang"]))
    def withdraw(self, reason: str) -> None:
        published = self.product.published
        if self.attempt(self.product.withdraw, reason, self.now, self.day):
            assert published is not None
            self.tombstones[published.number] = reason

    @rule(by=st.sampled_from(PARTIES))
    def begin_version(self, by: UUID) -> None:
        newest = self.product.newest
        gone, begun = self.product.is_gone, len(self.product.versions)
        done = self.attempt(self.product.begin_version, new_id, by, self.now)
        assert done is not (newest.is_under_way or gone)
        if done:
            assert self.product.newest.number == begun + 1
            assert [text.body for text in self.product.newest.texts] == [text.body for text in newest.texts]

    @rule(relation=st.sampled_from(["requires", "replaces"]), itself=st.booleans(), which=st.integers(0, 2))
    def relate(self, relation: str, itself: bool, which: int) -> None:
        target = self.product.id if itself else PARTIES[which]
        known = {(relation.relation, relation.target) for relation in self.product.relations}
        done = self.attempt(self.product.relate, relation, target, PARTIES[0], self.now)
        assert done is (not itself and (relation, target) not in known)

    @rule(days=st.integers(1, 30))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    @precondition(lambda self: self.product.published is not None)
    @rule()
    def last_day_passes(self) -> None:
        version = self.product.published
        assert version is not None
        if version.valid_until is not None and version.valid_until < self.day:
            self.product.expire(version.number, self.now)

    @invariant()
    def at_most_one_is_published_and_one_under_way(self) -> None:
        assert sum(version.state is VersionState.PUBLISHED for version in self.product.versions) <= 1
        assert [version.is_under_way for version in self.product.versions[:-1]] == [False] * (
            len(self.product.versions) - 1
        )

    @invariant()
    def nothing_is_published_without_two_parties_and_two_persons(self) -> None:
        for version in self.product.known:
            given_by = self.product.approvals_of(version.number)
            assert len({person.organisation_id for person in given_by}) == 2
            assert len({person.member for person in given_by}) == 2

    @invariant()
    def tombstones_stay(self) -> None:
        for version in self.product.versions:
            assert version.withdrawn_reason == self.tombstones.get(version.number)
            assert (version.state is VersionState.WITHDRAWN) is (version.number in self.tombstones)

    @invariant()
    def codes_and_numbers_are_unique(self) -> None:
        codes = [version.code for version in self.product.versions]
        assert len(set(codes)) == len(codes)
        assert [version.number for version in self.product.versions] == list(range(1, len(codes) + 1))

    @invariant()
    def what_was_public_keeps_its_content_and_its_end(self) -> None:
        for version in self.product.known:
            assert self._content(version) == self.frozen[version.number]
            assert (version.closed_at is not None) is (version.state in ENDS)

    @invariant()
    def the_product_says_what_its_last_publication_said(self) -> None:
        shown = max(self.product.known, key=lambda one: one.number, default=self.product.newest)
        assert self.product.title == shown.title
        assert tuple(self.product.audiences) == shown.facets.audiences


TestProductLife = ProductLife.TestCase
TestProductLife.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


def test_nothing_leads_out_of_an_end() -> None:
    assert {state for state in VersionState if not LIFE.acts(state)} == ENDS
