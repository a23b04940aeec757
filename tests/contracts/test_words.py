"""Every fact declares its words and who is told of it; every list of words has its labels in one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import new_class
from typing import Any
from uuid import UUID

import pytest

import shared
from services.identity.subscribers import AUDIT
from services.notifications.subscribers import TOLD, notify
from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.every import EVENTS
from shared.contracts.headline import Wordings, texts
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import LISTS, Intensity, ProductKind
from shared.i18n import LOCALES, Locale, translations, translator
from shared.labelled import Labelled
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
    assert len(TOLD) == 37, "subscribers are told of more or less than before"


WORDS = [(name, word) for name, words in LISTS.items() for word in words]
SAME_IN_BOTH = {"Data", "Forum", "Media", "Rupiah", "Webhook", "administrator", "auditor", "operator"}
"""Labels that Indonesian has taken over as they are."""


@pytest.mark.parametrize(("name", "word"), WORDS, ids=[f"{name}.{word}" for name, word in WORDS])
def test_each_word_has_a_label_in_both_languages(name: str, word: Labelled | Intensity) -> None:
    assert word.label
    shown = translator("id")(word.label)
    assert shown != word.label or word.label in SAME_IN_BOTH, f"{word.label!r} of {name} is not translated"


@pytest.mark.parametrize("name", LISTS)
def test_labels_of_one_list_tell_its_words_apart(name: str) -> None:
    for locale in LOCALES:
        labels = [translator(locale)(word.label) for word in LISTS[name]]
        assert len(labels) == len(set(labels))


def test_what_a_later_release_says_has_no_label_yet() -> None:
    assert ProductKind.called("guidance") == "Guidance"
    assert ProductKind.called("moon_map") == "moon map"


def tables_of_labels(source: str) -> Iterator[int]:
    """The lines at which a dictionary says of the words of a list what each is called, not a sentence."""
    values = [{name for word in words for name in (word.value, word.name)} for words in LISTS.values()]
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Dict) or len(node.keys) < 2:
            continue
        keys = {
            key.value if isinstance(key, ast.Constant) else getattr(key, "attr", None) for key in node.keys
        }
        texts = [
            value.args[0].value
            for value in node.values
            if isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id in {"N_", "_"}
            and isinstance(value.args[0], ast.Constant)
        ]
        marked = len(texts) == len(keys) and not all(str(text).endswith(".") for text in texts)
        if marked and any(keys <= known for known in values):
            yield node.lineno


def test_a_table_of_labels_is_recognised() -> None:
    assert list(tables_of_labels('A = 1\nB = {"forum": N_("Forum"), "council": N_("Council")}')) == [2]
    assert list(tables_of_labels('C = {BoardKind.FORUM: N_("A"), BoardKind.COUNCIL: N_("B")}')) == [1]
    assert list(tables_of_labels('D = {"on": N_("Day"), "number": N_("Number")}')) == []
    assert list(tables_of_labels('E = {"forum": N_("A forum met."), "council": N_("A council met.")}')) == []


def test_no_list_has_its_labels_a_second_time() -> None:
    root = Path(shared.__path__[0]).parent
    folders = (root / name for name in ("services", "shared", "demo", "tools"))
    double = [
        f"{path.relative_to(root)}:{line}"
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        for line in tables_of_labels(path.read_text("utf-8"))
    ]
    assert double == []
