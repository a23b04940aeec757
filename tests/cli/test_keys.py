"""Keys from the command line: made once, listed, replaced; nothing secret is printed."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.keys import keys_app
from services.registry import NAMES, chosen
from shared.host.rights import all_rights
from shared.identity.signing import SigningKey
from shared.keys.bus import LIFE, BusKeys
from shared.keys.certificates import Certificates
from tests.cli.shell import shell


async def test_init_makes_every_key_and_says_which(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = await shell(tmp_path).kemitraan("keys", "init", "--out", str(folder), "--host", "bus.example")
    assert (made.code, made.err) == (0, "")
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    assert files == sorted(
        [
            *(
                "public/ca.pem",
                "public/jwks.json",
                "private/bus.json",
                "private/ca.key",
                "identity/signing.json",
            ),
            "identity/jwks.json",  # a link
            *("server/bus.conf", "server/nats.key", "server/nats.pem"),
            *(f"users/{user}/bus.creds" for user in (*NAMES, "provisioner", "operator")),
        ]
    )
    assert all(f"made  {folder}/{file}\n" in made.out for file in files if file != "identity/jwks.json")
    assert "bus.example" in Certificates(folder).hosts()
    again = await shell(tmp_path).kemitraan("keys", "init", "--out", str(folder))
    assert (again.code, again.out) == (0, f"nothing was missing in {folder}\n")


async def test_rotate_replaces_what_is_asked_and_prints_no_secret(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    operator = shell(tmp_path)
    none = await operator.kemitraan("keys", "rotate", "--out", str(folder))
    assert none.code == 1
    assert f"kemitraan keys init --out {folder}" in none.err
    await operator.kemitraan("keys", "init", "--out", str(folder))
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    tokens = await operator.kemitraan("keys", "rotate", "--out", str(folder), "--what", "tokens")
    assert tokens.code == 0
    assert "accepted for another 20 minutes" in tokens.out
    assert _changed(folder, before) == {"identity/signing.json", "identity/jwks.json", "public/jwks.json"}
    everything = await operator.kemitraan("keys", "rotate", "--out", str(folder))
    assert everything.code == 0
    assert "SIGHUP" in everything.out
    assert {"public/ca.pem", "private/ca.key"}.isdisjoint(_changed(folder, before))
    seeds = json.loads((folder / "private" / "bus.json").read_bytes())["accounts"].values()
    assert not any(seed in tokens.out + everything.out for seed in seeds)


async def test_list_shows_ages_and_what_should_be_done(tmp_path: Path) -> None:
    operator, folder = shell(tmp_path), tmp_path / "keys"
    await operator.kemitraan("keys", "init", "--out", str(folder))
    listed = await operator.kemitraan("keys", "list", "--out", str(folder))
    assert (listed.code, listed.err) == (0, "")
    assert all(f"bus: {name}" in listed.out for name in NAMES)
    made = datetime.now(UTC) - LIFE + timedelta(days=7)
    BusKeys(folder).rotate(all_rights(chosen(None)), made)
    old = await operator.kemitraan("keys", "list", "--out", str(folder), "--json")
    assert old.code == 1
    advice = {age["what"]: age["advice"] for age in old.json}
    assert advice["bus: partners"] == "expires soon: rotate"
    assert advice["tls: server"] == ""
    (folder / "users" / "portal" / "bus.creds").unlink()
    BusKeys(folder).rotate(all_rights(chosen(["partners"])), datetime.now(UTC))
    mixed = await operator.kemitraan("keys", "list", "--out", str(folder), "--json")
    advice = {age["what"]: age["advice"] for age in mixed.json}
    assert (advice["bus: partners"], advice["bus: portal"]) == ("", "missing: keys init")


async def test_credentials_from_before_an_upgrade_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    services = chosen(["portal"])  # its rights name what it is denied: the consumers of all others
    BusKeys(folder).create(all_rights(services), datetime.now(UTC))
    listed = await shell(tmp_path).kemitraan("keys", "list", "--out", str(folder), "--json")
    assert {credential["what"]: credential["advice"] for credential in listed.json}[
        "bus: portal"
    ] == "its rights have changed: rotate"


def _changed(folder: Path, before: dict[Path, bytes]) -> set[str]:
    return {str(file.relative_to(folder)) for file, was in before.items() if file.read_bytes() != was}


def test_the_folder_of_the_keys_need_not_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEMITRAAN_DATA", str(tmp_path / "data"))
    operator = CliRunner()
    none = operator.invoke(keys_app, ["list"])
    assert (none.exit_code, "there are no keys in" in none.output) == (1, True)
    SigningKey.create_or_load(tmp_path / "data" / "keys" / "signing.json")
    laptop = operator.invoke(keys_app, ["list", "--json"])
    assert [load["what"] for load in json.loads(laptop.output)] == ["tokens"], "the broker's are its own"
    assert operator.invoke(keys_app, ["init"]).exit_code == 0
    deployed = operator.invoke(keys_app, ["list", "--json"])
    assert {load["what"] for load in json.loads(deployed.output)} > {"tokens", "tls: server", "bus: partners"}


def test_keys_of_an_earlier_layout_are_moved_to_those_who_need_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    operator, folder = CliRunner(), tmp_path / "deploy" / "keys"
    operator.invoke(keys_app, ["init"])
    for place in ("identity/signing.json", "public/jwks.json", "public/ca.pem"):
        (folder / place).rename(folder / Path(place).name)
    for emptied in ("identity/jwks.json",):
        (folder / emptied).unlink()
    before = (folder / "signing.json").read_bytes()
    assert operator.invoke(keys_app, ["list"]).exit_code == 0
    assert (folder / "identity" / "signing.json").read_bytes() == before
    assert (folder / "identity" / "jwks.json").resolve() == folder / "public" / "jwks.json"


def test_a_key_that_is_replaced_can_be_read_by_whoever_could_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also under a umask that closes files to others; a new one is its owner's alone."""
    monkeypatch.chdir(tmp_path)
    operator, folder = CliRunner(), tmp_path / "deploy" / "keys"
    operator.invoke(keys_app, ["init"])
    signing, public = folder / "identity" / "signing.json", folder / "public" / "jwks.json"
    assert stat.S_IMODE(signing.stat().st_mode) == 0o600
    signing.chmod(0o644)
    earlier = os.umask(0o077)
    try:
        assert operator.invoke(keys_app, ["rotate", "--what", "tokens"]).exit_code == 0
    finally:
        os.umask(earlier)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (signing, public)} == {0o644}
