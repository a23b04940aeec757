"""Every service tells the words that it has fixed values for, in the language of the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.registry import NAMES, service
from shared.contracts.vocabulary import LISTS
from shared.host.app import describe
from shared.http.vocabulary import vocabulary
from shared.i18n import LOCALES, Locale
from tests.support.system import system


@pytest.mark.parametrize("locale", LOCALES)
def test_every_list_is_told_whole_and_in_its_order(locale: Locale) -> None:
    told = {shown.name: shown.words for shown in vocabulary(locale)}
    assert told.keys() == LISTS.keys()
    for name, words in LISTS.items():
        assert [word.value for word in told[name]] == [word.value for word in words]
        assert all(word.label for word in told[name])


@pytest.mark.parametrize("name", [name for name in NAMES if service(name).metadata is not None])
def test_choices_in_a_document_are_lists_of_the_vocabulary(name: str) -> None:
    schemas = describe(service(name)).openapi()["components"]["schemas"]
    told = {shown.name: [word.value for word in shown.words] for shown in vocabulary("en")}
    known = {shown for shown in schemas if shown in told}
    assert {"Role", "Relation", "LetterState"} <= known
    for shown in known:
        assert schemas[shown]["enum"] == told[shown]


async def test_anybody_reads_it_in_the_own_language(tmp_path: Path) -> None:
    async with system(tmp_path, [service("products")]) as here:
        path = "/api/products/v1/vocabulary"
        for locale, label in (("en", "Guidance"), ("id", "Petunjuk bertindak")):
            answer = await here.call("GET", path, Accept_Language=locale)
            assert answer.status == 200
            kinds = next(told["words"] for told in answer.body if told["name"] == "ProductKind")
            assert {"value": "guidance", "label": label} in kinds
