"""Trust rounds: sealed while they are open, and only means of all together afterwards (C2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from statistics import fmean
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import ValidationError

from services.partners.commands.trust import ScoreParties, Scores
from services.partners.model.trust import (
    NotInTheRound,
    OwnScore,
    RoundParty,
    Score,
    ScoredForAnotherParty,
    ScoredTwice,
    ScoresMissing,
    ScoringOver,
    TrustRound,
)
from services.partners.service import service
from services.partners.tables.trust import trust_scores
from shared.contracts.vocabulary import RoundState, TrustDimension
from shared.host.app import describe
from shared.identity.actor import Actor
from shared.states import ActImpossible
from tests.partners.assembly import BASE, DAY, NOBODY, START, Assembly, assembled
from tests.support.operations import own_routes


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[Assembly]:
    """The registry with a partnership, on either database."""
    async with assembled(tmp_path, database_url) as found:
        yield found


def opening(here: Assembly, days: int = 14) -> dict[str, Any]:
    return {"partnership_id": here.partnership, "closes_at": (here.clock.now() + days * DAY).isoformat()}


NOTHING: dict[str, Any] = {"dimensions": {}, "received": {}, "withheld": "too_few"}
"""What is told of numbers that are not public."""


async def opened(here: Assembly, days: int = 14) -> str:
    made = await here.made("trust-rounds", opening(here, days), by=here.secretary)
    return str(made["id"])


def sheet(here: Assembly, **points: int | list[int]) -> dict[str, Any]:
    """Scores of parties: one number for all six dimensions, or six."""
    return {
        "scores": [
            {
                "rated": here.organisations[party],
                **dict(zip(TrustDimension, [given] * 6 if isinstance(given, int) else given, strict=True)),
            }
            for party, given in points.items()
        ]
    }


async def score(here: Assembly, round_: str, by: str, **points: int | list[int]) -> Any:
    answer = await here.put(
        f"trust-rounds/{round_}/scores", sheet(here, **points), by=here.representative(by)
    )
    assert answer.status == 200, answer.body
    return answer.body


async def refused(here: Assembly, round_: str, body: Any, *, by: str | None) -> str:
    answer = await here.put(f"trust-rounds/{round_}/scores", body, by=by)
    assert answer.status in range(400, 500), answer.body
    return str(answer.body["type"]).removeprefix("/problems/")


async def everybody_scores(here: Assembly, round_: str) -> None:
    await score(here, round_, "police", village=4, school=[5, 5, 4, 4, 4, 3])
    await score(here, round_, "village", police=2, school=5)
    await score(here, round_, "school", police=3, village=3)


async def test_a_round_is_among_the_parties_that_are_bound(here: Assembly) -> None:
    made = await here.made("trust-rounds", opening(here), by=here.coordinator)
    bound = {here.organisations[party] for party in ("police", "village", "school")}
    assert {party["organisation_id"] for party in made["parties"]} == bound
    assert (made["number"], made["state"], made["means"]) == (1, "open", None)
    (event,) = await here.events(made["id"])
    assert (event.name, set(event.data["parties"])) == ("trust-round-opened", bound)
    assert await here.timers(made["id"]) == {"trust-round-closed": START + 14 * DAY}
    shown = await here.get(f"trust-rounds/{made['id']}")
    assert (shown.body, shown.headers["ETag"]) == (made, '"1"')


async def test_one_round_at_a_time_and_they_are_counted(here: Assembly) -> None:
    first = await opened(here, 2)
    assert await here.refused("trust-rounds", opening(here), by=here.secretary) == "round-open-already"
    await here.pass_time(2 * DAY)
    second = await here.made("trust-rounds", opening(here), by=here.secretary)
    assert second["number"] == 2
    for filters, found in (
        (f"partnership_id={here.partnership}", [first, second["id"]]),
        ("state=open", [second["id"]]),
        ("state=closed", [first]),
        (f"partnership_id={NOBODY}", []),
    ):
        answer = await here.get(f"trust-rounds?{filters}")
        assert [item["id"] for item in answer.body["items"]] == found


async def test_what_is_no_round_is_refused(here: Assembly) -> None:
    for days, name in ((0, "closing-impossible"), (91, "closing-impossible"), (-5, "closing-impossible")):
        assert await here.refused("trust-rounds", opening(here, days), by=here.secretary) == name
    body = opening(here)
    for change in ("9999-12-31T00:00:00Z", "2026-01-20T00:00:00", 10**40, None):
        wrong = body | {"closes_at": change}
        assert await here.refused("trust-rounds", wrong, by=here.secretary) == "invalid-request"
    unknown = body | {"partnership_id": NOBODY}
    assert await here.refused("trust-rounds", unknown, by=here.secretary) == "unknown-aggregate"
    for by, name in (
        (None, "sign-in-first"),
        (here.representative("police"), "not-presiding"),
        (here.system.key.mint(elsewhere(), clock=here.clock), "other-agency"),
    ):
        assert await here.refused("trust-rounds", body, by=by) == name
    await here.end()
    assert await here.refused("trust-rounds", body, by=here.secretary) == "partnership-over"


async def test_what_is_no_score_is_refused_and_changes_nothing(here: Assembly) -> None:
    round_ = await opened(here)
    police = here.representative("police")
    await score(here, round_, "police", village=4)
    twice = sheet(here, village=4)
    twice["scores"] *= 2
    missing = sheet(here, village=4)
    del missing["scores"][0]["benefit"]
    for body, name in (
        (sheet(here, police=5), "own-score"),
        (sheet(here, radio=5), "not-in-the-round"),  # an observer
        (twice, "scored-twice"),
        (sheet(here, village=0), "invalid-request"),
        (sheet(here, village=6), "invalid-request"),
        (sheet(here, village=10**30), "invalid-request"),
        (missing, "invalid-request"),
        ({"scores": []}, "invalid-request"),
    ):
        assert await refused(here, round_, body, by=police) == name
    half = sheet(here, village=4)
    half["scores"][0]["honesty"] = 2.5
    assert await refused(here, round_, half, by=police) == "invalid-request"
    good = sheet(here, village=4)
    assert await refused(here, round_, good, by=here.representative("radio")) == "only-an-observer"
    assert await refused(here, round_, good, by=here.secretary) == "role-missing"
    assert await refused(here, round_, good, by=None) == "sign-in-first"
    assert await refused(here, NOBODY, good, by=police) == "unknown-aggregate"
    assert await here.names(round_) == ["trust-round-opened", "trust-scored"]
    assert len(await here.rows(trust_scores)) == 1


async def test_a_round_closes_at_its_time_whoever_has_scored(here: Assembly) -> None:
    round_ = await opened(here)
    await score(here, round_, "police", village=4, school=[5, 5, 4, 4, 4, 3])
    await score(here, round_, "village", police=2)
    await here.pass_time(14 * DAY - timedelta(microseconds=1))
    assert (await here.get(f"trust-rounds/{round_}")).body["state"] == "open"
    await here.pass_time(40 * DAY)
    await here.fire()
    closed = (await here.get(f"trust-rounds/{round_}")).body
    assert closed["state"] == "closed"
    # One of three scored all others: what the second gave is not counted.
    assert closed["means"] == NOTHING | {"coverage": 0.3333, "mutual": "too_few"}
    assert await here.names(round_) == [
        "trust-round-opened",
        "trust-scored",
        "trust-scored",
        "trust-round-closed",
    ]
    told = (await here.events(round_))[-1].data
    assert {name: told[name] for name in ("complete_raters", "uniform_raters", "mutual")} == {
        "complete_raters": 1,
        "uniform_raters": 0,
        "mutual": "too_few",
    }


async def test_of_three_raters_a_band_is_public_and_no_number(here: Assembly) -> None:
    round_ = await opened(here)
    await everybody_scores(here, round_)
    closed = await here.made(f"trust-rounds/{round_}/close", by=here.secretary)
    # The police received 2 and 3: less than 3 on the whole.
    assert closed["means"] == NOTHING | {"coverage": 1.0, "mutual": "does_not"}
    assert (await here.events(round_))[-1].data["uniform_raters"] == 1
    second = await opened(here)
    await score(here, second, "police", village=4, school=[5, 5, 4, 4, 4, 3])
    await score(here, second, "village", police=4, school=4)
    await score(here, second, "school", police=4, village=3)
    closed = await here.made(f"trust-rounds/{second}/close", by=here.secretary)
    assert closed["means"] == NOTHING | {"coverage": 1.0, "mutual": "holds"}


async def test_a_round_of_two_publishes_its_coverage_alone(here: Assembly) -> None:
    path = f"partnerships/{here.partnership}/leave"
    await here.made(path, {"reason": "sekolah tutup"}, by=here.representative("school"))
    round_ = await opened(here)
    await score(here, round_, "police", village=5)
    await score(here, round_, "village", police=1)
    closed = await here.made(f"trust-rounds/{round_}/close", by=here.secretary)
    assert closed["means"] == NOTHING | {"coverage": 1.0, "mutual": "too_few"}


async def test_a_party_that_left_scores_no_more(here: Assembly) -> None:
    round_ = await opened(here)
    school = here.representative("school")
    path = f"partnerships/{here.partnership}/leave"
    await here.made(path, {"reason": "sekolah tutup"}, by=school)
    assert await refused(here, round_, sheet(here, police=1, village=1), by=school) == "not-a-party"
    assert await here.rows(trust_scores) == []


DIMENSIONS = [f'"{dimension}"' for dimension in TrustDimension]
"""The keys and values under which a score would stand in JSON."""


async def test_no_dry_run_opens_the_seal(here: Assembly) -> None:
    """Of all operations whose answer has a place for what was sealed, none fills it for who only tries."""
    round_ = await opened(here)
    await everybody_scores(here, round_)
    # Beside the loop: it takes longer than the server keeps a connection on which nothing is said.
    described = await asyncio.to_thread(lambda: describe(service).openapi())
    shows = {
        (method, path)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method != "get" and "RoundOut" in json.dumps(operation["responses"])
    }
    close, scores = "/v1/trust-rounds/{round_id}/close", "/v1/trust-rounds/{round_id}/scores"
    assert shows == {("post", "/v1/trust-rounds"), ("put", scores), ("post", close)}
    for method, path in sorted(shows):
        body = {close: None, scores: sheet(here, village=1, school=1)}.get(path, opening(here))
        by = here.representative("police") if path == scores else here.secretary
        url = f"{BASE.removesuffix('/v1')}{path.format(round_id=round_)}"
        answer = await here.system.call(method.upper(), url, body, token=by, Dry_Run="true")
        assert answer.body.get("means") is None, path
        assert (answer.status == 422) == (path == close), answer.body
    ended = f"{BASE}/partnerships/{here.partnership}/end"
    body = {"reason": "coba", "decision_id": await here.decided()}
    lead = here.representative("police")
    answer = await here.system.call("POST", ended, body, token=lead, Dry_Run="true")
    assert answer.body["state"] == "ended"
    assert not any(key in json.dumps(answer.body) for key in (*DIMENSIONS, '"mutual"'))
    assert (await here.get(f"trust-rounds/{round_}")).body["state"] == "open"


async def test_the_end_of_the_partnership_closes_its_round(here: Assembly) -> None:
    round_ = await opened(here)
    await score(here, round_, "police", village=5, school=4)
    await here.end()
    closed = (await here.get(f"trust-rounds/{round_}")).body
    assert (closed["state"], closed["means"]["coverage"]) == ("closed", 0.3333)
    assert await here.rows(trust_scores) == []
    assert await here.timers(round_) == {}


async def test_between_its_time_and_its_closing_no_score_is_taken(here: Assembly) -> None:
    round_ = await opened(here, 1)
    here.clock.move(DAY)
    police = here.representative("police")
    answer = await refused(here, round_, sheet(here, village=5), by=police)
    assert answer in {"scoring-over", "act-impossible"}  # before or after the timer runner came by
    await here.fire()
    assert await refused(here, round_, sheet(here, village=5), by=police) == "act-impossible"
    assert (await here.get(f"trust-rounds/{round_}")).body["means"] == NOTHING | {
        "coverage": 0.0,
        "mutual": "too_few",
    }


async def test_a_secretary_closes_early_once_every_party_has_scored(here: Assembly) -> None:
    round_ = await opened(here)
    path = f"trust-rounds/{round_}/close"
    await score(here, round_, "police", village=4, school=4)
    await score(here, round_, "village", police=5, school=4)
    partly = await score(here, round_, "school", police=5)
    scored = {party["organisation_id"]: party["scored"] for party in partly["parties"]}
    assert scored == {here.organisations[name]: name != "school" for name in ("police", "village", "school")}
    assert [event.data["complete"] for event in (await here.events(round_))[1:]] == [True, True, False]
    assert await here.refused(path, by=here.secretary) == "scores-missing"
    await score(here, round_, "school", police=5, village=3)
    assert await here.refused(path, by=here.representative("police")) == "not-presiding"
    stranger = here.system.key.mint(elsewhere(), clock=here.clock)
    assert await here.refused(path, by=stranger) == "other-agency"
    closed = await here.made(path, by=here.secretary)
    assert (closed["state"], closed["closed_at"]) == ("closed", "2026-01-05T01:00:00Z")
    assert await here.refused(path, by=here.secretary) == "act-impossible"
    await here.pass_time(30 * DAY)
    assert (await here.names(round_)).count("trust-round-closed") == 1


async def joined(here: Assembly, *parties: str) -> None:
    """Further members, who sign the charter with the others."""
    for party in parties:
        body = {
            "organisation_id": str(await here.system.organisation(f"Contoh {party}", "other")),
            "role": "member",
            "contributes": "ambulans",
            "gains": "aman",
        }
        answer = await here.post(f"partnerships/{here.partnership}/parties", body, by=here.coordinator)
        assert answer.status == 201, answer.body
        here.organisations[party] = body["organisation_id"]
    await here.sign("police", "village", "school", *parties, version=2)


async def test_a_number_is_public_with_three_others_left_in_it(here: Assembly) -> None:
    await joined(here, "hospital")
    four = ("police", "village", "school", "hospital")
    round_ = await opened(here)
    for place, rater in enumerate(four):
        await score(
            here,
            round_,
            rater,
            **{other: 3 + (place + far) % 2 for far, other in enumerate(four) if other != rater},
        )
    closed = await here.made(f"trust-rounds/{round_}/close", by=here.secretary)
    assert set(closed["means"]["dimensions"]) == set(TrustDimension)
    assert closed["means"]["received"] == {}, "each was scored by three alone"
    assert (closed["means"]["withheld"], closed["means"]["mutual"]) == (None, "holds")
    second = await opened(here)
    for rater in four:
        await score(here, second, rater, **{other: 5 for other in four if other != rater})
    closed = await here.made(f"trust-rounds/{second}/close", by=here.secretary)
    alike = {"coverage": 1.0, "mutual": "holds", "withheld": "too_alike"}
    assert closed["means"] == NOTHING | alike, "a mean of 5 would tell every score"


async def test_scores_are_replaced_as_a_whole_until_the_round_closes(here: Assembly) -> None:
    round_ = await opened(here)
    await score(here, round_, "police", village=1, school=1)
    await score(here, round_, "police", village=5)
    await score(here, round_, "village", police=4, school=4)
    assert sorted(row.rater for row in await here.rows(trust_scores)) == sorted(
        UUID(here.organisations[name]) for name in ("police", "village", "village")
    )


async def test_parties_that_score_at_once_lose_nothing_and_one_round_is_opened(here: Assembly) -> None:
    answers = await asyncio.gather(
        *(here.post("trust-rounds", opening(here), by=here.secretary) for _ in range(4))
    )
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    round_ = next(answer.body["id"] for answer in answers if answer.status == 201)
    await asyncio.gather(
        score(here, round_, "police", village=4, school=4),
        score(here, round_, "village", police=4, school=4),
        score(here, round_, "school", police=4, village=4),
    )
    closed = await here.made(f"trust-rounds/{round_}/close", by=here.secretary)
    assert (closed["means"]["coverage"], closed["means"]["mutual"]) == (1.0, "holds")


# --- the seal ---------------------------------------------------------------------------------------


async def readable(here: Assembly, **ids: str) -> dict[tuple[str, str], str]:
    """Every answer of every GET of the registry, to everybody who may have a token, as text."""
    paths = [
        route.path.format(partnership_id=here.partnership, **ids)
        for route in own_routes(service).values()
        if "GET" in (route.methods or ())
        if all(name in {"partnership_id", *ids} for name in _names(route.path))
    ]
    assert f"/v1/trust-rounds/{ids['round_id']}/timeline" in paths
    readers = {
        "nobody": None,
        "coordinator": here.coordinator,
        "secretary": here.secretary,
        "operator": here.system.token("operator", "administrator"),
        **{party: here.representative(party) for party in here.organisations if party != "hospital"},
    }
    found = {}
    for reader, token in readers.items():
        for path in [*paths, "/v1/timers", "/v1/dead-letters", "/v1/projections"]:
            answer = await here.system.call("GET", f"{BASE.removesuffix('/v1')}{path}", token=token)
            found[reader, path] = json.dumps(answer.body, default=str)
    return found


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def without_moments(text: str) -> Any:
    """Answers without what every act and every request leaves: the ids of events and of requests."""
    read = json.loads(text)
    if isinstance(read, dict):
        return {name: value for name, value in read.items() if name != "correlationId"}
    if isinstance(read, list):
        facts = [
            (moment["event"], moment["data"])
            for moment in read
            if isinstance(moment, dict) and "event" in moment
        ]
        if facts:
            return [fact for place, fact in enumerate(facts) if fact not in facts[:place]]
    return read


async def test_no_score_can_be_read_while_the_round_is_open(here: Assembly) -> None:
    round_ = await opened(here)
    before = await readable(here, round_id=round_, organisation_id=here.organisations["village"])
    answers = []
    low = await score(here, round_, "police", village=[1, 1, 2, 1, 2, 1], school=1)
    with_low = await readable(here, round_id=round_, organisation_id=here.organisations["village"])
    high = await score(here, round_, "police", village=[5, 4, 5, 5, 4, 5], school=5)
    with_high = await readable(here, round_id=round_, organisation_id=here.organisations["village"])
    answers += [json.dumps(low), json.dumps(high)]
    # Whoever reads everything cannot tell the worst scores from the best.
    assert low == high
    for place, text in with_low.items():
        assert without_moments(text) == without_moments(with_high[place]), place
    # And no answer has even a place for a score.
    said = [*before.values(), *with_low.values(), *with_high.values(), *answers]
    said += [json.dumps(asdict(event), default=str) for event in await here.events()]
    for text in said:
        for word in (*DIMENSIONS, '"pairs"', '"mean"', '"coverage"', '"mutual"'):
            assert word not in text, (word, text)
    scored = [event for event in await here.events(round_) if event.name == "trust-scored"]
    assert [set(item.data) for item in scored] == [
        {"round_id", "partnership_id", "organisation_id", "complete"}
    ] * 2
    assert scored[0].data == scored[1].data
    assert len(await here.rows(trust_scores)) == 2  # they are there, and only there


async def test_closing_deletes_every_score_and_shows_no_pair(here: Assembly) -> None:
    round_ = await opened(here)
    await everybody_scores(here, round_)
    assert len(await here.rows(trust_scores)) == 6
    await here.made(f"trust-rounds/{round_}/close", by=here.secretary)
    assert await here.rows(trust_scores) == []
    for place, text in (await readable(here, round_id=round_)).items():
        assert '"pairs"' not in text, place
        assert '"rater"' not in text, place
    timeline = (await here.get(f"partnerships/{here.partnership}/timeline")).body
    (closed,) = [event for event in timeline if event["event"] == "trust-round-closed.v2"]
    assert set(closed["data"]) == {
        "round_id",
        "partnership_id",
        "number",
        "parties",
        "complete_raters",
        "mutual",
    }
    (kept,) = [event for event in await here.events(round_) if event.name == "trust-round-closed"]
    assert set(kept.data) == set(closed["data"]) | {"uniform_raters"}


async def test_a_round_that_fails_to_close_keeps_its_scores_sealed(here: Assembly) -> None:
    round_ = await opened(here)
    await score(here, round_, "police", village=5)
    assert await here.refused(f"trust-rounds/{round_}/close", by=here.secretary) == "scores-missing"
    assert len(await here.rows(trust_scores)) == 1
    assert (await here.get(f"trust-rounds/{round_}")).body["means"] is None


def test_a_submission_has_no_readable_form() -> None:
    given = dict(zip(TrustDimension, (1, 2, 3, 4, 5, 5), strict=True))
    scores = Scores(rated=UUID(int=1), **given)
    for text in (repr(scores), str(scores), repr(ScoreParties(round_id=UUID(int=2), scores=(scores,)))):
        assert not any(word in text for word in ("honesty", "rated", "1, 2", "=1", "scores="))


def test_what_is_wrong_with_a_submission_is_told_without_a_score() -> None:
    right: dict[str, Any] = {"rated": str(UUID(int=1))} | {dimension.value: 4 for dimension in TrustDimension}
    sheets = [right | wrong for wrong in ({"honesty": 77}, {"benefit": "88"}, {"honest": 99})]
    del sheets[2]["honesty"]
    with pytest.raises(ValidationError) as refused:
        ScoreParties.model_validate({"round_id": str(UUID(int=2)), "scores": sheets})
    places = {error["loc"][1:] for error in refused.value.errors()}
    assert {(0, "honesty"), (1, "benefit"), (2, "honesty"), (2, "honest")} <= places
    assert not any(score in str(refused.value) for score in ("77", "88", "99", "input_value"))


def elsewhere() -> Actor:
    """Somebody with every role, in another agency."""
    roles = frozenset({"coordinator", "secretary"})
    return Actor(person="p-elsewhere", agency="polres-lain", roles=roles)


# --- the model alone -------------------------------------------------------------------------------

points = st.lists(st.integers(1, 5), min_size=6, max_size=6)


def round_of(parties: list[UUID], closes_at: datetime = START + 10 * DAY) -> TrustRound:
    members = [RoundParty(party) for party in parties]
    return TrustRound(uuid4(), "polres", uuid4(), 1, START, closes_at, members)


def scored(rater: UUID, rated: UUID, given: list[int]) -> Score:
    return Score(rater, rated, *given)


def computed(round_: TrustRound) -> dict[str, Any]:
    """All that is disclosed of a round."""
    return {
        "coverage": round_.coverage,
        "mutual": round_.mutual,
        "dimensions": round_.dimensions,
        "received": round_.received,
    }


def expected(given: dict[tuple[UUID, UUID], list[int]], parties: list[UUID]) -> dict[str, Any]:
    """The numbers of a round, written down anew from their definition, before it is asked which are told."""
    others = len(parties) - 1
    raters = [party for party in parties if sum(rater == party for rater, _ in given) == others]
    counted = {pair: six for pair, six in given.items() if pair[0] in raters}
    columns = list(zip(*counted.values(), strict=True))
    received = {
        str(party): [fmean(six) for (_, rated), six in counted.items() if rated == party] for party in parties
    }
    return {
        "coverage": len(counted) / len(list(permutations(parties, 2))),
        "dimensions": dict(zip(TrustDimension, map(fmean, columns), strict=True)) if columns else {},
        "received": {name: fmean(found) for name, found in received.items() if found},
    }


def near(one: Any, other: Any) -> bool:
    """Whether two results are the same up to four decimals."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(near(one[key], other[key]) for key in one)
    return one == other if one is None or other is None else bool(abs(one - other) < 1.01e-4)


class Rounds(RuleBasedStateMachine):
    """Submissions, replacements and the closing in any order, beside a plain table of scores."""

    @initialize(count=st.integers(2, 5))
    def open(self, count: int) -> None:
        self.parties = [UUID(int=number) for number in range(1, count + 1)]
        self.round = round_of(self.parties)
        self.now = START
        self.given: dict[tuple[UUID, UUID], list[int]] = {}
        self.submitted: set[UUID] = set()
        self.hands: dict[UUID, str] = {}
        self.closed: dict[str, Any] | None = None

    @rule(
        rater=st.integers(1, 6),
        person=st.sampled_from(["", "", "", "p-hats"]),
        sheet=st.lists(st.tuples(st.integers(1, 6), points), min_size=1, max_size=4),
    )
    def submit(self, rater: int, person: str, sheet: list[tuple[int, list[int]]]) -> None:
        by = UUID(int=rater)
        person = person or f"p-{rater}"
        others = {hand for party, hand in self.hands.items() if party != by}
        scores = [scored(by, UUID(int=rated), six) for rated, six in sheet]
        rated = [score.rated for score in scores]
        try:
            self.round.score(by, person, scores, self.now)
        except ActImpossible:
            assert self.round.state is RoundState.CLOSED
        except ScoringOver:
            assert self.now >= self.round.closes_at
        except ScoredForAnotherParty:
            assert person in others
        except OwnScore:
            assert by in rated
        except ScoredTwice:
            assert len(set(rated)) < len(rated)
        except NotInTheRound:
            assert not {by, *rated} <= set(self.parties)
        else:
            assert self.closed is None
            assert {by, *rated} <= set(self.parties)
            assert by not in rated
            assert person not in others
            self.hands[by] = person
            self.given = {pair: six for pair, six in self.given.items() if pair[0] != by}
            self.given |= {(by, UUID(int=item)): six for item, six in sheet}
            self.submitted.discard(by)
            if len(sheet) == len(self.parties) - 1:
                self.submitted.add(by)

    @rule(hours=st.integers(0, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(sure=st.integers(0, 3))
    def close(self, sure: int) -> None:
        if sure:
            return
        complete = self.submitted == set(self.parties)
        try:
            self.round.close(self.now)
        except ActImpossible:
            assert self.closed is not None
        except ScoresMissing:
            assert not complete
            assert self.now < self.round.closes_at
        else:
            assert complete or self.now >= self.round.closes_at
            self.closed = expected(self.given, self.parties)

    @invariant()
    def an_open_round_shows_nothing_and_a_closed_one_keeps_no_score(self) -> None:
        if self.closed is None:
            assert self.round.state is RoundState.OPEN
            assert computed(self.round) == {
                "coverage": None,
                "mutual": None,
                "dimensions": {},
                "received": {},
            }
        else:
            assert self.round.scores == []
            it, others = self.round, len(self.parties) - 1
            assert near(it.coverage, self.closed["coverage"])
            if it.dimensions:
                assert len(self.submitted) > 3
                assert near(it.dimensions, self.closed["dimensions"])
            if it.received:
                assert it.dimensions and min(len(self.submitted), others) > 3
                assert near(it.received, self.closed["received"])

    @invariant()
    def it_is_known_who_has_scored_all_others(self) -> None:
        found = {party.organisation_id for party in self.round.parties if party.scored_at is not None}
        assert found == self.submitted

    @invariant()
    def means_stay_within_the_scale(self) -> None:
        it = self.round
        for mean in (*it.dimensions.values(), *it.received.values()):
            assert 1 <= mean <= 5
        assert it.coverage is None or 0 <= it.coverage <= 1


TestRounds = Rounds.TestCase
TestRounds.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


@given(data=st.data(), count=st.integers(2, 4))
@settings(max_examples=50, deadline=None)
def test_the_order_of_submissions_does_not_matter(data: st.DataObject, count: int) -> None:
    parties = [UUID(int=number) for number in range(1, count + 1)]
    pairs = data.draw(st.lists(st.sampled_from(list(permutations(parties, 2))), unique=True))
    sheets: dict[UUID, list[tuple[UUID, list[int]]]] = {}
    for rater, rated in pairs:
        sheets.setdefault(rater, []).append((rated, data.draw(points)))
    outcomes = []
    for order in (list(sheets), data.draw(st.permutations(list(sheets)))):
        round_ = round_of(parties)
        for rater in order:
            sheet = [scored(rater, rated, six) for rated, six in sheets[rater]]
            round_.score(rater, f"p-{rater}", sheet, START)
        outcomes.append((round_.close(round_.closes_at), computed(round_)))
    assert outcomes[0] == outcomes[1]


async def test_one_person_scores_for_one_party(here: Assembly) -> None:
    round_ = await opened(here)
    hats = {
        party: here.system.token("representative", organisation=UUID(here.organisations[party]), person="p-9")
        for party in ("police", "village")
    }
    path = f"trust-rounds/{round_}/scores"
    assert (await here.put(path, sheet(here, village=5), by=hats["police"])).status == 200
    assert (
        await refused(here, round_, sheet(here, police=5), by=hats["village"]) == "scored-for-another-party"
    )
    assert (await here.put(path, sheet(here, village=4), by=hats["police"])).status == 200
    await score(here, round_, "village", police=3)
