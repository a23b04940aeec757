"""What an entry of the audit log says, as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.labels import EVENTS
from services.portal.queries.accounts import as_id
from services.portal.queries.apis import Words
from shared.contracts import every
from shared.contracts.audit import is_confidential
from shared.i18n import N_

Say = Callable[[str], str]
SERVICES = {
    "identity": N_("accounts"),
    "partners": N_("partnerships"),
    "programs": N_("programmes"),
    "products": N_("products"),
    "notifications": N_("notices"),
}
"""What a service is about; a reader need not know what it is called inside."""
CONTRACTS = every.MODULES
"""Where the events stand, each with its audience."""
KINDS = {
    name.partition(".")[2]: label
    for name, label in EVENTS.items()
    if is_confidential(name) and not name.endswith("access-revoked")
}
"""The kinds of entries, by the names by which they are looked for."""
SENTENCES = {
    "agency-founded": N_("%(who)s founded the agency."),
    "agency-amended": N_("%(who)s amended the agency."),
    "account-opened": N_("%(who)s opened an account for %(whom)s, in these roles: %(roles)s."),
    "account-locked": N_("%(who)s locked the account of %(whom)s: %(reason)s"),
    "account-unlocked": N_("%(who)s unlocked the account of %(whom)s."),
    "account-closed": N_("The account of %(whom)s was closed by %(who)s."),
    "account-closed:erased": N_("The account of %(whom)s was closed and erased by %(who)s."),
    "person-erased": N_("%(who)s ordered that all that is personal of %(whom)s is erased."),
    "personal-data-erased": N_("What was personal was erased, as ordered (%(service)s)."),
    "role-granted": N_("%(who)s gave %(whom)s the role %(role)s."),
    "role-granted:provider": N_("The provider of identities gave %(whom)s the role %(role)s."),
    "role-withdrawn": N_("%(who)s took the role %(role)s from %(whom)s."),
    "role-withdrawn:provider": N_("The provider of identities took the role %(role)s from %(whom)s."),
    "role-rested": N_("The role %(role)s of %(whom)s rests: its owner left the organisation."),
    "password-changed": N_("%(whom)s changed the password."),
    "password-changed:link": N_("%(whom)s set a password by a one-time link."),
    "one-time-link-made:invitation": N_(
        "%(who)s made a link with which %(whom)s comes in for the first time."
    ),
    "one-time-link-made:reset": N_("%(who)s made a link with which %(whom)s sets a new password."),
    "totp-enrolled": N_("%(whom)s enrolled an authenticator."),
    "totp-dropped": N_("%(who)s dropped the authenticator of %(whom)s."),
    "signed-in:password": N_("%(whom)s signed in with a password."),
    "signed-in:provider": N_("%(whom)s signed in through the provider of identities."),
    "sign-in-refused:credentials": N_("Somebody tried to sign in as %(whom)s with a wrong password."),
    "sign-in-refused:code": N_("Somebody signed in as %(whom)s with the right password and a wrong code."),
    "sign-in-refused:delay": N_("Somebody tried to sign in as %(whom)s again too soon."),
    "sign-in-refused:locked": N_("%(whom)s tried to sign in, but the account is locked or closed."),
    "sign-in-refused:unmatched": N_(
        "Somebody came from the provider of identities for whom there is no account."
    ),
    "sign-in-refused:nobody": N_("Somebody tried to sign in to an account that there is not."),
    "signed-out": N_("%(whom)s signed out, or a session of %(whom)s was ended."),
    "signed-out:all": N_("All sessions of %(whom)s were ended by %(who)s."),
    "token-made": N_("%(who)s made an API token in these roles: %(roles)s."),
    "token-made:reads": N_("%(who)s made an API token that only reads, in these roles: %(roles)s."),
    "token-revoked": N_("%(who)s revoked an API token of %(whom)s."),
    "access-refused": N_("%(who)s wanted to %(operation)s and was refused: %(refusal)s (%(service)s)."),
    "data-exported": N_("%(who)s took data along: “%(operation)s”, as %(form)s (%(service)s)."),
}
"""By the kind of an entry, and where it matters by what makes it another act of that kind."""


def _why(told: Mapping[str, Any]) -> str:
    if told.get("why") == "credentials" and not told.get("account_id"):
        return "nobody"
    return str(told.get("why"))


_VARIANTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "account-closed": lambda told: "erased" if told.get("erased") else "",
    "role-granted": lambda told: "provider" if told.get("by_provider") else "",
    "role-withdrawn": lambda told: "provider" if told.get("by_provider") else "",
    "password-changed": lambda told: "link" if told.get("by_link") else "",
    "one-time-link-made": lambda told: str(told.get("purpose")),
    "signed-in": lambda told: str(told.get("way")),
    "sign-in-refused": _why,
    "signed-out": lambda told: "" if told.get("session_id") else "all",
    "token-made": lambda told: "reads" if told.get("reads_only") else "",
}


def sentence(entry: Mapping[str, Any], people: Mapping[str, str], words: Words, say: Say) -> str:
    """What an entry says, in the language of ``say``; an act that came later is called by its label.

    ``people`` are names by ids; who is not among them is somebody with an id. ``words`` are those of the
    services, as far as they answer.
    """
    kind, told = entry["kind"], entry["details"]
    variant = _VARIANTS[kind](told) if kind in _VARIANTS else ""
    found = SENTENCES.get(f"{kind}:{variant}" if variant else kind)
    if found is None:
        return say(KINDS[kind]) if kind in KINDS else str(kind)
    account = str(told.get("account_id") or told.get("whom") or entry["about"])
    operation, refusal = str(told.get("operation", "")), str(told.get("refusal", ""))
    text = say(found) % {
        "who": _somebody(entry["actor"], people, say),
        "whom": _somebody(account, people, say),
        "roles": ", ".join(say(role) for role in told.get("roles", ())) or "–",
        "role": say(str(told.get("role", ""))),
        "reason": told.get("reason", ""),
        "service": say(SERVICES.get(entry["service"], entry["service"])),
        "operation": say(words.operations.get(operation, operation.replace("_", " "))),
        "refusal": say(words.reasons.get(refusal, refusal.replace("-", " "))),
        "form": str(told.get("form", "")).upper(),
    }
    return text[:1].upper() + text[1:]


def _somebody(who: str | None, people: Mapping[str, str], say: Say) -> str:
    if who is None:
        return say(N_("the system"))
    if who in people:
        return people[who]
    if not as_id(who):
        return say(N_("somebody on the host"))
    return say(N_("somebody with the id %(id)s")) % {"id": f"{who[:4]}…{who[-6:]}"}
