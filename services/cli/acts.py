"""Generic commands: every operation that a service lists, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import typer

from services.cli.client import ROLES, agency_or_only, call, unknown_role
from services.cli.operations import AsJson
from shared.client import host_actor
from shared.console import fail, out, show
from shared.i18n.terminal import _
from shared.settings import load_settings

acts_app = typer.Typer(no_args_is_help=True, help="Run any operation of any service from a script.")
ServiceName = Annotated[str, typer.Argument(help="One of: %(services_with_data)s.")]


@acts_app.command("list")
def list_acts(service: ServiceName, as_json: AsJson = False) -> None:
    """List the operations of a service: name, label, fields (* needed) and who may."""
    listed = call(load_settings(), "GET", service, "/operations")
    if as_json:
        typer.echo(json.dumps(listed))
        return
    rows = ([act["name"], act["label"] or "", _fields(act), _who(act)] for act in listed)
    show((_("operation"), _("what is done"), _("fields"), _("who may")), rows)


@acts_app.command("do")
def do_act(
    service: ServiceName,
    operation: Annotated[
        str, typer.Argument(help="The operation's name, as `kemitraan acts list` shows it.")
    ],
    fields: Annotated[
        list[str] | None, typer.Argument(help="name=value, also for the parameters in the path.")
    ] = None,
    role: Annotated[str, typer.Option(help="The role to act in, one of: %(roles)s.")] = "operator",
    agency: Annotated[
        str | None, typer.Option(help="The agency; may be left out if there is only one.")
    ] = None,
    organisation: Annotated[UUID | None, typer.Option(help="The organisation to act for.")] = None,
    body: Annotated[
        Path | None, typer.Option(help="A JSON file with the fields.", exists=True, dir_okay=False)
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dry run: check the operation, but change nothing.")
    ] = False,
) -> None:
    """Run one operation and print its answer as JSON.

    A value is text where the field is text, else JSON: means='["educate"]'.
    """
    settings = load_settings()
    if role not in ROLES:
        raise typer.BadParameter(unknown_role(role))
    act = _found(call(settings, "GET", service, "/operations"), operation)
    values = (json.loads(body.read_bytes()) if body else {}) | _values(act, fields or [])
    path = act["path"].removeprefix("/v1")
    facts = {"operation": operation, "path": act["path"]}
    for name in _named(act):
        if name not in values:
            text = _("%(operation)s needs %(name)s=…: it is part of the address %(path)s", **facts, name=name)
            raise typer.BadParameter(text)
        path = path.replace(f"{{{name}}}", quote(str(values.pop(name)), safe=""))
    by = host_actor(role, agency=agency_or_only(settings, agency), organisation=organisation)
    sent = values if act["body"] is not None else None
    headers = {"Dry-Run": "true"} if dry_run else {}
    out.print_json(data=call(settings, act["method"], service, path, sent, by=by, headers=headers))


def _found(listed: list[dict[str, Any]], operation: str) -> dict[str, Any]:
    act = next((act for act in listed if act["name"] == operation), None)
    if act is None:
        fail(_("there is no operation %(name)s; `kemitraan acts list` shows what there is", name=operation))
    return act


def _named(act: dict[str, Any]) -> list[str]:
    """The parameters in the path of an operation."""
    parts = act["path"].split("/")
    return [part.strip("{}") for part in parts if part.startswith("{")]


def _values(act: dict[str, Any], given: list[str]) -> dict[str, Any]:
    properties = (act["body"] or {}).get("properties", {})
    values: dict[str, Any] = {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals:
            raise typer.BadParameter(_("%(given)s should be name=value", given=repr(pair)))
        values[name] = _value(properties.get(name, {"type": "string"}), text)
    return values


def _value(schema: dict[str, Any], text: str) -> Any:
    """A value as it is sent: text for a text field, else JSON where it parses as JSON."""
    kinds = [schema, *schema.get("anyOf", [])]
    if any(kind.get("type") == "string" for kind in kinds) and text != "null":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fields(act: dict[str, Any]) -> str:
    body = act["body"] or {}
    needed = body.get("required", [])
    named = [f"{name}*" for name in _named(act)]
    brought = (f"{name}*" if name in needed else name for name in body.get("properties", {}))
    return " ".join([*named, *brought])


def _who(act: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(grant["role"] for grant in act["who_may"]))
