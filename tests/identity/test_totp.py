"""Codes of an authenticator: enrolled with a proof, used once, dropped by its owner or an administrator."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from tests.identity.world import BETTER, GOOD, Office

STEP = timedelta(seconds=30)


def code_of(office: Office, secret: str) -> str:
    """What the authenticator shows now."""
    return pyotp.TOTP(secret).at(office.clock.now())


async def enrolled(office: Office, token: str) -> str:
    """The secret of an authenticator that was enrolled and confirmed."""
    made = await office.made("/me/totp", {"password": GOOD}, by=token)
    assert made["link"].startswith("otpauth://totp/Kemitraan:ani?secret=")
    wrong = (422, "code-wrong")
    assert await office.refused("/me/totp/confirm", {"code": "000000"}, by=token) == wrong
    confirmed = await office.made("/me/totp/confirm", {"code": code_of(office, made["secret"])}, by=token)
    assert confirmed["needs_code"]
    secret: str = made["secret"]
    return secret


async def test_an_account_with_an_authenticator_needs_a_code_that_was_not_used(office: Office) -> None:
    token = await office.person("ani")
    secret = await enrolled(office, token)
    used = code_of(office, secret)
    for code in ("", "123456", used, "١٢٣٤٥٦"):
        assert (await office.try_to_enter("ani", GOOD, code)).body["type"] == "/problems/sign-in-refused"
    office.move(STEP)
    code = code_of(office, secret)
    assert (await office.try_to_enter("ani", BETTER, code)).status == 401  # a code alone is not enough
    office.move(timedelta(seconds=1))
    await office.entered("ani", GOOD, code)
    assert (await office.try_to_enter("ani", GOOD, code)).status == 401  # a code is good once
    office.move(STEP)
    late = code_of(office, secret)
    office.move(STEP)
    await office.entered("ani", GOOD, late)  # people type slowly
    office.move(3 * STEP)
    assert (await office.try_to_enter("ani", GOOD, late)).status == 401


async def test_an_authenticator_is_dropped_with_the_password_or_by_an_administrator(office: Office) -> None:
    token = await office.person("ani")
    account = (await office.get("/me", by=token)).body["id"]
    assert await office.refused("/me/totp", {"password": BETTER}, by=token) == (422, "password-wrong")
    await enrolled(office, token)
    assert await office.refused("/me/totp", {"password": GOOD}, by=token) == (409, "totp-enrolled")
    assert await office.refused("/me/totp/drop", {"password": BETTER}, by=token) == (422, "password-wrong")
    await office.made("/me/totp/drop", {"password": GOOD}, by=token)
    await office.entered("ani")
    await enrolled(office, token)
    path = f"/accounts/{account}/totp/drop"
    assert await office.refused(path, by=token) == (403, "role-missing")
    await office.made(path, by=office.administrator)
    await office.entered("ani")
    assert await office.refused(path, by=office.administrator) == (409, "totp-missing")
