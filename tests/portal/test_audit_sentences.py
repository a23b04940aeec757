"""Whatever can stand in the audit log has a sentence, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from services.portal import audit_sentences
from services.portal.queries.apis import Words
from services.registry import NAMES, service
from shared.contracts.vocabulary import LinkPurpose, Way, WhyRefused
from shared.host.app import describe
from shared.http import declared_problems
from shared.i18n import translations, translator
from shared.refusal import Refusal
from tests.support.operations import routes_by_name

NAMES_OF = {"about": "Budi", "actor": "Ani"}
ID = str(uuid4())
WORDS = Words(
    operations={
        operation["operationId"]: operation["x-label"]
        for name in NAMES
        for methods in describe(service(name)).openapi()["paths"].values()
        for operation in methods.values()
        if "x-label" in operation
    },
    reasons={
        problem["code"]: problem["reason"]
        for name in NAMES
        for problem in declared_problems.problems(name)
        if "reason" in problem
    },
)


def entry(kind: str, **details: Any) -> dict[str, Any]:
    return {"kind": kind, "service": "identity", "actor": "actor", "about": "about", "details": details}


def variants() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each kind with the facts that make another sentence of it."""
    for way in Way:
        yield "signed-in", {"way": way}
    for why in WhyRefused:
        yield "sign-in-refused", {"why": why, "account_id": ID}
    yield "sign-in-refused", {"why": "credentials", "account_id": None}
    for purpose in LinkPurpose:
        yield "one-time-link-made", {"purpose": purpose}
    for flag, kind in (
        ("erased", "account-closed"),
        ("by_provider", "role-granted"),
        ("by_provider", "role-withdrawn"),
        ("by_link", "password-changed"),
        ("reads_only", "token-made"),
    ):
        for given in (True, False):
            yield kind, {flag: given, "role": "coordinator", "roles": ["coordinator"]}
    for session in (None, ID):
        yield "signed-out", {"session_id": session}
    for kind in ("agency-founded", "agency-amended", "account-unlocked", "totp-enrolled", "totp-dropped"):
        yield kind, {}
    yield "account-opened", {"roles": []}
    yield "account-locked", {"reason": "cuti"}
    yield "role-rested", {"role": "coordinator"}
    yield "token-revoked", {}
    yield "person-erased", {"whom": "about", "why": "asked"}
    yield "personal-data-erased", {"erasure_id": ID, "rows": 1}
    yield "access-refused", {"operation": "lock_account", "refusal": "role-missing"}
    yield "data-exported", {"operation": "export_audit_entries", "form": "csv"}


@pytest.mark.parametrize("locale", ["id", "en"])
def test_each_act_reads_differently_and_without_codes(locale: str) -> None:
    say = translator("id" if locale == "id" else "en")
    said = [audit_sentences.sentence(entry(kind, **told), NAMES_OF, WORDS, say) for kind, told in variants()]
    assert len(set(said)) == len(said)
    for text in said:
        assert text[0] == text[0].upper()
        assert not re.search(r"%\(|\w_\w|\b\w+-refused\b", text), text
    used = {kind for kind, _ in variants()}
    assert used == audit_sentences.KINDS.keys()


def test_who_is_not_known_by_name_is_somebody() -> None:
    say = translator("en")
    for actor, who in (
        (None, "The system"),
        ("host", "Someone with access to the server"),
        (ID, f"Someone with the id {ID[:4]}…"),
    ):
        said = audit_sentences.sentence(entry("agency-amended") | {"actor": actor}, {}, WORDS, say)
        assert said.startswith(f"{who}"), said
    assert audit_sentences.sentence(entry("moon-reached"), {}, WORDS, say) == "moon-reached"


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_that_may_be_refused_has_a_label(name: str) -> None:
    guarded = [
        route for route in routes_by_name(service(name)).values() if not route.operation.permission.is_public
    ]
    assert [route.operation.name for route in guarded if not route.operation.label] == []


def test_what_is_forbidden_needs_a_reason() -> None:
    with pytest.raises(TypeError, match="states no reason"):
        type("WithoutReason", (Refusal,), {"kind": "forbidden"})


@pytest.mark.parametrize("words", [WORDS.operations, WORDS.reasons, audit_sentences.SERVICES])
def test_every_text_of_the_log_has_an_indonesian_translation(words: Mapping[str, str]) -> None:
    catalogue = translations("id")
    assert [text for text in words.values() if catalogue.gettext(text) == text] == []
