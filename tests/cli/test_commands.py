"""What each command does: its output, its JSON, its exit code (0 done, 1 not done, 2 asked wrongly)."""

from __future__ import annotations

import json
import smtplib
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.model import NO_MAIL_SERVER
from services.registry import NAMES, service
from shared.events.broker import EVENTS, Bus
from shared.events.streams import declared_stream
from shared.host.mail_sink import mail_sink
from shared.host.nats_server import NatsServer
from shared.identity.tokens import TokenVerifier
from shared.keys import layout
from shared.service_names import WITH_DATA
from tests.cli.shell import beside, shell
from tests.support.ports import free_port
from tests.support.system import System, system
from tests.support.wait import eventually

LETTER = {
    "service",
    "id",
    "consumer",
    "event_type",
    "subject",
    "error",
    "attempts",
    "state",
    "parked_at",
    "settled_at",
    "settled_by",
    "reason",
    "envelope",
}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    """The whole system, which the commands are about."""
    async with system(tmp_path, [service(name) for name in NAMES]) as running:
        yield running


async def parked(here: System) -> str:
    """Send an event that does not fit its contract; returns the id of its dead letter."""
    runtime = next(runtime for runtime in here.runtimes if runtime.service.name == "notifications")
    subject = f"evt.polresta-contoh.partners.partnership-signed.v1.{uuid4()}"
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/x",
        "type": "partners.partnership-signed.v1",
        "subject": str(uuid4()),
        # Nobody is told of what is long past.
        "time": datetime.now(UTC).isoformat(),
        "agency": "polresta-contoh",
        "aggregateversion": 1,
        "correlationid": "c",
        "causationid": "d",
        "public": True,
        "data": {"title": "no parties"},
    }
    await runtime.bus.request(subject, json.dumps(event).encode())

    async def listed() -> list[Any]:
        path = "/api/notifications/v1/dead-letters"
        items: list[Any] = (await here.call("GET", path, token=here.token("operator"))).body["items"]
        return items

    items: list[Any] = await eventually(listed)
    return str(items[-1]["id"])


# --- asked wrongly -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["up", "status"])
@pytest.mark.parametrize(
    ("variable", "value", "right"),
    [
        ("KEMITRAAN_PORT", "abc", "a whole number from 1 to 65535"),
        ("KEMITRAAN_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("DATABASE_URL", "mysql://somewhere/x", "postgresql://"),
    ],
)
async def test_a_wrong_setting_is_named(
    tmp_path: Path, command: str, variable: str, value: str, right: str
) -> None:
    ended = await shell(tmp_path, **{variable: value}).kemitraan(command)
    assert ended.code == 2
    assert ended.err.startswith(f"{variable} is {value!r}; it should be ")
    assert right in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("up nosuch", "there is no service 'nosuch'; choose one of partners, programs"),
        ("dead-letters list nosuch", "there is no service 'nosuch'"),
        ("projections list portal", "there is no service 'portal' with its own data"),
        ("dead-letters show notifications 7", "should be a valid UUID"),
        ("dead-letters list notifications --state lost", "'parked', 'replayed', 'discarded'"),
        ("dead-letters discard notifications 01a211f7-2af0-7d05-8c07-3db1b0d5ac3e", "--reason"),
        ("token mayor", "there is no role 'mayor'; choose one of administrator"),
        ("token representative", "add --organisation ID"),
        ("mail show 7", "there is no message '7'; see: kemitraan mail list"),
        ("streams apply", "NATS_URL is empty"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_what_can(
    tmp_path: Path, arguments: str, said: str
) -> None:
    ended = await shell(tmp_path).kemitraan(*arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is not valid JSON"), ("[]", "should contain a JSON object"), (None, "does not exist")],
)
async def test_mended_data_must_be_an_object_in_a_file(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "mended.json"
    if text is not None:
        file.write_text(text)
    ended = await shell(tmp_path).kemitraan(
        "dead-letters", "replay", "notifications", str(uuid4()), "--data", str(file)
    )
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize(
    "arguments", ["status", "dead-letters list", "projections rebuild programs partnerships", "demo"]
)
async def test_a_system_that_does_not_run_is_said_to(tmp_path: Path, arguments: str) -> None:
    nowhere = shell(tmp_path, KEMITRAAN_PORT=str(free_port()))
    ended = await nowhere.kemitraan(*arguments.split())
    assert ended.code == 1
    assert "(kemitraan up)?" in ended.out + ended.err
    assert nowhere.variables["KEMITRAAN_PORT"] in ended.out + ended.err


# --- status --------------------------------------------------------------------------------------------


async def test_status_shows_every_check(here: System) -> None:
    async def ready() -> bool:
        return (await here.call("GET", "/readyz")).status == 200

    await eventually(ready)
    brief = await beside(here).kemitraan("status")
    assert brief.code == 0
    assert brief.out.startswith(f"all {len(NAMES)} services are ready (kemitraan {version('kemitraan')}, ")
    assert len(brief.out.splitlines()) == 3 + len(NAMES), "a headline, the headers, the host and each service"
    assert f"mail: {NO_MAIL_SERVER}: 0 messages wait" in brief.out, "what holds and is to be known"
    shown = await beside(here).kemitraan("status", "--all")
    assert shown.code == 0
    assert all(name in shown.out for name in (*NAMES, "broker", "migrations", "projection partnerships"))
    assert "✗" not in shown.out
    read = (await beside(here).kemitraan("status", "--json")).json
    assert read["ready"] is True
    assert all(check.keys() == {"service", "name", "ok", "detail"} for check in read["checks"])
    assert {check["service"] for check in read["checks"]} == {*NAMES, "host"}


async def test_status_asks_every_process_and_names_the_one_that_is_gone(here: System) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    told = await beside(here).using(KEMITRAAN_PRODUCTS_URL=gone).kemitraan("status")
    assert told.out.startswith("not ready: products (")
    assert f"answer: no answer at {gone}" in told.out
    ended = await beside(here).using(KEMITRAAN_PRODUCTS_URL=gone).kemitraan("status", "--json")
    assert ended.code == 1
    assert ended.json["ready"] is False
    (failing,) = [check for check in ended.json["checks"] if check["name"] == "answer"]
    assert (failing["service"], failing["ok"]) == ("products", False)
    assert gone in failing["detail"]
    assert {"partners", "portal"} <= {check["service"] for check in ended.json["checks"]}


# --- dead letters and projections ----------------------------------------------------------------------


async def test_a_dead_letter_is_listed_shown_mended_and_replayed(here: System, tmp_path: Path) -> None:
    letter, operator = await parked(here), beside(here)
    listed = await operator.kemitraan("dead-letters", "list")
    assert listed.code == 0
    assert letter in listed.out
    assert "[type=missing" in listed.out, "brackets are text, not markup"
    (read,) = (await operator.kemitraan("dead-letters", "list", "notifications", "--json")).json
    assert read.keys() == LETTER
    assert (read["service"], read["id"], read["state"]) == ("notifications", letter, "parked")
    shown = await operator.kemitraan("dead-letters", "show", "notifications", letter)
    assert shown.json["envelope"]["data"] == {"title": "no parties"}

    still = await operator.kemitraan("dead-letters", "replay", "notifications", letter)
    assert still.code == 1
    assert "It is still parked." in still.err
    mended = {"partnership_id": str(uuid4()), "charter_version": 1, "title": "Baik", "area": "x"}
    file = tmp_path / "mended.json"
    file.write_text(json.dumps({**mended, "parties": []}))
    replay = ("dead-letters", "replay", "notifications", letter, "--data", str(file))
    done = await operator.kemitraan(*replay)
    assert (done.code, done.out) == (0, f"{letter} is replayed\n")
    notices = await here.call("GET", "/api/notifications/v1/notices", token=here.token("coordinator"))
    assert [item["subject"] for item in notices.body["items"]] == ["Baik"]

    again = await operator.kemitraan(*replay)
    assert again.code == 1
    assert "already" in again.err
    assert (await operator.kemitraan("dead-letters", "list")).out == "no dead letters are parked\n"
    kept = (await operator.kemitraan("dead-letters", "list", "--state", "replayed", "--json")).json
    assert [item["settled_by"] for item in kept] == ["host"]


async def test_a_dead_letter_is_discarded_with_its_reason(here: System) -> None:
    letter, operator = await parked(here), beside(here)
    discard = ("dead-letters", "discard", "notifications", letter, "--reason")
    done = await operator.kemitraan(*discard, "an exercise")
    assert (done.code, done.out) == (0, f"{letter} is discarded\n")
    (kept,) = (await operator.kemitraan("dead-letters", "list", "--state", "discarded", "--json")).json
    assert (kept["id"], kept["reason"]) == (letter, "an exercise")
    unknown = await operator.kemitraan("dead-letters", "show", "notifications", str(uuid4()))
    assert unknown.code == 1
    assert "There is no dead letter with the id" in unknown.err


async def test_every_dead_letter_is_listed_however_many_there_are(here: System) -> None:
    for _ in range(101):  # one more than a page holds
        await parked(here)
    listed = (await beside(here).kemitraan("dead-letters", "list", "--json")).json
    assert len({item["id"] for item in listed}) == 101


async def test_projections_are_listed_and_rebuilt(here: System) -> None:
    partnership, *_ = await here.signed_partnership()

    forum = here.organisations["Forum Desa Contoh"]

    async def known() -> bool:
        body = {
            "partnership_id": str(partnership),
            "title": "Program",
            "objectives": ["Bersama"],
            "stages": [{"title": "Satu", "responsible": str(forum)}],
        }
        made = await here.call("POST", "/api/programs/v1/programs", body, token=here.representative(forum))
        return made.status == 201

    await eventually(known)
    operator = beside(here)
    shown = await operator.kemitraan("projections", "list")
    assert shown.code == 0
    assert all(text in shown.out for text in ("programs", "products", "partners.partnership-signed"))
    read = (await operator.kemitraan("projections", "list", "programs", "--json")).json
    (own,) = [item for item in read if item["name"] == "partnerships"]
    assert "partners.partnership-signed" in own.pop("events")
    assert own == {"service": "programs", "name": "partnerships", "lag": 0, "failing": None}
    rebuilt = await operator.kemitraan("projections", "rebuild", "programs", "partnerships")
    assert rebuilt.code == 0
    assert "partnerships is rebuilt" in rebuilt.out
    assert "events/s" in rebuilt.out
    await eventually(known)
    unknown = await operator.kemitraan("projections", "rebuild", "programs", "nosuch")
    assert unknown.code == 1
    assert "nosuch" in unknown.err


# --- streams -------------------------------------------------------------------------------------------


async def test_streams_are_made_compared_and_mended(nats: NatsServer, tmp_path: Path) -> None:
    operator = shell(tmp_path, NATS_URL=nats.url)
    missing = await operator.kemitraan("streams", "diff", "--json")
    assert missing.code == 1
    assert missing.json == [{"place": EVENTS, "setting": "stream", "declared": EVENTS, "actual": None}]
    made = await operator.kemitraan("streams", "apply")
    assert made.code == 0
    assert "changed  EVENTS: stream is missing" in made.out
    assert "changed  notifications-notify: consumer is missing" in made.out
    same = await operator.kemitraan("streams", "diff")
    assert (same.code, same.out) == (0, "as declared\n")
    assert (await operator.kemitraan("streams", "diff", "--json")).json == []

    bus = Bus(nats.url, "somebody")
    await bus.start()
    await bus.api(f"STREAM.UPDATE.{EVENTS}", declared_stream(1) | {"duplicate_window": 1_000_000_000})
    await bus.stop()
    drifted = await operator.kemitraan("streams", "diff")
    assert drifted.code == 1
    assert drifted.out == "EVENTS: duplicate_window is 1000000000, declared 600000000000\n"
    await operator.kemitraan("streams", "apply")
    assert (await operator.kemitraan("streams", "diff")).code == 0


async def test_a_broker_that_cannot_do_it_is_quoted(nats: NatsServer, tmp_path: Path) -> None:
    refused = await shell(tmp_path, NATS_URL=nats.url, KEMITRAAN_STREAM_REPLICAS="3").kemitraan(
        "streams", "apply"
    )
    assert refused.code == 1
    assert "replicas > 1 not supported" in refused.err


@pytest.mark.parametrize("command", ["apply", "diff"])
async def test_a_broker_that_is_away_or_lets_nobody_in_is_said_to(
    nats: NatsServer, tmp_path: Path, command: str
) -> None:
    away = await shell(tmp_path, NATS_URL=f"nats://127.0.0.1:{free_port()}").kemitraan("streams", command)
    assert away.code == 1
    assert away.err.startswith("the broker does not answer (NATS_URL): ")
    stranger = await shell(tmp_path, NATS_URL=f"nats://a:guess@127.0.0.1:{nats.port}").kemitraan(
        "streams", command
    )
    assert stranger.code == 1
    assert "Authorization" in stranger.err
    assert "guess" not in stranger.err


# --- tokens, keys, mail --------------------------------------------------------------------------------


async def test_a_token_lets_its_role_in_for_a_quarter_of_an_hour(here: System) -> None:
    printed = await beside(here).kemitraan("token", "coordinator")
    assert (printed.code, printed.err) == (0, "")
    token = printed.out.strip()
    answer = await here.call("GET", "/api/notifications/v1/notices", token=token)
    assert answer.status == 200
    assert (await here.call("GET", "/api/programs/v1/projections", token=token)).status == 403

    organisation = await here.organisation("Forum Desa Contoh", "community")
    printed = await beside(here).kemitraan("token", "representative", "--organisation", str(organisation))
    actor = await TokenVerifier(here.settings.jwks).verify(printed.out.strip(), datetime.now(UTC))
    assert (actor.organisation, actor.roles) == (organisation, frozenset({"representative"}))


async def test_keys_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = await shell(tmp_path).kemitraan("keys", "init", "--out", str(folder))
    assert (made.code, str(folder) in made.out) == (0, True)
    private, public = layout.signing_key(folder), layout.public_keys(folder)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    before = (private.read_bytes(), public.read_bytes())
    assert "d" in json.loads(before[0])
    assert all("d" not in key for key in json.loads(before[1])["keys"])
    assert (await shell(tmp_path).kemitraan("keys", "init", "--out", str(folder))).code == 0
    assert (private.read_bytes(), public.read_bytes()) == before


async def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    private = layout.signing_key(tmp_path)
    private.parent.mkdir()
    private.write_text("{}")
    kept = await shell(tmp_path).kemitraan("keys", "init", "--out", str(tmp_path))
    assert kept.code == 1
    assert f"{private} contains no private Ed25519 key" in kept.err
    minting = await shell(tmp_path, KEMITRAAN_SIGNING_KEY=str(private)).kemitraan("token", "operator")
    assert minting.code == 2
    assert minting.err.startswith("KEMITRAAN_SIGNING_KEY: ")


async def test_mail_is_listed_and_shown(tmp_path: Path) -> None:
    url = f"smtp://127.0.0.1:{free_port()}"
    with mail_sink(url, tmp_path / "mail"), smtplib.SMTP(url.removeprefix("smtp://")) as client:
        for subject in ("Pertama", "[Kedua] selesai"):
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", subject
            message.set_content(f"Isi {subject}.")
            client.send_message(message)
    listed = await shell(tmp_path).kemitraan("mail", "list")
    assert listed.code == 0
    assert listed.out.index("Pertama") < listed.out.index("[Kedua] selesai")
    last = await shell(tmp_path).kemitraan("mail", "show", "last")
    assert "To: b@example.org\nSubject: [Kedua] selesai\n" in last.out
    assert "Isi [Kedua] selesai." in last.out
    first = min(file.stem for file in (tmp_path / "mail").glob("*.eml"))
    assert first in listed.out
    assert "Isi Pertama." in (await shell(tmp_path).kemitraan("mail", "show", first)).out


def test_services_with_data_are_those_that_commands_ask() -> None:
    assert set(WITH_DATA) == {name for name in NAMES if service(name).metadata is not None}
