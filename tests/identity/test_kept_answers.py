"""Kept answers: a creation that is sent twice is answered twice alike, but for what is shown once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import BaseModel

from services.registry import service
from shared.http.idempotency import ShownOnce, fingerprint_of, to_keep
from tests.identity.world import GOOD, Office
from tests.support.operations import routes_by_name

SERVICES = ("partners", "programs", "products", "notifications", "identity")
TOLD_BY = ("secret", "token", "session", "password")
KEPT_BY_NONE = {"sign_in", "give_access", "enter_from_provider", "change_password", "enrol_totp"}
"""Doors whose answers are no creations that may be sent again: they are not kept."""


async def test_a_secret_is_shown_once_though_the_answer_is_kept(quick: Office) -> None:
    token = await quick.person("ani", "administrator")
    ends_at = (quick.clock.now() + timedelta(days=9)).isoformat()
    for path, body in (
        ("/api-tokens", {"name": "Sistem", "roles": [], "ends_at": ends_at}),
        ("/accounts", {"user_name": "baru", "display_name": "Orang baru"}),
    ):
        key = {"Idempotency_Key": f"kunci{path}"}
        first = await quick.post(path, body, by=token, **key)
        second = await quick.post(path, body, by=token, **key)
        assert (first.status, second.status) == (201, 201)
        assert second.headers["Idempotency-Replayed"] == "true"
        assert first.body["secret"]
        assert second.body == first.body | {"secret": None}
        other = body | ({"display_name": "Nama lain"} if path == "/accounts" else {"name": "Lain"})
        refused = await quick.post(path, other, by=token, **key)
        assert refused.body["type"] == "/problems/idempotency-key-reused", "what is shown nowhere counts too"
    (runtime,) = quick.system.runtimes
    query = sa.text("SELECT group_concat(CAST(body AS TEXT)) FROM idempotency_keys")
    kept = await runtime.database.read(lambda session: str(session.connection().scalar(query)))
    assert "Orang baru" in kept
    assert first.body["secret"] not in kept
    assert (await quick.try_to_enter("ani", GOOD)).status == 201


def test_what_is_shown_once_is_not_in_what_is_kept() -> None:
    class Made(BaseModel):
        id: int
        secret: ShownOnce

    assert to_keep(Made(id=1, secret="whsec_x")) == b'{"id":1,"secret":null}'


def test_a_request_is_told_by_all_that_it_holds() -> None:
    assert fingerprint_of("k", "POST /x", "a") != fingerprint_of("k", "POST /x", "b")
    assert fingerprint_of("k", "POST /x", "a") != fingerprint_of("other", "POST /x", "a")


def secret_fields(name: str) -> Iterator[tuple[str, str, Any]]:
    """Each field of what a service answers to a creation that looks like a secret."""
    for operation, route in routes_by_name(service(name)).items():
        if route.status_code != 201 or route.response_model is None:
            continue
        if operation in KEPT_BY_NONE or not issubclass(route.response_model, BaseModel):
            continue
        for field, info in route.response_model.model_fields.items():
            if any(word in field for word in TOLD_BY) and not field.endswith("_id"):
                yield operation, field, info


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_looks_like_a_secret_in_a_creation_is_shown_once(name: str) -> None:
    shown = ShownOnce.__metadata__[0]  # type: ignore[attr-defined]
    wrong = [(where, field) for where, field, info in secret_fields(name) if shown not in info.metadata]
    assert not wrong
