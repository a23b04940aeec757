"""Search finds what people mean, in both languages, on both databases alike, and never what is not public."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.products.model.terms import clauses_of, matching_words, spans, stem, stems, words
from services.products.queries.snippets import snippet, whole
from services.products.service import service
from shared.clock import MovableClock
from tests.products.editions import HOSTILE
from tests.products.world import World, refused
from tests.support.postgres import Postgres
from tests.support.system import system

QUESTIONS = [
    *("mencegah", "pencegahan", "dicegah", "cegah balap", "balap liar", '"balap liar"', '"liar balap"'),
    *("racing", "race", "prevent races", "preventing", "village watch", "ronda", "meronda", "peronda"),
    *("Perpol", '"nomor 110"', "narkoba", "", "yang", "di jalan", "kafe", "café", "jalan desa ronda"),
    *("zzz", "warga desa", "youth", "remaj", "keamanan", "aman", "PATROL", "1/2021", "penceg"),
]
# What people type who know a query language, or mean harm.
CRAFTED = [
    *('"', '"""', "'", "a'b", "a\\", "*", "^ronda", "title:ronda", "{title}: x", "NEAR(a b)", "a AND", "NOT"),
    *("-ronda", "(", ")", "ronda & !", "ronda:*", "<->", "a " * 100, "%", "_", ";--", "\u00b2\u2460"),
]
MISTAKEN = [
    *("q=%00", "q=%ff", "q=" + "x" * 201, "kind=none", "limit=0", "limit=51", "audience=A%20B"),
    *("cursor=x", "cursor=AAAA", "cursor=" + "_" * 34, "partnership_id=1", "language=xx"),
]


def text(language: str, title: str, summary: str = "", body: str = "Isi.") -> dict[str, str]:
    return {"language": language, "title": title, "summary": summary, "body": body}


async def filled(world: World) -> dict[str, str]:
    """Five products, by short names."""
    racing = await world.published(
        phases=["prevention", "handling"],
        audiences=["students", "parents"],
        texts=[
            text(
                "id",
                "Mencegah balap liar",
                "Cara warga mencegah balapan",
                "Hubungi **nomor 110**. Remaja di kafé.",
            ),
            text("en", "Preventing street racing", "What residents can do", "Call. Youths race at the café."),
        ],
    )
    watch = await world.published(
        texts=[
            text(
                "id",
                "Petunjuk ronda",
                "Cara meronda di desa",
                "# Ronda\n\nBerdua di jalan desa, bukan balap liar.",
            ),
            text("en", "Village watch", "How to patrol", "Two and two. This also prevents races."),
        ],
        media=["print"],
    )
    drugs = await world.published(
        "education_material",
        phases=["rehabilitation"],
        audiences=["students"],
        texts=[
            text(
                "id", "Bahaya narkoba", "Bahan untuk sekolah", "Keamanan siswa, pencegahan, dan pendampingan."
            )
        ],
    )
    picture = await world.published(
        "situation_picture",
        tense="past",
        subject="problem",
        texts=[text("id", "Gambaran balap", "Tahun lalu", "Balap pada malam hari; jalan yang liar.")],
    )
    law = await world.umbrella("Perpol tentang Pemolisian Masyarakat")
    names = ("racing", "watch", "drugs", "picture", "law")
    return {item["id"]: name for item, name in zip((racing, watch, drugs, picture, law), names, strict=True)}


async def ask(world: World, q: str = "", **facets: Any) -> Any:
    given = "".join(f"&{name}={quote(str(value))}" for name, value in facets.items())
    return await world.get(f"/search?q={quote(q)}{given}")


async def found(world: World, known: dict[str, str], q: str = "", **facets: Any) -> list[str]:
    return [known[item["product_id"]] for item in (await ask(world, q, **facets))["items"]]


def joined(pieces: list[dict[str, Any]]) -> str:
    return "".join(f"[{piece['text']}]" if piece["hit"] else piece["text"] for piece in pieces)


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("id", ["mencegah", "pencegahan", "dicegah", "cegah", "Pencegah"]),
        ("id", ["aman", "keamanan", "pengamanan"]),
        ("en", ["prevent", "prevents", "preventing", "prevented"]),
        ("en", ["race", "races", "racing"]),
    ],
)
def test_the_forms_of_a_word_have_one_stem(language: str, forms: list[str]) -> None:
    assert len({stems(form, language)[0] for form in forms}) == 1


def test_languages_without_a_stemmer_keep_their_words() -> None:
    assert stem("nyegah", "jv") == "nyegah"


def test_case_diacritics_and_widths_do_not_matter() -> None:
    assert words("KAFÉ kafe\u0301 ｋａｆｅ İSTANBUL ½ ² ß") == [
        "kafe",
        "kafe",
        "kafe",
        "istanbul",
        "12",
        "2",
        "ss",
    ]


def is_word(text: str) -> bool:
    """What both databases take as one word, without an escape."""
    return all(sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc") for sign in text) and text != ""


@given(st.text(max_size=200), st.text(max_size=100))
@settings(max_examples=300, deadline=None)
def test_any_text_and_question_are_analysed_into_letters_digits_and_vowel_signs(
    body: str, question: str
) -> None:
    for span in spans(body):
        assert is_word(span.word)
        assert body[span.start : span.end]
    clauses = clauses_of(question)
    for clause in clauses:
        assert all(is_word(stemmed) for way in clause.stems for stemmed in way)
        assert clause.begins == "" or is_word(clause.begins)
    assert all(hit in list(spans(body)) for hit in matching_words(body, "id", clauses))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("LP Ma'arif NU", "maarif"),
        ("LP Maarif NU", "ma\u2019arif"),
        ("Ma\u02bfarif", "ma'arif"),
        ("Jum\u2018at Berkah", "jumat"),
        ("\u0634\u064e\u0631\u0652\u0637\u064e\u0629", "\u0634\u0631\u0637\u0629"),
        ("\u0623\u0645\u0646", "\u0627\u0645\u0646"),
    ],
)
def test_signs_that_people_leave_out_do_not_matter(written: str, typed: str) -> None:
    assert set(words(typed)) <= set(words(written))


def test_a_vowel_sign_is_as_much_of_a_word_as_its_letters() -> None:
    kita, kuta = "\ua98f\ua9b6\ua9a0", "\ua98f\ua9b8\ua9a0"
    assert words(kita) == [kita] != words(kuta)
    assert words("rock 'n' roll, 'quoted'") == ["rock", "n", "roll", "quoted"]


# --- over HTTP -------------------------------------------------------------------------------------


async def test_each_form_of_a_word_finds_the_others(world: World) -> None:
    known = await filled(world)
    # Those whose words say it come before those that are for prevention.
    assert (await found(world, known, "pencegahan"))[:2] == ["racing", "drugs"]
    assert (await found(world, known, "dicegah "))[:2] == ["racing", "drugs"]
    assert (await found(world, known, "prevent"))[:2] == ["racing", "watch"]
    assert (await found(world, known, "PETUNJUK"))[:1] == ["watch"]
    assert await found(world, known, "kafe") == ["racing"]
    assert await found(world, known, "perpol 1/2021") == ["law"]
    assert await found(world, known, "1/2021") == ["law"]
    assert await found(world, known, "2021/1 ") == []
    # Beginnings of the last word, all words, frequent words that tell nothing, phrases.
    assert set(await found(world, known, "penceg")) == {"drugs"}
    assert await found(world, known, "penceg ") == []
    assert await found(world, known, "balap ronda") == ["watch"]
    assert set(await found(world, known, "yang balap dan di liar ")) == {"racing", "watch", "picture"}
    assert set(await found(world, known, '"balap liar"')) == {"racing", "watch"}
    assert await found(world, known, '"liar balap"') == []
    assert await found(world, known, '"nomor 110') == ["racing"]
    assert await found(world, known, "tidakada") == []


async def test_a_product_is_found_by_its_facets_its_place_and_its_partnership(world: World) -> None:
    known = await filled(world)
    assert await found(world, known, "rehabilitasi") == ["drugs"]
    assert await found(world, known, "payung hukum") == ["law"]
    assert set(await found(world, known, "bahan edukasi")) == {"drugs"}
    assert set(await found(world, known, "pelajar")) == {"racing", "drugs"}
    for word in ("sidoarjo", "jawa timur", "aman bersama"):
        assert set(await found(world, known, word)) == set(known.values()), word


async def test_the_title_weighs_more_than_the_summary_and_that_more_than_the_body(world: World) -> None:
    known = await filled(world)
    answer = await ask(world, "balap")
    ranked = [(known[item["product_id"]], item["score"]) for item in answer["items"]]
    assert [name for name, _ in ranked] == ["picture", "racing", "watch"] or ranked[0][0] == "racing"
    scores = dict(ranked)
    assert scores["racing"] > scores["picture"] > scores["watch"] > 0
    assert [score for _, score in ranked] == sorted(scores.values(), reverse=True)


async def test_what_was_looked_for_is_marked_and_markup_stays_text(world: World) -> None:
    body = "Kata lain. " * 60 + "Warga & 3 < 4 orang meronda malam. " + "Akhir. " * 60
    await world.published(texts=[text("id", "Ronda <b>malam</b>", body=body)])
    (hit,) = (await ask(world, "ronda"))["items"]
    assert joined(hit["title"]) == "[Ronda] <b>malam</b>"
    snippet = joined(hit["snippet"])
    assert "Warga & 3 < 4 orang [meronda] malam." in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < 300
    assert hit["page"] == f"{hit['link']}/page.html?language=id"
    assert (await world.call("GET", hit["page"])).status == 200


def test_words_stay_apart_where_a_line_ended() -> None:
    clauses = clauses_of("ronda")
    (piece, hit, rest) = snippet(["Malam\nronda\r\nwarga\u2028desa"], "id", clauses)
    assert [piece.text, hit.text, rest.text] == ["Malam ", "ronda", " warga desa"]
    assert "".join(word.text for word in whole("Pos\nronda\n", "id", clauses)) == "Pos ronda "


async def test_every_facet_narrows_and_is_counted(world: World) -> None:
    known = await filled(world)
    everything = await ask(world)
    assert everything["total"] == 5
    assert everything["facets"]["kind"] == {
        "guidance": 2,
        "education_material": 1,
        "legal_umbrella": 1,
        "situation_picture": 1,
    }
    assert everything["facets"]["phase"] == {"prevention": 4, "handling": 1, "rehabilitation": 1}
    assert everything["facets"]["audience"] == {"residents": 3, "students": 2, "parents": 1}
    assert everything["facets"]["language"] == {"id": 5, "en": 2}
    assert everything["facets"]["medium"] == {"print": 5, "electronic": 4}
    assert (everything["facets"]["tense"], everything["facets"]["subject"]) == ({"past": 1}, {"problem": 1})
    for facets, names in (
        ({"kind": "guidance"}, {"racing", "watch"}),
        ({"phase": "handling"}, {"racing"}),
        ({"audience": "students"}, {"racing", "drugs"}),
        ({"language": "en"}, {"racing", "watch"}),
        ({"tense": "past"}, {"picture"}),
        ({"subject": "potential"}, set()),
        ({"medium": "electronic"}, {"racing", "drugs", "picture", "law"}),
        ({"partnership_id": world.partnership}, set(known.values())),
        ({"partnership_id": uuid4()}, set()),
        ({"kind": "guidance", "audience": "students"}, {"racing"}),
    ):
        assert set(await found(world, known, **facets)) == names, facets
    # A facet is counted as if nothing of it were chosen; the others as they are.
    narrowed = await ask(world, "balap", kind="guidance")
    assert narrowed["total"] == 2
    assert narrowed["facets"]["kind"] == {"guidance": 2, "situation_picture": 1}
    assert narrowed["facets"]["audience"] == {"parents": 1, "residents": 1, "students": 1}


async def test_a_product_is_found_once_in_the_language_that_fits(world: World) -> None:
    known = await filled(world)
    answer = await ask(world, "street racing")
    assert [(known[item["product_id"]], item["language"]) for item in answer["items"]] == [("racing", "en")]
    for item in (await ask(world))["items"]:
        assert item["language"] == "id"
    (english,) = (await ask(world, "village watch", language="en"))["items"]
    assert joined(english["title"]) == "[Village] [watch]"


async def test_pages_of_hits_neither_lose_nor_repeat_any(world: World) -> None:
    known = await filled(world)
    for q in ("", "balap", "desa"):
        whole = await found(world, known, q)
        paged: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            step = f"&cursor={cursor}" if cursor else ""
            answer = await world.get(f"/search?q={q}&limit=1{step}")
            assert answer["total"] == len(whole)
            paged += [known[item["product_id"]] for item in answer["items"]]
            cursor = answer["next"]
        assert paged == whole


async def test_only_what_is_published_is_found_from_the_moment_it_is(world: World) -> None:
    product = await world.drafted(texts=[text("id", "Rahasia dapur")], valid_until="2026-03-01")
    assert (await ask(world, "rahasia"))["total"] == 0
    await world.publish(product)
    assert (await ask(world, "rahasia"))["total"] == 1
    await world.done(product, "versions")
    changed = {
        "phases": ["handling"],
        "audiences": ["residents"],
        "media": ["print"],
        "texts": [text("id", "Terbuka")],
    }
    edited = await world.act(product, "edit", body=changed)
    assert edited.status == 200, edited.body
    assert (await ask(world, "rahasia"))["total"] == 1
    assert (await ask(world, "terbuka"))["total"] == 0
    await world.publish(product)
    assert (await ask(world, "rahasia"))["total"] == 0
    (hit,) = (await ask(world, "terbuka", phase="handling"))["items"]
    assert hit["product_version"] == 2


async def test_what_was_withdrawn_is_found_by_its_title_alone_and_says_so(world: World) -> None:
    texts = [text("id", "Petunjuk lama", body="Nomor telepon yang salah"), text("en", "Old guide")]
    gone = await world.published(texts=texts)
    current = await world.published(texts=[text("id", "Isi", body="Petunjuk lama disebut di sini")])
    await world.done(gone, "withdraw", body={"reason": "Salah cetak."})
    found = (await ask(world, "petunjuk lama"))["items"]
    assert [(say["product_id"], say["standing"]) for say in found] == [
        (current["id"], "published"),
        (gone["id"], "withdrawn"),
    ], "what can be used comes first, however well the other fits"
    assert found[1]["snippet"] == []
    assert found[1]["page"] == found[1]["link"]
    assert (await world.call("GET", found[1]["link"].partition("/v1")[2])).body["standing"] == "withdrawn"
    for hidden in ("telepon", "salah", "guide"):
        assert (await ask(world, hidden))["total"] == 0, "nothing of it is read any more"
    assert (await ask(world))["total"] == 1, "who looks through what there is sees what can be used"
    await world.done(gone, "versions")
    assert (await ask(world, "petunjuk lama"))["total"] == 2
    await world.publish(gone)
    assert (await ask(world, "telepon"))["items"][0]["standing"] == "published"


async def test_what_has_expired_is_found_as_such(world: World) -> None:
    await world.published(texts=[text("id", "Musim banjir")], valid_until="2026-03-01")
    await world.on(date(2026, 3, 1))
    assert (await ask(world, "banjir"))["items"][0]["standing"] == "published"
    await world.on(date(2026, 3, 2))
    assert [item["standing"] for item in (await ask(world, "banjir"))["items"]] == ["expired"]
    assert (await ask(world))["total"] == 0


async def test_no_question_is_a_fault(world: World) -> None:
    await world.published(texts=[text("id", "Ronda", body="Isi. " + " ".join(HOSTILE[:6]))])
    for question in [*HOSTILE, *CRAFTED]:
        sent = quote(question[:200].encode("utf-8", "surrogatepass"))
        answer = await world.call("GET", f"/search?q={sent}")
        assert answer.status in (200, 422), (question, answer.body)
    for query in MISTAKEN:
        answer = await world.call("GET", f"/search?{query}")
        assert answer.status in (200, 400, 422), (query, answer.body)
    assert refused(await world.call("GET", "/search?cursor=x"))[1] == "cursor-unreadable"
    assert refused(await world.call("GET", "/search?q=%00")) == (422, "invalid-request")


async def test_both_databases_give_the_same_answers(tmp_path: Path, postgres: Postgres) -> None:
    async def answers(name: str, url: str) -> dict[str, Any]:
        clock = MovableClock()
        async with system(tmp_path / name, [service], url, clock=clock) as running:
            world = await World.founded(running, clock)
            known = await filled(world)
            told = {}
            for question in QUESTIONS:
                answer = await ask(world, question)
                for item in answer["items"]:
                    item["name"] = known[item["product_id"]]
                    for varying in ("product_id", "partnership_id", "link", "page"):
                        del item[varying]
                told[question] = answer
            return told

    url = postgres.create_databases(["products"])
    on_sqlite, on_postgresql = await answers("a", ""), await answers("b", url)
    assert on_sqlite == on_postgresql
    assert sum(answer["total"] for answer in on_sqlite.values()) > 40
