"""Every fact declares its words and who is told of it; a declaration that is missing fails at import."""

from __future__ import annotations

import re
from types import new_class
from typing import Any
from uuid import UUID

import pytest

from services.identity.subscribers import AUDIT
from services.notifications.subscribers import TOLD, notify
from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.every import EVENTS
from shared.contracts.headline import Wordings, texts
from shared.contracts.notice import Notice
from shared.i18n import LOCALES, Locale, translations, translator
from tests.contracts.samples import sample

WHOLE: dict[str, Any] = {
    "publisher": "testing",
    "aggregate": "post_id",
    "label": "Post opened",
    "audience": Audience.PUBLIC,
    "notice": Notice.NONE,
}
each_fact = pytest.mark.parametrize("contract", EVENTS, ids=lambda contract: contract.type())


def declare(**words: Any) -> type[Event]:
    """A contract with two fields, as it is declared at import."""

    def fields(namespace: dict[str, Any]) -> None:
        namespace["__annotations__"] = {"post_id": UUID, "title": str}

    return new_class("PostOpened", (Event,), words, fields)


@pytest.mark.parametrize("forgotten", WHOLE)
def test_a_fact_that_forgets_a_declaration_is_not_even_imported(forgotten: str) -> None:
    with pytest.raises(TypeError, match=forgotten):
        declare(**{name: value for name, value in WHOLE.items() if name != forgotten})


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"label": ""}, "has no label"),
        ({"headline": "%(name)s is open"}, "headline of PostOpened .* 'name'"),
        ({"headline": "%(title) is open"}, "headline of PostOpened"),
        ({"headline": "%(title)d posts"}, "headline of PostOpened"),
        ({"headline": "%(title)s is open", "guarded": ("title",)}, "headline of PostOpened .* 'title'"),
        ({"headline": Wordings(by="kind", texts={"new": "New"})}, "chosen by 'kind'"),
        ({"headline": Wordings(by="title", texts={"new": "%(name)s"})}, "headline of PostOpened .* 'name'"),
        ({"audience": Audience.AGENCY, "notice": Notice.NEWS}, "PostOpened is for agency alone"),
        ({"notice": Notice.NEWS}, r"told of PostOpened, which lacks \['partnership_id'\]"),
    ],
)
def test_words_that_do_not_fit_a_fact_are_refused_at_import(words: dict[str, Any], problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        declare(**WHOLE | words)


@pytest.mark.parametrize("locale", LOCALES)
@each_fact
def test_each_fact_is_told_in_one_line(contract: type[Event], locale: Locale) -> None:
    envelope = sample(contract)
    facts = envelope.data | {"actor": "Ani", "publisher": envelope.publisher}
    said = contract.in_words(facts, translator(locale), lambda _, value: str(value))
    assert said
    assert "\n" not in said
    assert not re.search(r"%\(|–$", said), said


@each_fact
def test_the_words_of_each_fact_are_in_the_catalogue(contract: type[Event]) -> None:
    catalogue = translations("id")
    for text in (contract.label, *texts(contract.headline)):
        assert catalogue.gettext(text) != text, text


def test_labels_of_one_publisher_tell_its_facts_apart() -> None:
    called = [(contract.publisher, contract.label) for contract in EVENTS]
    assert len(called) == len(set(called))


def test_who_hears_of_a_fact_follows_from_its_declaration() -> None:
    assert set(AUDIT.events) == {contract for contract in EVENTS if contract.told_to is Audience.AUDIT}
    assert set(notify.events) == set(TOLD)
    assert all(contract.told_to is Audience.PUBLIC for contract in TOLD)
    assert len(TOLD) == 25, "subscribers are told of more or less than before"
