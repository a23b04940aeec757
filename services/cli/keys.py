"""Key commands: `kemitraan keys init`, `list` and `rotate`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from services.cli.operations import AsJson
from services.registry import chosen
from shared.console import fail, show
from shared.i18n.terminal import _
from shared.settings import load_settings

if TYPE_CHECKING:
    from shared.keys.rights import Rights

keys_app = typer.Typer(no_args_is_help=True, help="Manage the keys that sign tokens and protect the bus.")

SOON = timedelta(days=30)
DEPLOYED = Path("deploy", "keys")
Folder = Annotated[Path, typer.Option("--out", help="The folder of the keys.")]
Hosts = Annotated[
    list[str] | None, typer.Option("--host", help="Another name or address of the NATS server.")
]
What = Literal["tokens", "bus", "tls", "all"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One key: its purpose, its file, its validity, and what should be done."""

    what: str
    file: str
    made: datetime
    expires: datetime | None
    advice: str = ""

    def age(self, now: datetime) -> str:
        """In days."""
        return _("%(days)s days", days=(now - self.made).days)


@keys_app.command("init")
def keys_init(out_folder: Folder = DEPLOYED, hosts: Hosts = None) -> None:
    """Create every missing key; existing keys are kept.

    identity/ is for the identity service, which signs tokens; public/ is for every service.
    users/*/bus.creds is how each service connects to NATS, server/ is for nats-server only, and private/ is
    for the operator only: store it away from the machines that run the system.
    """
    from shared.identity.signing import SigningKey
    from shared.keys import layout
    from shared.keys.bus import BusKeys
    from shared.keys.certificates import Certificates

    layout.prepare(out_folder)
    now, signing = datetime.now(UTC), layout.signing_key(out_folder)
    made = [] if signing.exists() else [signing, layout.public_keys(out_folder)]
    try:
        SigningKey.create_or_load(signing)
    except ValueError as error:
        fail(str(error))
    made += BusKeys(out_folder).create(_rights(), now)
    made += Certificates(out_folder).create(hosts or (), now)
    lines = [_("made  %(file)s", file=file) for file in made]
    typer.echo("\n".join(lines) or _("nothing was missing in %(folder)s", folder=out_folder))


@keys_app.command("rotate")
def keys_rotate(
    out_folder: Folder = DEPLOYED,
    what: Annotated[What, typer.Option(help="Which keys.")] = "all",
    hosts: Hosts = None,
    at_once: Annotated[
        bool, typer.Option(help="Stop accepting the previous token key, because others may have it.")
    ] = False,
) -> None:
    """Replace keys while the system runs, and print what must be told to it.

    Tokens: the new key signs; the previous one is accepted until its tokens have expired.

    Bus: every user gets new credentials, and the previous ones are revoked.

    TLS: the server gets a new certificate from the same authority.

    Run it also after an upgrade if `keys list` says so.
    """
    from shared.keys import layout
    from shared.keys.bus import BusKeys
    from shared.keys.certificates import Certificates

    layout.prepare_existing(out_folder)
    now = datetime.now(UTC)
    bus, certificates = BusKeys(out_folder), Certificates(out_folder)
    if not (bus.exist and certificates.authority_key.exists()):
        text = _(
            "no keys to replace in %(folder)s; create them with: kemitraan keys init --out %(folder)s",
            folder=out_folder,
        )
        fail(text)
    if what in ("tokens", "all"):
        _rotate_tokens(layout.signing_key(out_folder), now, at_once)
    if what in ("bus", "all"):
        users = [file for file in bus.rotate(_rights(), now) if file.suffix == ".creds"]
        typer.echo(
            _("bus     new credentials for %(count)s users, used at their next connection", count=len(users))
        )
    if what in ("tls", "all"):
        certificates.rotate(hosts or (), now)
        typer.echo(_("tls     a new certificate for %(hosts)s", hosts=", ".join(certificates.hosts())))
    if what != "tokens":
        typer.echo(
            _("now     reload nats-server (SIGHUP): it closes revoked connections, and clients reconnect")
        )


def _rotate_tokens(signing: Path, now: datetime, at_once: bool) -> None:
    from shared.keys import tokens

    try:
        earlier = tokens.rotate(signing, now, at_once=at_once)
    except ValueError as error:
        fail(str(error))
    minutes = tokens.OVERLAP.seconds // 60
    typer.echo(
        _(
            "tokens  a new key signs; previous ones are accepted for another %(minutes)s minutes",
            minutes=minutes,
        )
        if earlier
        else _("tokens  a new key signs; previous ones are no longer accepted")
    )
    typer.echo(_("        every service reloads it automatically"))


@keys_app.command("list")
def keys_list(
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="The folder of the keys; by default deploy/keys, or <data>/keys."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show each key's age and expiry. Exit code 1 if something should be done.

    As JSON: [{what, file, made, expires, advice}].
    """
    now = datetime.now(UTC)
    folder = out_folder or (DEPLOYED if DEPLOYED.is_dir() else load_settings().data / "keys")
    keys = list(_found(folder, now))
    if not keys:
        fail(
            _(
                "there are no keys in %(folder)s: create them with kemitraan keys init --out %(folder)s",
                folder=folder,
            )
        )
    if as_json:
        typer.echo(json.dumps([asdict(key) for key in keys], default=datetime.isoformat))
    else:
        rows = ([key.what, key.file, key.age(now), _day(key.expires), key.advice] for key in keys)
        headers = (_("key"), _("file"), _("age"), _("valid until"), _("what to do"))
        show(headers, rows)
    if any(key.advice for key in keys):
        raise typer.Exit(1)


def _found(folder: Path, now: datetime) -> Iterator[Listed]:
    from shared.keys import layout, tokens
    from shared.keys.bus import BusKeys
    from shared.keys.certificates import Certificates, loaded

    layout.prepare_existing(folder)
    for signing in (
        layout.signing_key(folder),
        folder / "signing.json",
    ):
        if signing.exists():
            tokens.prune(signing, now)
            made = datetime.fromtimestamp(signing.stat().st_mtime, UTC)
            yield Listed("tokens", str(signing.relative_to(folder)), made, None)
    bus = BusKeys(folder)
    declared = _users() if bus.exist else []
    users = bus.users(declared)
    for user in users:
        advice = _advice(user.until, now) if user.as_declared else _("its rights have changed: rotate")
        yield Listed(f"bus: {user.name}", str(user.file.relative_to(folder)), user.made, user.until, advice)
    for name in [
        declaration.user for declaration in declared if declaration.user not in {user.name for user in users}
    ]:
        yield Listed(
            f"bus: {name}", str(bus.file(name).relative_to(folder)), now, None, _("missing: keys init")
        )
    certificates = Certificates(folder)
    for what, file in (("tls: authority", certificates.authority), ("tls: server", certificates.server)):
        if file.exists():
            certificate = loaded(file)
            until = certificate.not_valid_after_utc
            where = str(file.relative_to(folder))
            yield Listed(what, where, certificate.not_valid_before_utc, until, _advice(until, now))


def _advice(until: datetime, now: datetime) -> str:
    if until <= now:
        return _("expired: rotate")
    return _("expires soon: rotate") if until - now < SOON else ""


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else _("replaced")


def _rights() -> list[Rights]:
    from shared.host.rights import all_rights

    return all_rights(chosen(None))


def _users() -> list[Rights]:
    from shared.keys.rights import at_home

    return [*_rights(), *at_home()]
