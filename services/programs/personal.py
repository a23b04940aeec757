"""Personal data declarations of programs: what residents wrote in reports, and how they are reached."""

from __future__ import annotations

from services.programs.tables.reports import contacts, reports
from shared.privacy.personal import Personal, PersonalTable, RetentionPeriod

PERSONAL = Personal(
    PersonalTable(
        reports,
        why="to deal with what a resident reported; the report stands for its sender, who is nameless",
        person=reports.c.id,
        agency=reports.c.agency,
        personal=dict.fromkeys(("text", "place", "addition", "answer", "reason"), "") | {"code": None},
        secret=("code",),
        keep=RetentionPeriod("keep_reports_days", reports.c.sent_at),
    ),
    PersonalTable(
        contacts,
        why="to ask the sender of a report back, if they wish",
        person=contacts.c.report_id,
        agency=contacts.c.agency,
        personal={"contact": ""},
        goes=True,
        keep=RetentionPeriod("keep_report_contacts_days", contacts.c.kept_since),
    ),
)
