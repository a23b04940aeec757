"""Report of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from rich.box import SIMPLE
from rich.table import Table

from demo import story
from demo.screen import SeenEvent
from shared.i18n import N_, Locale, translator
from shared.i18n.formats import show_number

WHERE = {
    "partners.partnership-signed": ("partners", "partnerships"),
    "programs.stage-completed": ("programs", "programs"),
    "products.product-published": ("products", "products"),
}


@dataclass(frozen=True, slots=True)
class NotifiedCommand:
    """A command that subscribers are notified about: the event it causes, and when it was sent."""

    event: str
    sent: datetime


@dataclass
class Report:
    """What happened."""

    partnership: UUID | None = None
    organisations: dict[str, UUID] = field(default_factory=dict)
    problem: UUID | None = None
    program: UUID | None = None
    products: list[UUID] = field(default_factory=list)
    # By the correlation id of the command.
    told: dict[str, NotifiedCommand] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    hooks: list[dict[str, str]] = field(default_factory=list)
    # The events seen live, in order.
    events: list[SeenEvent] = field(default_factory=list)
    took: float = 0.0

    def measure(self, told: NotifiedCommand, delivered: list[dict[str, Any]]) -> None:
        """Record the delay from a command to the last of its notices; the slowest of a kind counts."""
        last = max(datetime.fromisoformat(notice["settled_at"]) for notice in delivered)
        seconds = (last - told.sent).total_seconds()
        self.seconds[told.event] = max(seconds, self.seconds.get(told.event, 0.0))
        self.deliveries[told.event] = self.deliveries.get(told.event, 0) + len(delivered)


def summary(report: Report, urls: Callable[[str], str], lang: Locale) -> Table:
    """What happened, the delay until the last notice, and where to look."""
    say = translator(lang)
    labels = {seen.event.type: seen.event.label for seen in report.events}
    table = Table(title=story.PARTNERSHIP["title"], title_justify="left", caption_justify="left", box=SIMPLE)
    table.add_column(say(N_("what happened")), no_wrap=True)
    table.add_column(say(N_("notices")), justify="right")
    table.add_column(say(N_("command → last notice")), justify="right")
    table.add_column(say(N_("where to look")), overflow="fold")
    for event, (service, path) in WHERE.items():
        milliseconds = show_number(round(report.seconds[event] * 1000), lang)
        # Below the page's own address only the path is shown, to keep the table narrow.
        host = "" if urls(service) == urls("portal") else urls(service)
        place = f"{host}/api/{service}/v1/{path}"
        table.add_row(labels[event], str(report.deliveries[event]), f"{milliseconds} ms", place)
    facts = {"seconds": show_number(round(report.took, 1), lang), "page": f"{urls('portal')}/"}
    table.caption = say(N_("Played in %(seconds)s s. The page: %(page)s")) % facts
    return table
