"""The audit log on its page: in sentences, by filters, for those who may, and as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest

from tests.identity.world import BETTER
from tests.portal.desk import Desk, text_of
from tests.support.wait import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def happened(desk: Desk) -> str:
    """Make an account that is used, guessed at and refused something; its id."""
    account = await desk.office.account("lukman", "resident")
    await desk.office.try_to_enter("lukman", BETTER)
    await desk.office.try_to_enter("siapapun", BETTER)
    token = (await desk.office.entered("lukman"))["access_token"]
    refused = await desk.office.system.call("GET", "/api/partners/v1/persons", token=token)
    assert refused.status == 403

    async def told() -> bool:
        found = await desk.office.get(f"/audit?actor={account}", by=desk.office.administrator)
        nobodys = await desk.office.get("/audit", by=desk.office.system.token("operator"))
        return bool(found.body["items"]) and bool(nobodys.body["items"])

    await eventually(told, message="the log tells of it")
    return account


def entries(page: str) -> list[str]:
    """The sentences of the log, as they stand on the page."""
    found = re.findall(r'<li><div class="row"><span>(.*?)</span>', page)
    return [unescape(entry) for entry in found]


async def test_the_log_reads_as_sentences_in_both_languages(desk: Desk) -> None:
    account = await happened(desk)
    log = f"/agency/audit?about={account}"
    english = entries((await desk.open(log, "citra")).text)
    assert english == [
        "Orang lukman signed in with a password.",
        "Someone tried to sign in as Orang lukman with a wrong password.",
        "Orang lukman set a password through a one-time link.",
        "Someone with access to the server created a link for the first sign-in of Orang lukman.",
        "Someone with access to the server opened an account for Orang lukman, with these roles: resident.",
    ]
    indonesian = entries((await desk.open(f"{log}&lang=id", "citra")).text)
    assert indonesian[0] == "Orang lukman masuk dengan kata sandi."
    assert len(indonesian) == len(english)
    (refused,) = entries((await desk.open(f"/agency/audit?actor={account}")).text)
    assert refused == (
        "Orang lukman wanted to list persons in the registry and was refused: "
        "the required role is missing (partnerships)."
    )
    shown = text_of(await desk.open(f"/agency/audit?actor={account}"))
    assert "Only actions by Orang lukman." in shown


async def test_the_log_is_narrowed_by_period_kind_outcome_service_and_name(desk: Desk) -> None:
    async def found(wanted: str, by: str = "ani") -> list[str]:
        got = await desk.open(f"/agency/audit?{wanted}", by)
        assert got.status == 200, wanted
        return entries(got.text)

    today = desk.office.clock.now().date().isoformat()
    assert len(await found("who=LUKMAN")) == 1, "what he did, not what was done to him"
    assert await found("kind=access-refused&service=partners&outcome=refused") == await found("who=lukman")
    assert await found("kind=access-refused&service=identity&who=lukman") == []
    assert await found(f"since={today}&until={today}&who=lukman") == await found("who=lukman")
    assert await found("until=2025-12-31") == []
    assert await found("since=2026-02-01") == []
    for wanted, said in (
        ("who=tidakada", "No account has an owner of that name."),
        ("since=yesterday", "This is not a date."),
        ("until=9999-12-31", "This is not a date."),
    ):
        wrong = await desk.open(f"/agency/audit?{wanted}")
        assert (wrong.status, said in wrong.text) == (422, True), wanted
        assert entries(wrong.text) == []
    for wanted in ("kind=%00", "outcome=nonsense", "about=nonsense", "cursor=nonsense"):
        assert (await desk.open(f"/agency/audit?{wanted}")).status == 422, wanted


async def test_long_logs_are_read_page_by_page(desk: Desk) -> None:
    for number in range(25):
        await desk.office.invited(f"panjang.{number}")

    async def all_of_it() -> int:
        page = await desk.open("/agency/audit?kind=account-opened")
        return len(entries(page.text)) >= 30

    await eventually(all_of_it)
    first = await desk.open("/agency/audit?service=identity")
    assert len(entries(first.text)) == 40
    more = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert more is not None
    assert "service=identity" in more[1], "the choice stays"
    second = await desk.open(unescape(more[1]))
    assert entries(second.text)
    ids = [
        set(re.findall(r"correlation|<dt>Request</dt><dd><code>([\w-]+)", log.text))
        for log in (first, second)
    ]
    assert not ids[0] & ids[1] - {""}


async def test_operators_see_what_is_nobodys_and_no_names(desk: Desk) -> None:
    page = await desk.open("/agency/audit", "omar")
    assert page.status == 200
    assert "Someone tried to sign in to an account that does not exist." in page.text
    assert "Orang lukman" not in page.text
    assert 'name="who"' not in page.text


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_the_log_is_taken_along_as_it_was_narrowed_and_that_is_told(desk: Desk, form: str) -> None:
    wanted = {"who": "lukman", "kind": "access-refused"}
    got = await desk.send("/agency/audit/export", "citra", form=form, **wanted)
    assert got.status == 200
    assert got.headers["Content-Disposition"] == f'attachment; filename="audit.{form}"'
    assert got.headers["Cache-Control"] == "no-store, private"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(got.text)))
    else:
        rows = [json.loads(line) for line in got.text.splitlines()]
    assert [row["kind"] for row in rows] == ["access-refused"]

    async def told() -> bool:
        page = await desk.open("/agency/audit?kind=data-exported")
        return f"Orang citra exported data: “export the audit log”, as {form.upper()} (accounts)." in entries(
            page.text
        )

    await eventually(told)
    for by, status in (("dewi", 403), ("eko", 403), ("", 303)):
        assert (await desk.send("/agency/audit/export", by, form=form)).status == status
    assert (await desk.send("/agency/audit/export", "citra", form=form, who="tidakada")).status == 422
    assert (await desk.open("/agency/audit/export", "citra")).status == 405, "no link takes it along"
