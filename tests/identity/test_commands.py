"""What somebody is let in with stands in no text that a log or an error could hold."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.identity.commands.access import GiveAccess
from services.identity.commands.accounts import OpenAccount
from services.identity.commands.links import UseLink
from services.identity.commands.own_account import ChangePassword, ConfirmTotp, EnrolTotp
from services.identity.commands.provider import Enter
from services.identity.commands.sessions import SignOut
from services.identity.commands.sign_in import SignIn
from services.notifications.commands.subscriptions import Confirm, Subscribe
from shared.command import Command

HIDDEN = "kata-sandi"
GIVEN: list[tuple[type[Command], dict[str, Any]]] = [
    (SignIn, {"user_name": HIDDEN, "password": HIDDEN, "code": HIDDEN, "browser": HIDDEN}),
    (GiveAccess, {"secret": HIDDEN}),
    (SignOut, {"secret": HIDDEN}),
    (UseLink, {"secret": HIDDEN, "password": HIDDEN}),
    (Enter, {"code": HIDDEN, "browser": HIDDEN}),
    (ChangePassword, {"password": HIDDEN, "new_password": HIDDEN}),
    (EnrolTotp, {"password": HIDDEN}),
    (ConfirmTotp, {"code": HIDDEN}),
    (OpenAccount, {"user_name": "ani", "display_name": HIDDEN, "email": f"{HIDDEN}@desa.example"}),
    (Confirm, {"token": HIDDEN}),
    (Subscribe, {"channel": "email", "address": f"{HIDDEN}@desa.example"}),
]


@pytest.mark.parametrize(("command", "given"), GIVEN, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_secret_is_shown_by_no_command_and_no_error(
    command: type[Command], given: dict[str, Any]
) -> None:
    read = command.model_validate(given)
    assert HIDDEN not in f"{read} {read!r}"
    with pytest.raises(ValidationError) as refused:
        command.model_validate(given | {"nobody_reads": HIDDEN})
    assert HIDDEN not in f"{refused.value} {refused.value!r}"
