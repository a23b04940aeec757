"""A token is believed only when a published Ed25519 key signed it for this system, and for a short while."""

import asyncio
import base64
import hashlib
import hmac
import json
import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from joserfc import jwt

from shared.clock import MovableClock
from shared.identity import tokens
from shared.identity.actor import ANONYMOUS, SYSTEM, Actor
from shared.identity.revocations import ALL, Origin
from shared.identity.signing import EdDsaOnly
from shared.identity.tokens import SigningKey, TokenVerifier

OFFICER = Actor(
    person="p-17",
    agency="polresta-sidoarjo",
    organisation=UUID("0197a000-0000-7000-8000-000000000001"),
    roles=frozenset({"representative", "editor"}),
)


ACCOUNT = UUID("0197a000-0000-7000-8000-000000000002")
SESSION = UUID("0197a000-0000-7000-8000-000000000003")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.create_or_load(tmp_path / "keys" / "signing.json")


@pytest.fixture
def verifier(tmp_path: Path) -> TokenVerifier:
    return TokenVerifier(tmp_path / "keys" / "jwks.json")


def forged(key: SigningKey, clock: MovableClock, header: dict[str, Any] | None = None, **changed: Any) -> str:
    """A token signed with the right key over claims that `mint` would never write."""
    at = int(clock.now().timestamp())
    claims = {"iss": "kemitraan", "aud": "kemitraan", "sub": "p", "iat": at, "exp": at + 60, "agency": "a"}
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    head = {"alg": "EdDSA", "kid": key.kid} | (header or {})
    return jwt.encode(head, claims, key._key, registry=EdDsaOnly())


def unsigned(header: dict[str, Any], payload: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode() + "." + payload


async def test_an_actor_travels_through_a_token(
    key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    assert await verifier.verify(key.mint(OFFICER, clock=clock), clock.now()) == OFFICER
    citizen = Actor(person="p-18", agency="public")
    assert await verifier.verify(key.mint(citizen, clock=clock), clock.now()) == citizen


async def test_a_token_ends_after_fifteen_minutes_also_when_it_was_seen_before(
    key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    token = key.mint(OFFICER, clock=clock)
    clock.move(timedelta(minutes=14, seconds=59))
    await verifier.verify(token, clock.now())
    clock.move(timedelta(seconds=1))
    with pytest.raises(tokens.TokenExpired):
        await verifier.verify(token, clock.now())


def test_no_longer_life_is_minted(key: SigningKey) -> None:
    for ttl in (timedelta(minutes=16), timedelta(0)):
        with pytest.raises(ValueError, match="at most"):
            key.mint(OFFICER, ttl)


async def test_alg_none_is_refused(key: SigningKey, verifier: TokenVerifier, clock: MovableClock) -> None:
    payload = key.mint(OFFICER, clock=clock).split(".")[1]
    for name in ("none", "NONE"):
        with pytest.raises(tokens.TokenAlgorithmRefused, match=name):
            await verifier.verify(unsigned({"alg": name, "kid": key.kid}, payload) + ".", clock.now())


async def test_hs256_keyed_with_the_public_key_is_refused(
    key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    signed = unsigned({"alg": "HS256", "kid": key.kid}, key.mint(OFFICER, clock=clock).split(".")[1])
    public = base64.urlsafe_b64decode(key.public()["x"] + "=")
    mac = base64.urlsafe_b64encode(hmac.digest(public, signed.encode(), hashlib.sha256)).rstrip(b"=").decode()
    with pytest.raises(tokens.TokenAlgorithmRefused, match="HS256"):
        await verifier.verify(f"{signed}.{mac}", clock.now())


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"aud": "elsewhere"}, tokens.TokenForAnotherAudience),
        ({"aud": ["elsewhere"]}, tokens.TokenForAnotherAudience),
        ({"aud": None}, tokens.TokenForAnotherAudience),
        ({"iss": "me"}, tokens.TokenIssuerUnknown),
        ({"exp": 1}, tokens.TokenExpired),
        ({"iat": 2**33, "exp": 2**33 + 60}, tokens.TokenNotYetValid),
        ({"iat": 1}, tokens.TokenLivesTooLong),
        ({"exp": None}, tokens.TokenMalformed),
        ({"iat": True}, tokens.TokenMalformed),
        ({"exp": 1e300}, tokens.TokenMalformed),
        ({"sub": None}, tokens.TokenMalformed),
        ({"agency": "evt.>"}, tokens.TokenMalformed),
        ({"roles": "admin"}, tokens.TokenMalformed),
        ({"organisation": "x"}, tokens.TokenMalformed),
        ({"organisation": 5}, tokens.TokenMalformed),
        ({"account": "x", "gen": 1, "sid": "y"}, tokens.TokenMalformed),
        ({"gen": 1}, tokens.TokenMalformed),
        ({"account": str(ACCOUNT), "gen": "1", "sid": str(SESSION)}, tokens.TokenMalformed),
        ({"account": str(ACCOUNT), "gen": True, "sid": str(SESSION)}, tokens.TokenMalformed),
    ],
)
async def test_wrong_claims_are_refused_each_with_its_reason(
    key: SigningKey,
    verifier: TokenVerifier,
    clock: MovableClock,
    changed: dict[str, Any],
    reason: type[tokens.TokenRefused],
) -> None:
    with pytest.raises(reason) as refused:
        await verifier.verify(forged(key, clock, **changed), clock.now())
    assert refused.value.kind == "unauthenticated"


async def test_a_header_names_a_key_and_nothing_else_makes_one(
    tmp_path: Path, key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    stranger = SigningKey.create_or_load(tmp_path / "elsewhere" / "signing.json")
    for header in (
        {"kid": key.kid},
        {"kid": key.kid, "jwk": stranger.public()},
        {"kid": key.kid, "jku": "https://elsewhere.example/jwks.json"},
        {"kid": key.kid, "x5u": "https://elsewhere.example/cert.pem"},
    ):
        with pytest.raises((tokens.TokenSignatureWrong, tokens.TokenMalformed)):
            await verifier.verify(forged(stranger, clock, header), clock.now())
    for kid in ("../jwks.json", "' OR 1=1 --", "", "\0"):
        with pytest.raises(tokens.TokenKeyUnknown):
            await verifier.verify(forged(key, clock, {"kid": kid}), clock.now())
    _, payload, signature = key.mint(OFFICER, clock=clock).split(".")
    for odd in (None, 5, [key.kid]):
        odd_one = unsigned({"alg": "EdDSA", "kid": odd}, payload)
        with pytest.raises(tokens.TokenMalformed):
            await verifier.verify(f"{odd_one}.{signature}", clock.now())


async def test_what_is_revoked_is_refused_though_it_was_believed_before(
    key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    older = key.mint(OFFICER, clock=clock, origin=Origin(ACCOUNT, 1, SESSION))
    newer = key.mint(OFFICER, clock=clock, origin=Origin(ACCOUNT, 2, SESSION))
    minted_on_the_host = key.mint(OFFICER, clock=clock)
    for token in (older, newer, minted_on_the_host):
        assert await verifier.verify(token, clock.now()) == OFFICER
    verifier.revocations.replace([(ACCOUNT, 2)])
    with pytest.raises(tokens.TokenRevoked):
        await verifier.verify(older, clock.now())
    assert await verifier.verify(newer, clock.now()) == OFFICER
    verifier.revocations.replace([(SESSION, ALL)])
    for token in (older, newer):
        with pytest.raises(tokens.TokenRevoked):
            await verifier.verify(token, clock.now())
    assert await verifier.verify(minted_on_the_host, clock.now()) == OFFICER
    verifier.revocations.replace([])
    assert await verifier.verify(older, clock.now()) == OFFICER


async def test_one_audience_of_several_is_enough(
    key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    actor = await verifier.verify(forged(key, clock, aud=["other", "kemitraan"]), clock.now())
    assert actor.person == "p"


async def test_a_changed_token_is_refused(
    key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    head, payload, signature = key.mint(OFFICER, clock=clock).split(".")
    other = key.mint(SYSTEM, clock=clock).split(".")[1]
    with pytest.raises(tokens.TokenSignatureWrong):
        await verifier.verify(f"{head}.{other}.{signature}", clock.now())
    nonsense = ["", "x", "a.b.c", f"{head}.{payload}", f"é.{payload}.{signature}", "\ud800.a.b", "a" * 9000]
    for text in nonsense:
        with pytest.raises(tokens.TokenMalformed):
            await verifier.verify(text, clock.now())


async def test_an_unknown_key_is_refused_until_it_is_published(
    tmp_path: Path, key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    old = key.mint(OFFICER, clock=clock)
    await verifier.verify(old, clock.now())
    stranger = SigningKey.create_or_load(tmp_path / "elsewhere" / "signing.json").mint(OFFICER, clock=clock)
    with pytest.raises(tokens.TokenKeyUnknown):
        await verifier.verify(stranger, clock.now())

    (tmp_path / "keys" / "signing.json").unlink()
    fresh = SigningKey.create_or_load(tmp_path / "keys" / "signing.json").mint(OFFICER, clock=clock)
    with pytest.raises(tokens.TokenKeyUnknown):
        await verifier.verify(fresh, clock.now())  # the set was read a moment ago
    clock.move(timedelta(seconds=4))
    assert await verifier.verify(fresh, clock.now()) == OFFICER
    assert await verifier.verify(old, clock.now()) == OFFICER


async def test_what_a_withdrawn_key_signed_is_refused_after_the_next_refresh(
    tmp_path: Path, key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    token = key.mint(OFFICER, clock=clock)
    await verifier.verify(token, clock.now())
    (tmp_path / "keys" / "jwks.json").write_text('{"keys": []}')
    clock.move(timedelta(minutes=5))
    with pytest.raises(tokens.TokenKeyUnknown):
        await verifier.verify(token, clock.now())


async def test_an_unreadable_key_set_keeps_the_known_keys(
    tmp_path: Path, key: SigningKey, verifier: TokenVerifier, clock: MovableClock
) -> None:
    token = key.mint(OFFICER, clock=clock)
    await verifier.verify(token, clock.now())
    for text in ("not json", "[]", '{"keys": [5]}', '{"keys": [{"kty": "OKP", "crv": "Ed25519"}]}'):
        (tmp_path / "keys" / "jwks.json").write_text(text)
        clock.move(timedelta(minutes=5) if text == "not json" else timedelta(seconds=4))
        assert await verifier.verify(token, clock.now()) == OFFICER


@pytest.fixture
async def published(tmp_path: Path, key: SigningKey) -> AsyncIterator[tuple[str, list[int]]]:
    """The key set served over HTTP, with a list that grows by each reading."""
    readings: list[int] = []

    async def jwks(request: web.Request) -> web.Response:
        readings.append(1)
        return web.json_response(json.loads((tmp_path / "keys" / "jwks.json").read_bytes()))

    app = web.Application()
    app.router.add_get("/jwks.json", jwks)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}/jwks.json", readings
    await runner.cleanup()


async def test_keys_are_read_over_http_once_for_many_tokens(
    published: tuple[str, list[int]], key: SigningKey, clock: MovableClock
) -> None:
    url, readings = published
    verifier = TokenVerifier(url)
    minted = [key.mint(OFFICER, clock=clock) for _ in range(20)]
    actors = await asyncio.gather(*(verifier.verify(token, clock.now()) for token in minted))
    assert set(actors) == {OFFICER}
    assert len(readings) == 1


async def test_the_memory_of_verified_tokens_is_bounded(
    key: SigningKey, verifier: TokenVerifier, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TokenVerifier, "REMEMBERED", 3)
    for _ in range(5):
        await verifier.verify(key.mint(OFFICER, clock=clock), clock.now())
    assert len(verifier._verified) == 3


def test_the_private_key_is_for_its_owner_only_and_stays(tmp_path: Path, key: SigningKey) -> None:
    path = tmp_path / "keys" / "signing.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.create_or_load(path).kid == key.kid
    assert sorted(file.name for file in path.parent.iterdir()) == ["jwks.json", "signing.json"]
    assert '"d"' not in path.with_name("jwks.json").read_text()


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}', '{"kty": "oct", "k": "AAAA"}']
)
def test_a_wrong_key_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "signing.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"signing\.json contains no private Ed25519 key"):
        SigningKey.create_or_load(path)


def test_an_actor_without_a_person_or_with_a_wrong_agency_cannot_be_made() -> None:
    for person, agency in (("", "a"), ("p", ""), ("p", "A"), ("p", "a.b"), ("p", "a--b"), ("p", "-a")):
        with pytest.raises(ValueError):
            Actor(person=person, agency=agency)


def test_anonymous_has_no_role_and_the_system_its_own() -> None:
    assert ANONYMOUS.is_anonymous
    assert not ANONYMOUS.roles
    assert SYSTEM.has("system")
    assert not SYSTEM.is_anonymous
