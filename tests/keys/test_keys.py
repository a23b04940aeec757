"""Keys: who has none, a wrong one or an old one stays out, and new ones come while the system runs."""

from __future__ import annotations

import json
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.events.broker import EVENTS, Bus, connection_options
from shared.host.host import check_broker
from shared.host.nats_server import NatsServer
from shared.host.rights import all_rights
from shared.host.service import Service
from shared.identity.actor import Actor
from shared.identity.signing import SigningKey
from shared.identity.tokens import TokenRefused, TokenVerifier
from shared.keys import claims, tokens
from shared.keys.broker_credentials import Credentials, written
from shared.keys.bus import BusKeys
from shared.keys.certificates import Certificates
from shared.keys.nkeys import NKey
from shared.keys.rights import Rights
from tests.support.guarded_nats import GuardedNats
from tests.support.wait import eventually


async def refused(url: str, credentials: Credentials) -> str:
    """Why a client is not let in."""
    with pytest.raises((NatsError, OSError, TimeoutError)) as refusal:
        await check_broker(Bus(url, "stranger", credentials))
    return f"{type(refusal.value).__name__}: {refusal.value}".lower()


# --- who stays out -------------------------------------------------------------------------------------


async def test_every_user_comes_in(guarded: GuardedNats, services: list[Service]) -> None:
    """Also the one with the most rights, all of which stand in the first line that it sends."""
    for rights in all_rights(services):
        await check_broker(guarded.bus(rights.user))


async def test_nobody_comes_in_without_credentials(guarded: GuardedNats, keys: Path) -> None:
    trusting = Credentials(authority=keys / "public" / "ca.pem")
    assert "authorization violation" in await refused(guarded.url, trusting)
    with_password = guarded.url.replace("tls://", "tls://partners:guess@")
    assert "authorization violation" in await refused(with_password, trusting)


async def test_credentials_of_another_installation_are_worth_nothing(
    guarded: GuardedNats, tmp_path: Path, services: list[Service], keys: Path
) -> None:
    BusKeys(tmp_path / "other").create(all_rights(services), datetime.now(UTC))
    foreign = tmp_path / "other" / "users" / "partners" / "bus.creds"
    assert "authorization violation" in await refused(
        guarded.url, Credentials("partners", foreign, keys / "public" / "ca.pem")
    )


async def test_a_user_cannot_make_itself_another(guarded: GuardedNats, keys: Path) -> None:
    """Neither with its own key as issuer, nor as a user of another's account."""
    everything = Rights("partners", (">",))
    state = json.loads((keys / "private" / "bus.json").read_bytes())
    account = NKey.from_seed(state["accounts"]["partners"])
    user, now = NKey.create("user"), datetime.now(UTC)
    for issuer, until in (
        (user, now + timedelta(days=1)),
        (NKey.create("account"), now + timedelta(days=1)),
        (account, now - timedelta(days=1)),  # rightly signed, and run out
    ):
        file = keys / "forged.creds"
        file.write_text(written(claims.user(user, issuer, now, until, everything), user.seed))
        said = await refused(guarded.url, Credentials("partners", file, keys / "public" / "ca.pem"))
        assert "authorization violation" in said or "expired" in said


async def test_a_stolen_token_is_nothing_without_its_key(guarded: GuardedNats, keys: Path) -> None:
    file = keys / "stolen.creds"
    file.write_text(written(guarded.credentials("partners").jwt().decode(), NKey.create("user").seed))
    stolen = Credentials("partners", file, keys / "public" / "ca.pem")
    assert "authorization violation" in await refused(guarded.url, stolen)


async def test_even_a_user_with_every_permission_sees_its_account_only(
    guarded: GuardedNats, services: list[Service], keys: Path
) -> None:
    """Who has a service's account key still has no more of the bus than that account imports."""
    state = json.loads((keys / "private" / "bus.json").read_bytes())
    user, now = NKey.create("user"), datetime.now(UTC)
    issuer = NKey.from_seed(state["accounts"]["programs"])
    file = keys / "mighty.creds"
    token = claims.user(user, issuer, now, now + timedelta(days=1), Rights("programs", (">",)))
    file.write_text(written(token, user.seed))
    bus = Bus(guarded.url, "mighty", Credentials("programs", file, keys / "public" / "ca.pem"))
    await bus.start()
    with pytest.raises((RuntimeError, NatsError)):
        await bus.request("evt.a.partners.forged.v1.x", b"{}", timeout=1)
    for what in (f"STREAM.PURGE.{EVENTS}", f"STREAM.DELETE.{EVENTS}", f"STREAM.MSG.GET.{EVENTS}"):
        with pytest.raises((RuntimeError, NatsError)):
            await bus.api(what, {"seq": 1}, timeout=1)
    assert (await bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["messages"] == 0
    await bus.stop()


# --- TLS -----------------------------------------------------------------------------------------------


async def test_a_server_of_another_authority_is_not_believed(
    guarded: GuardedNats, tmp_path: Path, keys: Path
) -> None:
    other = Certificates(tmp_path / "other")
    other.create((), datetime.now(UTC))
    own = guarded.credentials("partners")
    said = await refused(guarded.url, Credentials("partners", own.file, other.authority))
    assert "certificate_verify_failed" in said or "certificate verify failed" in said
    assert "certificate" in await refused(guarded.url, Credentials("partners", own.file))


async def test_a_server_under_a_name_that_is_not_its_own_is_not_believed(
    tmp_path: Path, keys: Path, services: list[Service]
) -> None:
    certificates = Certificates(keys)
    for file in (certificates.server, certificates.server_key):
        file.unlink()
    certificates._make_server(("elsewhere.example",), datetime.now(UTC))
    async with GuardedNats(tmp_path / "nats", keys) as server:
        assert "certificate" in await refused(server.url, server.credentials("partners"))


async def test_a_server_without_tls_learns_nothing(nats: NatsServer, keys: Path) -> None:
    """Whoever stands in between cannot offer to do without: the handshake comes first."""
    own = Credentials("partners", keys / "users" / "partners" / "bus.creds", keys / "public" / "ca.pem")
    await refused(f"tls://127.0.0.1:{nats.port}", own)


async def test_the_server_speaks_nothing_older_than_tls_1_3(guarded: GuardedNats, keys: Path) -> None:
    own = guarded.credentials("partners")
    options = connection_options(guarded.url, "old", own) | own.options([guarded.url])
    options["tls"].maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((NatsError, OSError)):
        await Client().connect(**options | {"allow_reconnect": False, "max_reconnect_attempts": 1})


# --- rotation ------------------------------------------------------------------------------------------


async def test_new_credentials_are_used_and_old_ones_refused(
    guarded: GuardedNats, services: list[Service], keys: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.creds"
    old.write_bytes(guarded.credentials("partners").file.read_bytes())  # type: ignore[union-attr]
    bus = guarded.bus("partners")
    await bus.start()
    assert await bus.request("evt.a.partners.made.v1.x", b"{}")
    BusKeys(keys).rotate(all_rights(services), datetime.now(UTC))
    assert await bus.request("evt.a.partners.made.v1.x", b"{}"), "until the server is told, the old ones do"
    await guarded.reload()
    await eventually(lambda: bus.reconnects, 20, "the connection came back by itself")
    assert await bus.request("evt.a.partners.made.v1.x", b"{}")
    assert (await bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["messages"] == 3, "the stream is as it was"
    said = await refused(guarded.url, Credentials("partners", old, keys / "public" / "ca.pem"))
    assert "authorization violation" in said or "revoked" in said
    await bus.stop()


async def test_a_new_certificate_is_served_after_a_reload(guarded: GuardedNats, keys: Path) -> None:
    before = (keys / "server" / "nats.pem").read_bytes()
    authority = (keys / "public" / "ca.pem").read_bytes()
    Certificates(keys).rotate(("bus.example",), datetime.now(UTC))
    assert "bus.example" in Certificates(keys).hosts()
    assert (keys / "server" / "nats.pem").read_bytes() != before
    assert (keys / "public" / "ca.pem").read_bytes() == authority
    await guarded.reload()
    await check_broker(guarded.bus("partners"))


async def test_a_token_of_the_earlier_key_lives_out_its_time(tmp_path: Path) -> None:
    file, now = tmp_path / "signing.json", datetime.now(UTC)
    actor = Actor(person="p-1", agency="polresta-contoh", roles=frozenset({"coordinator"}))
    first = SigningKey.create_or_load(file).mint(actor)
    assert tokens.rotate(file, now) == 1
    second = SigningKey.create_or_load(file).mint(actor)
    verifier = TokenVerifier(str(tmp_path / "jwks.json"))
    for token in (first, second):
        assert (await verifier.verify(token, now)).person == "p-1"
    tokens.prune(file, now + tokens.OVERLAP - timedelta(seconds=1))
    assert len(published(tmp_path)) == 2
    tokens.prune(file, now + tokens.OVERLAP + timedelta(seconds=1))
    assert len(published(tmp_path)) == 1


async def test_a_key_that_others_may_have_is_withdrawn_at_once(tmp_path: Path) -> None:
    file, now = tmp_path / "signing.json", datetime.now(UTC)
    actor = Actor(person="p-1", agency="polresta-contoh", roles=frozenset({"coordinator"}))
    first = SigningKey.create_or_load(file).mint(actor)
    assert tokens.rotate(file, now, at_once=True) == 0
    with pytest.raises(TokenRefused):
        await TokenVerifier(str(tmp_path / "jwks.json")).verify(first, now)


def published(folder: Path) -> list[Any]:
    """The public keys."""
    keys: list[Any] = json.loads((folder / "jwks.json").read_bytes())["keys"]
    return keys


# --- files ---------------------------------------------------------------------------------------------


def test_private_files_are_their_owners_alone(keys: Path) -> None:
    private = [*keys.rglob("*.creds"), *keys.rglob("*.key"), keys / "private" / "bus.json"]
    assert len(private) > 6
    assert {stat.S_IMODE(file.stat().st_mode) for file in private} == {0o600}
    assert stat.S_IMODE((keys / "private").stat().st_mode) == 0o700


def test_what_the_server_is_told_holds_no_secret(keys: Path) -> None:
    told = (keys / "server" / "bus.conf").read_text()
    state = json.loads((keys / "private" / "bus.json").read_bytes())
    seeds = [state["operator"], *state["accounts"].values()]
    assert len(seeds) > 6
    assert not any(seed in told for seed in seeds)


def test_making_keys_again_changes_none(keys: Path, services: list[Service]) -> None:
    before = {file: file.read_bytes() for file in keys.rglob("*") if file.is_file()}
    now = datetime.now(UTC)
    assert BusKeys(keys).create(all_rights(services), now) == []
    assert Certificates(keys).create((), now) == []
    assert {file: file.read_bytes() for file in keys.rglob("*") if file.is_file()} == before


def test_a_service_that_came_later_gets_credentials_and_the_others_keep_theirs(
    tmp_path: Path, services: list[Service]
) -> None:
    bus, now = BusKeys(tmp_path), datetime.now(UTC)
    bus.create(all_rights(services[:-1]), now)
    before = bus.file(services[0].name).read_bytes()
    made = bus.create(all_rights(services), now)
    assert bus.file(services[-1].name) in made
    assert bus.file(services[0].name).read_bytes() == before


def test_revocations_are_forgotten_once_what_they_revoke_has_run_out(
    tmp_path: Path, services: list[Service]
) -> None:
    bus, now = BusKeys(tmp_path), datetime.now(UTC)
    rights = all_rights(services)
    bus.create(rights, now)
    for days, kept in ((1, 1), (2, 2), (500, 1)):
        bus.rotate(rights, now + timedelta(days=days))
        state = json.loads(bus.state.read_bytes())
        assert len(state["revoked"]["partners"]) == kept
