"""A resident reports without an account or a name; it is dealt with in time, and then erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.programs.api.reports import SENDING
from services.programs.model import report as model
from services.programs.personal import PERSONAL
from services.programs.tables.reports import contacts, reports
from shared.clock import MovableClock
from shared.contracts.partners import PartnershipEnded
from shared.identity.actor import SYSTEM, Actor
from shared.privacy.retention import Retention
from tests.programs.world import (
    AGENCY,
    BASE,
    Partnership,
    fire,
    hear,
    registered,
    runtime_of,
    signed,
    stranger,
)
from tests.support.system import Answer, System

TEXT = "Lampu di gang belakang pasar mati, tadi malam ada yang dijambret."
PHONE = "0812 3456 7890"


async def send(here: System, partnership: Partnership, **more: Any) -> Answer:
    """A report of a resident without an account."""
    key = more.pop("key", None)
    headers: dict[str, Any] = {"Idempotency_Key": key} if key else {}
    body = {"partnership_id": str(partnership.id), "text": TEXT, **more}
    return await here.call("POST", f"{BASE}/reports", body, **headers)


async def sent(here: System, partnership: Partnership, **more: Any) -> str:
    """The code of a report that was received."""
    answer = await send(here, partnership, **more)
    assert answer.status == 201, answer.body
    return str(answer.body["code"])


async def by_code(here: System, path: str, code: str, **more: Any) -> Answer:
    """What its sender asks or does, by its code."""
    return await here.call("POST", f"{BASE}/reports/{path}", {"code": code, **more})


async def followed(here: System, code: str) -> dict[str, Any]:
    """What the sender sees."""
    answer = await by_code(here, "follow", code)
    assert answer.status == 200, answer.body
    seen: dict[str, Any] = answer.body
    return seen


async def listed(here: System, token: str, **wanted: str) -> list[dict[str, Any]]:
    """The reports that somebody sees, oldest first."""
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    answer = await here.call("GET", f"{BASE}/reports?{query}", token=token)
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.body["items"]
    return items


async def triage(here: System, report: Mapping[str, Any], act: str, by: UUID | str, **body: Any) -> Answer:
    """One act on a report, by an organisation's representative or by whom a token stands for."""
    token = by if isinstance(by, str) else here.representative(by)
    return await here.call("POST", f"{BASE}/reports/{report['id']}/{act}", body, token=token)


async def happened(here: System, report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The timeline of a report."""
    path = f"{BASE}/reports/{report['id']}/timeline"
    answer = await here.call("GET", path, token=here.token("coordinator"))
    assert answer.status == 200, answer.body
    events: list[dict[str, Any]] = answer.body
    return events


async def names(here: System, report: Mapping[str, Any]) -> list[str]:
    """The names of what happened to a report."""
    return [event["event"].partition(".")[0] for event in await happened(here, report)]


async def stored(here: System, table: sa.Table) -> list[Any]:
    """All rows of a table."""
    query = sa.select(table)
    return await runtime_of(here).database.read(lambda session: list(session.execute(query)), SYSTEM)


@pytest.fixture
async def partnership(here: System) -> Partnership:
    """A signed partnership."""
    return await signed(here)


async def test_a_report_needs_neither_account_nor_name_and_is_followed_by_its_code(
    here: System, partnership: Partnership
) -> None:
    answer = await send(here, partnership, place="Gang 3", on="2026-01-04", contact=PHONE)
    assert answer.status == 201, answer.body
    assert set(answer.body) == {"code", "partnership_id", "received_at", "due_at"}
    code = answer.body["code"]
    assert len(code) == model.CODE_LENGTH
    typed = f"{code[:4]}-{code[4:8]} {code[8:]}".lower().replace("0", "o").replace("1", "l")
    seen = await followed(here, typed)
    assert (seen["state"], seen["partnership"], seen["answer"]) == ("received", partnership.title, "")
    assert TEXT not in str(seen), "who finds the code does not read the report"
    (report,) = await listed(here, here.representative(partnership.village))
    assert (report["text"], report["place"], report["on"]) == (TEXT, "Gang 3", "2026-01-04")
    assert report["contact"] == "+6281234567890"
    assert "code" not in report
    for wrong in ("AAAAAAAAAAAA", "kurang", ""):
        answer = await by_code(here, "follow", wrong)
        assert (answer.status, answer.body["type"]) == (404, "/problems/report-code-unknown")


async def test_an_account_that_reports_leaves_no_trace(here: System, partnership: Partnership) -> None:
    body = {"partnership_id": str(partnership.id), "text": TEXT}
    answer = await here.call("POST", f"{BASE}/reports", body, token=here.token("resident", person="warga-7"))
    assert answer.status == 201, answer.body
    (report,) = await listed(here, here.token("coordinator"))
    (received,) = await happened(here, report)
    assert received["organisation"] is None
    assert "warga-7" not in str(received)
    assert TEXT not in str(received)


async def test_what_is_wrong_is_said_at_its_field(
    here: System, partnership: Partnership, clock: MovableClock
) -> None:
    for field, wrong in (
        ("text", "Aduh"),
        ("contact", "di rumah"),
        ("contact", "budi@"),
        ("place", "baris\nlain"),
    ):
        answer = await send(here, partnership, **{field: wrong})
        assert answer.status == 422, (field, answer.body)
        assert [error["pointer"] for error in answer.body["errors"]] == [f"/{field}"]
    for more, refusal in (
        ({"on": "2026-01-09"}, "day-to-come"),
        ({"text": "Promo https://a.id https://b.id www.c.id"}, "looks-like-advertising"),
        ({"partnership_id": str(uuid4())}, "unknown-partnership"),
    ):
        answer = await send(here, partnership, **more)
        assert answer.body["type"] == f"/problems/{refusal}", answer.body
    await hear(here, PartnershipEnded(partnership_id=partnership.id, title="Aman", reason="Selesai"))
    assert (await send(here, partnership)).body["type"] == "/problems/partnership-over"
    assert await stored(here, reports) == []


async def test_sending_twice_with_one_key_is_one_report_with_one_code(
    here: System, partnership: Partnership
) -> None:
    first = await send(here, partnership, key="kunci-1")
    again = await send(here, partnership, key="kunci-1")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert len(await listed(here, here.token("coordinator"))) == 1


async def test_only_bound_parties_and_the_coordinator_see_a_report(
    here: System, partnership: Partnership
) -> None:
    await sent(here, partnership)
    (report,) = await listed(here, here.representative(partnership.police))
    path = f"{BASE}/reports/{report['id']}"
    for token in (here.representative(partnership.village), here.token("coordinator")):
        assert (await here.call("GET", path, token=token)).status == 200
    others = [
        here.representative(partnership.school),
        here.representative(uuid4()),
        stranger(here),
        stranger(here, "representative", organisation=uuid4()),
    ]
    for token in others:
        assert await listed(here, token) == []
        for address in (path, f"{path}/timeline"):
            assert (await here.call("GET", address, token=token)).status == 404
        assert (await here.call("POST", f"{path}/answer", {"answer": "Ya"}, token=token)).status == 404
    for role in ("auditor", "administrator", "secretary", "publisher", "resident"):
        assert (await here.call("GET", path, token=here.token(role))).status == 403
    for address in (f"{BASE}/reports", path, f"{path}/timeline"):
        assert (await here.call("GET", address)).status == 401


async def test_an_answer_is_read_by_the_code_and_ends_the_matter(
    here: System, partnership: Partnership
) -> None:
    code = await sent(here, partnership)
    (report,) = await listed(here, here.token("coordinator"))
    answer = await triage(here, report, "answer", partnership.village, answer="Lampu diganti hari Rabu.")
    assert answer.status == 200, answer.body
    assert (answer.body["state"], answer.body["closed_by"]) == ("answered", str(partnership.village))
    seen = await followed(here, code)
    assert (seen["state"], seen["answer"]) == ("answered", "Lampu diganti hari Rabu.")
    assert await names(here, report) == ["report-received", "report-triaged", "report-answered"]
    assert "Lampu" not in str(await happened(here, report))
    again = await triage(here, report, "dismiss", partnership.police, reason="Iklan")
    assert (again.status, again.body["type"]) == (409, "/problems/act-impossible")


async def test_a_report_becomes_an_incident_or_an_early_sign_of_a_problem_of_its_partnership(
    here: System, partnership: Partnership
) -> None:
    problem = await registered(here, partnership)
    other = await registered(here, await signed(here))
    for text in ("Pencurian sepeda di depan balai desa.", "Anak-anak berkumpul membawa knalpot."):
        await sent(here, partnership, text=text)
    first, second = await listed(here, here.token("coordinator"))
    finding = {"on": "2026-01-04", "area": "35.15", "note": "Sepeda hilang", "severity": "slight"}
    wrong = await triage(
        here, first, "incident", partnership.police, problem_id=other["id"], reference="LP/1", **finding
    )
    assert (wrong.status, wrong.body["type"]) == (422, "/problems/problem-unknown")
    for report, act, more in ((first, "incident", {"reference": "LP/1/2026"}), (second, "signal", {})):
        answer = await triage(
            here, report, act, partnership.police, problem_id=problem["id"], **finding, **more
        )
        assert answer.status == 200, answer.body
        assert (answer.body["state"], answer.body["problem_id"]) == (act, problem["id"])
    shown = (await here.call("GET", f"{BASE}/problems/{problem['id']}")).body
    assert [item["note"] for item in (*shown["incidents"], *shown["signals"])] == ["Sepeda hilang"] * 2
    assert "Pencurian sepeda" not in str(shown), "what the resident wrote is not published"
    made = [report["finding_id"] for report in await listed(here, here.token("coordinator"))]
    assert made == [shown["incidents"][0]["id"], shown["signals"][0]["id"]]
    findings = (*shown["incidents"], *shown["signals"])
    assert [(item["severity"], item["source"]) for item in findings] == [("slight", "resident")] * 2


async def test_a_report_that_is_passed_on_goes_with_its_code_and_contact(
    here: System, partnership: Partnership, clock: MovableClock
) -> None:
    there = await signed(here, "polresta-lain")
    code = await sent(here, partnership, contact="warga@contoh.id", danger=True)
    (report,) = await listed(here, here.token("coordinator"))
    clock.move(timedelta(hours=10))
    itself = await triage(
        here, report, "refer", partnership.police, partnership_id=str(partnership.id), reason="Bukan kami"
    )
    assert itself.body["type"] == "/problems/referred-to-itself"
    answer = await triage(
        here, report, "refer", partnership.police, partnership_id=str(there.id), reason="Wilayah lain"
    )
    assert answer.status == 200, answer.body
    assert (answer.body["state"], answer.body["text"], answer.body["contact"]) == ("referred", "", None)
    assert await names(here, report) == ["report-received", "report-triaged", "report-referred"]
    (passed,) = await listed(here, here.representative(there.village))
    assert (passed["text"], passed["contact"], passed["danger"]) == (TEXT, "warga@contoh.id", True)
    assert passed["referred_from"] == str(partnership.id)
    hours = timedelta(hours=runtime_of(here).settings.report_hours)
    assert passed["due_at"] == (clock.now() + hours).isoformat().replace("+00:00", "Z")
    seen = await followed(here, code)
    assert (seen["partnership_id"], seen["state"]) == (str(there.id), "received")
    assert seen["referred_from"] == partnership.title
    assert len(await stored(here, contacts)) == 1


async def test_the_sender_adds_one_text_and_may_withdraw(here: System, partnership: Partnership) -> None:
    code = await sent(here, partnership, contact=PHONE)
    for _ in range(2):
        answer = await by_code(here, "add", code, text="Pelakunya naik motor merah.")
        assert (answer.status, answer.body["added"]) == (200, True)
    more = await by_code(here, "add", code, text="Satu hal lagi.")
    assert (more.status, more.body["type"]) == (409, "/problems/added-already")
    (report,) = await listed(here, here.token("coordinator"))
    assert report["addition"] == "Pelakunya naik motor merah."
    for _ in range(2):
        answer = await by_code(here, "withdraw", code)
        assert (answer.status, answer.body["state"], answer.body["withdrawn"]) == (200, "withdrawn", True)
    assert await names(here, report) == ["report-received", "report-added-to", "report-withdrawn"]
    (row,) = await stored(here, reports)
    assert (row.text, row.addition, row.place) == ("", "", "")
    assert await stored(here, contacts) == []
    late = await by_code(here, "add", code, text="Lagi pula begitu.")
    assert (late.status, late.body["type"]) == (409, "/problems/act-impossible")


async def test_what_was_dealt_with_can_still_be_erased_by_its_sender(
    here: System, partnership: Partnership
) -> None:
    code = await sent(here, partnership, contact=PHONE)
    (report,) = await listed(here, here.token("coordinator"))
    await triage(here, report, "answer", here.token("coordinator"), answer="Terima kasih.")
    answer = await by_code(here, "withdraw", code)
    assert (answer.body["state"], answer.body["withdrawn"]) == ("answered", True)
    (report,) = await listed(here, here.token("coordinator"))
    assert (report["text"], report["contact"], report["answer"]) == ("", None, "Terima kasih.")
    assert report["closed_by"] is None, "a coordinator is no party"


async def test_the_clock_warns_once_a_day_of_reports_that_wait(
    here: System, partnership: Partnership, clock: MovableClock
) -> None:
    path = f"{BASE}/partnerships/{partnership.id}/reports/timeline"
    for number in range(3):
        await sent(here, partnership, text=f"Laporan nomor {number} dari gang.")
    first, *_ = await listed(here, here.token("coordinator"))
    await triage(here, first, "answer", partnership.village, answer="Sudah dibenahi.")
    clock.move(timedelta(hours=runtime_of(here).settings.report_hours - 1))
    await fire(here)
    assert (await here.call("GET", path)).body == []
    clock.move(timedelta(hours=1))
    await fire(here)
    (warning,) = (await here.call("GET", path)).body
    assert warning["event"] == "report-waiting.v1"
    assert warning["data"]["waiting"] == 2
    assert warning["data"]["title"] == partnership.title
    assert (await here.call("GET", f"{BASE}/partnerships/{uuid4()}/reports/timeline")).status == 404


async def test_what_became_of_reports_is_counted_in_public_unless_it_points_to_somebody(
    here: System, partnership: Partnership, clock: MovableClock
) -> None:
    path = f"{BASE}/partnerships/{partnership.id}/reports/figures"
    for number in range(model.LEAST_SHOWN):
        figures = (await here.call("GET", path)).body
        assert figures == {"received": None, "answered": None, "median_hours": None}, number
        await sent(here, partnership, text=f"Laporan nomor {number} dari gang.")
    await sent(here, partnership, text="Pinjaman cepat cair tanpa jaminan.")
    everything = await listed(here, here.token("coordinator"))
    await triage(here, everything[-1], "dismiss", partnership.police, reason="Iklan")
    figures = (await here.call("GET", path)).body
    assert figures == {"received": 5, "answered": 0, "median_hours": None}, "spam does not count"
    for report in everything[:-1]:
        clock.move(timedelta(hours=2))
        await triage(here, report, "answer", here.representative(partnership.village), answer="Sudah.")
    figures = (await here.call("GET", path)).body
    assert figures == {"received": 5, "answered": 5, "median_hours": 6}
    clock.move(model.COUNTED)
    assert (await here.call("GET", path)).body["received"] is None


async def test_contact_and_text_are_erased_in_time(
    here: System, partnership: Partnership, clock: MovableClock
) -> None:
    code = await sent(here, partnership, contact=PHONE)
    await sent(here, partnership, text="Tidak pernah ada yang menjawab.", contact=PHONE)
    (report, _) = await listed(here, here.token("coordinator"))
    clock.move(timedelta(days=1))
    await triage(here, report, "answer", partnership.village, answer="Sudah.")
    running = runtime_of(here)
    retention = Retention("programs", PERSONAL, running.database, running.settings)
    clock.move(timedelta(days=runtime_of(here).settings.keep_report_contacts_days) - timedelta(hours=1))
    await retention.forget()
    assert len(await stored(here, contacts)) == 2
    clock.move(timedelta(hours=1))
    await retention.forget()
    (kept,) = await stored(here, contacts)
    assert kept.report_id != UUID(report["id"]), "the contact of what was answered is erased"
    assert (await followed(here, code))["answer"] == "Sudah."
    clock.move(timedelta(days=runtime_of(here).settings.keep_reports_days))
    await retention.forget()
    assert await stored(here, contacts) == []
    for row in await stored(here, reports):
        assert (row.text, row.answer, row.code) == ("", "", None)
    assert (await by_code(here, "follow", code)).status == 404


async def test_floods_are_refused_plainly(
    here: System, partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.programs.commands.reports.MOST_A_DAY", 2)
    for number in range(2):
        await sent(here, partnership, text=f"Laporan nomor {number} dari gang.")
    answer = await send(here, partnership)
    assert (answer.status, answer.body["type"]) == (429, "/problems/too-many-reports")
    assert answer.headers["Retry-After"] == "86400"
    assert await sent(here, await signed(here)), "another partnership still receives reports"
    assert SENDING._address is not None


async def test_a_coordinator_of_another_agency_deals_with_nothing(
    here: System, partnership: Partnership
) -> None:
    await sent(here, partnership)
    (report,) = await listed(here, here.token("coordinator"))
    actor = Actor("p-9", "polresta-lain", partnership.school, frozenset({"coordinator", "representative"}))
    token = here.key.mint(actor, clock=here.clock)
    assert (await triage(here, report, "answer", token, answer="Sudah.")).status == 404
    assert actor.agency != AGENCY
