"""Keys from the command line: made once, listed, replaced; nothing secret is printed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.cli.registry import NAMES, chosen
from shared.host.rights import all_rights
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
            *("ca.pem", "jwks.json", "private/bus.json", "private/ca.key", "signing.json"),
            *("server/bus.conf", "server/nats.key", "server/nats.pem"),
            *(f"users/{user}/bus.creds" for user in (*NAMES, "provisioner", "operator")),
        ]
    )
    assert all(f"made  {folder}/{file}\n" in made.out for file in files)
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
    assert "believed for 20 minutes more" in tokens.out
    assert _changed(folder, before) == {"signing.json", "jwks.json"}
    everything = await operator.kemitraan("keys", "rotate", "--out", str(folder))
    assert everything.code == 0
    assert "SIGHUP" in everything.out
    assert {"ca.pem", "private/ca.key"}.isdisjoint(_changed(folder, before))
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
    advice = {one["what"]: one["advice"] for one in old.json}
    assert advice["bus: partners"] == "it runs out soon: rotate"
    assert advice["tls: server"] == ""
    (folder / "users" / "portal" / "bus.creds").unlink()
    BusKeys(folder).rotate(all_rights(chosen(["partners"])), datetime.now(UTC))
    mixed = await operator.kemitraan("keys", "list", "--out", str(folder), "--json")
    advice = {one["what"]: one["advice"] for one in mixed.json}
    assert (advice["bus: partners"], advice["bus: portal"]) == ("", "missing: keys init")


async def test_credentials_from_before_an_upgrade_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    services = chosen(["portal"])  # its rights name what it is denied: the consumers of all others
    BusKeys(folder).create(all_rights(services), datetime.now(UTC))
    listed = await shell(tmp_path).kemitraan("keys", "list", "--out", str(folder), "--json")
    assert {one["what"]: one["advice"] for one in listed.json}[
        "bus: portal"
    ] == "its rights have changed: rotate"


def _changed(folder: Path, before: dict[Path, bytes]) -> set[str]:
    return {str(file.relative_to(folder)) for file, was in before.items() if file.read_bytes() != was}
