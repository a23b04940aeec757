"""Account administration on the host: `kemitraan agencies` and `kemitraan accounts`."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.client import agency_or_only, call, call_all
from services.cli.operations import AsJson
from shared.client import host_actor
from shared.console import fail, show
from shared.i18n.terminal import _
from shared.identity.actor import Actor
from shared.settings import Settings, load_settings

accounts_app = typer.Typer(no_args_is_help=True, help="Manage who may sign in.")
agencies_app = typer.Typer(no_args_is_help=True, help="Manage the agencies that have a workspace.")

UserName = Annotated[str, typer.Argument(help="The user name for signing in, for example ani.wulandari.")]
Agency = Annotated[
    str | None, typer.Option("--agency", help="The agency's slug; not needed where there is only one.")
]
Organisation = Annotated[UUID | None, typer.Option(help="Its id in the registry.")]


@agencies_app.command("add")
def agencies_add(
    slug: Annotated[str, typer.Argument(help="Made of a-z, 0-9 and hyphens; it cannot be changed later.")],
    name: Annotated[str, typer.Argument(help="The agency's name.")],
    organisation: Organisation = None,
) -> None:
    """Add an agency with a workspace."""
    body = {"slug": slug, "name": name, "organisation_id": str(organisation) if organisation else None}
    call(load_settings(), "POST", "identity", "/agencies", body)
    follows = f"kemitraan accounts add --agency {slug} --role administrator USER_NAME NAME"
    typer.echo(
        _("%(agency)s is added; create its first account with: %(command)s", agency=slug, command=follows)
    )


@agencies_app.command("list")
def agencies_list(as_json: AsJson = False) -> None:
    """List the agencies. As JSON: [{slug, name, organisation_id, founded_at}]."""
    agencies = call_all(load_settings(), "identity", "/agencies")
    if as_json:
        typer.echo(json.dumps(agencies))
    else:
        show((_("agency"), _("name")), [(agency["slug"], agency["name"]) for agency in agencies])


@accounts_app.command("add")
def accounts_add(
    user_name: UserName,
    name: Annotated[str, typer.Argument(help="The person's name.")],
    role: Annotated[list[str] | None, typer.Option(help="A role; may be given several times.")] = None,
    agency: Agency = None,
    email: Annotated[
        str | None, typer.Option(help="Required if people sign in through an identity provider.")
    ] = None,
    organisation: Annotated[
        UUID | None, typer.Option(help="The organisation that a representative acts for.")
    ] = None,
    person: Annotated[UUID | None, typer.Option(help="The person's id in the registry, if any.")] = None,
) -> None:
    """Open an account and print its one-time link, with which its owner sets the password."""
    settings = load_settings()
    head = _head(agency_or_only(settings, agency))
    body = {
        "user_name": user_name,
        "display_name": name,
        "email": email,
        "roles": role or [],
        "organisation_id": str(organisation) if organisation else None,
        "person_id": str(person) if person else None,
    }
    _print_link(settings, call(settings, "POST", "identity", "/accounts", body, by=head))


@accounts_app.command("list")
def accounts_list(agency: Agency = None, as_json: AsJson = False) -> None:
    """List the accounts of an agency. As JSON: [{id, user_name, display_name, roles, state, …}]."""
    settings = load_settings()
    accounts = _accounts(settings, agency_or_only(settings, agency))
    if as_json:
        typer.echo(json.dumps(accounts))
        return
    rows = [
        (account["user_name"] or "–", account["display_name"], ", ".join(account["roles"]), account["state"])
        for account in accounts
    ]
    show((_("user name"), _("name"), _("roles"), _("state")), rows)


@accounts_app.command("reset")
def accounts_reset(user_name: UserName, agency: Agency = None) -> None:
    """Print a one-time link with which the owner of an account sets a new password."""
    settings = load_settings()
    slug = agency_or_only(settings, agency)
    path = f"/accounts/{_id_of(settings, slug, user_name)}/link"
    _print_link(settings, call(settings, "POST", "identity", path, by=_head(slug)))


@accounts_app.command("lock")
def accounts_lock(
    user_name: UserName,
    reason: Annotated[str, typer.Argument(help="The reason, which is recorded.")],
    agency: Agency = None,
) -> None:
    """Lock an account: its sessions end, and it cannot sign in until an administrator unlocks it."""
    settings = load_settings()
    slug = agency_or_only(settings, agency)
    path = f"/accounts/{_id_of(settings, slug, user_name)}/lock"
    call(settings, "POST", "identity", path, {"reason": reason}, by=_head(slug))
    typer.echo(_("%(user)s is locked", user=user_name))


def _head(agency: str) -> Actor:
    """Act as administrator of any agency, or as the operator who adds agencies."""
    return host_actor("administrator", "operator", agency=agency)


def _accounts(settings: Settings, agency: str) -> list[dict[str, Any]]:
    return call_all(settings, "identity", "/accounts", by=_head(agency))


def _id_of(settings: Settings, agency: str, user_name: str) -> str:
    ids = {account["user_name"]: str(account["id"]) for account in _accounts(settings, agency)}
    if user_name.lower() not in ids:
        fail(
            _(
                "there is no account %(user)s in %(agency)s: kemitraan accounts list --agency %(agency)s",
                user=user_name,
                agency=agency,
            )
        )
    return ids[user_name.lower()]


def _print_link(settings: Settings, made: dict[str, Any]) -> None:
    """Print the link as its owner opens it; its secret is in the fragment, which no server receives."""
    typer.echo(f"{settings.public_url}/sign-in/link#{made['secret']}")
    until = made["ends_at"]
    typer.echo(_("valid once, until %(until)s: give it only to the account's owner", until=until), err=True)
