"""Message texts: subject, facts and link of an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from services.notifications.adapters.message import Message
from services.notifications.commands.notices import CONFIRMATION
from shared.areas import area_name
from shared.contracts.event import Event, UnknownEvent, latest
from shared.contracts.headline import named_in
from shared.contracts.vocabulary import AutomaticReason
from shared.i18n import N_, Locale, translator
from shared.i18n.formats import show_date, show_moment
from shared.plain_text import folded

CONFIRM = N_("Please confirm your subscription")
NAMED = {
    "scheduled_at": N_("Time"),
    "before": N_("Previously planned for"),
    "due_on": N_("Due on"),
    "kept_on": N_("Kept on"),
    "planned_start": N_("Planned start"),
    "planned_end": N_("Planned end"),
    "period_start": N_("Period from"),
    "period_end": N_("Period until"),
    "in_force_until": N_("In force until"),
    "valid_until": N_("Valid until"),
    "on": N_("Day"),
    "number": N_("Number"),
    "reason": N_("Reason"),
}
"""The fields of an event that are listed line by line, with their labels."""
PLACES = {
    "agreement_id": "#agreements",
    "meeting_id": "#boards",
    "commitment_id": "#commitments",
}
"""The anchor on the partnership's page for things without a page of their own."""


def subject(message: Message, zone: ZoneInfo) -> str:
    """What happened, in one line."""
    facts = typed(message)
    said = folded(_headline(message, facts, zone))
    is_said = not message.partnership or message.partnership == facts.get("title")
    return said if is_said else f"{said} · {folded(message.partnership)}"


def _headline(message: Message, facts: Mapping[str, Any], zone: ZoneInfo) -> str:
    say = translator(message.locale)
    if message.event_type == CONFIRMATION:
        return say(CONFIRM)
    contract = _contract(message)
    if contract is None:
        return str(facts.get("title", message.event_type))
    return contract.in_words(facts, say, lambda name, value: _shown(name, value, message.locale, zone))


def lines(message: Message, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The details, each with its name: which partnership, where, when, why."""
    say, facts = translator(message.locale), typed(message)
    facts_told: list[tuple[str, str]] = []
    if message.partnership:
        facts_told.append((say(N_("Partnership")), folded(message.partnership)))
    if message.area:
        facts_told.append((say(N_("Place")), area_name(message.area) or message.area))
    told = [
        (say(name), _shown(key, facts[key], message.locale, zone))
        for key, name in NAMED.items()
        if facts.get(key) not in (None, "")
    ]
    if not any(isinstance(facts.get(key), date) for key in NAMED):
        told.insert(0, (say(N_("Time")), show_moment(message.issued_at, message.locale, zone)))
    return facts_told + told


def page(message: Message) -> str:
    """The path of the page about the subject of the notice."""
    facts = message.facts
    if message.event_type.startswith("products.") and "product_id" in facts:
        return f"/products/{facts['product_id']}"
    if message.event_type.startswith("programs.") and "program_id" in facts:
        return f"/programs/{facts['program_id']}"
    if message.partnership_id is None:
        return "/"
    place = next((place for key, place in PLACES.items() if key in facts), "")
    return f"/partnerships/{message.partnership_id}{place}"


def why(message: Message) -> str:
    """Why the receiver gets this message."""
    say = translator(message.locale)
    if message.scope == "partnership" and message.partnership:
        because = say(N_("You receive this because this address follows the partnership “%(name)s”."))
    elif message.scope == "agency":
        because = say(N_("You receive this because this address follows the partnerships of %(name)s."))
    else:
        return say(N_("You receive this because this address follows all partnerships."))
    return because % {
        "name": folded(message.partnership) if message.scope == "partnership" else message.value
    }


def typed(message: Message) -> Mapping[str, Any]:
    """The facts as the event's contract types them: a value is interpreted by its field, not its form."""
    contract = _contract(message)
    if contract is None:
        return message.facts
    return {
        name: _reader(name, contract).validate_python(message.facts[name])
        for name in contract.model_fields
        if name in message.facts and name in {"title", *named_in(contract.headline), *NAMED}
    }


def _contract(message: Message) -> type[Event] | None:
    """The contract of the event; None for messages of the notifications service itself."""
    try:
        return latest(message.event_type)
    except UnknownEvent:
        return None


@cache
def _reader(name: str, contract: type[Event]) -> TypeAdapter[Any]:
    kind: Any = contract.model_fields[name].annotation
    return TypeAdapter(kind)


def _shown(name: str, value: Any, locale: Locale, zone: ZoneInfo) -> str:
    """A field's value in words, with the system's own reasons translated."""
    if name == "reason":
        return AutomaticReason.in_words(str(value), translator(locale))
    return in_words(value, locale, zone)


def in_words(value: Any, locale: Locale, zone: ZoneInfo) -> str:
    """A value in the reader's language: dates and times are formatted."""
    if isinstance(value, datetime):
        return show_moment(value, locale, zone)
    return show_date(value, locale) if isinstance(value, date) else str(value)
