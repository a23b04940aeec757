"""Audit log entries as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.queries.accounts import as_id
from services.portal.queries.apis import Words
from shared.contracts.audience import Audience
from shared.contracts.every import EVENTS
from shared.i18n import N_
from shared.identity.permissions import Role

Say = Callable[[str], str]
SERVICES = {
    "identity": N_("accounts"),
    "partners": N_("partnerships"),
    "programs": N_("programmes"),
    "products": N_("products"),
    "notifications": N_("notices"),
}
"""What a service is about, for readers who need not know its internal name."""
_BY_KIND = {contract.event_name: contract for contract in EVENTS if contract.told_to is Audience.AUDIT}
KINDS = {kind: contract.label for kind, contract in _BY_KIND.items()}
"""The kinds of entries, by the names used for filtering."""


def sentence(entry: Mapping[str, Any], people: Mapping[str, str], words: Words, say: Say) -> str:
    """The headline of an entry, in the language of ``say``; an unknown operation is shown by its name.

    ``people`` are names by ids; others are shown by their ids. ``words`` are the labels of the services
    that answer.
    """
    contract = _BY_KIND.get(entry["kind"])
    if contract is None:
        return str(entry["kind"])
    facts = {"account_id": entry["about"], "actor": entry["actor"], "publisher": entry["service"]}

    def show(name: str, value: Any) -> str:
        match name:
            case "actor":
                return _somebody(value, people, say)
            case "account_id" | "whom":
                return _somebody(str(value or entry["about"]), people, say)
        return _shown(name, value, words, say)

    text = contract.in_words(facts | entry["details"], say, show)
    return text[:1].upper() + text[1:]


def _shown(name: str, value: Any, words: Words, say: Say) -> str:
    match name:
        case "roles":
            return ", ".join(say(Role.called(role)) for role in value) or "–"
        case "role":
            return say(Role.called(value))
        case "publisher":
            return say(SERVICES.get(value, value))
        case "operation":
            return say(words.operations.get(value, value.replace("_", " ")))
        case "refusal":
            return say(words.reasons.get(value, value.replace("-", " ")))
        case "form":
            return str(value).upper()
    return str(value)


def _somebody(who: str | None, people: Mapping[str, str], say: Say) -> str:
    if who is None:
        return say(N_("the system"))
    if who in people:
        return people[who]
    if not as_id(who):
        return say(N_("someone with access to the server"))
    return say(N_("someone with the id %(id)s")) % {"id": f"{who[:4]}…{who[-6:]}"}
