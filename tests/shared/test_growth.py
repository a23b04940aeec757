"""What people send costs no more than its size: twice the worst signs take about twice as long."""

from __future__ import annotations

import contextlib
import gc
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.partners.model.charter import Charter, changes
from services.products.model.terms import stems
from services.products.model.text import MOST_HEADINGS, Text, TooManyHeadings
from services.products.render.article import article
from services.products.render.drawing import drawn
from services.products.render.markdown import plain_text
from shared.content.rewriting import rewrite_file
from shared.contracts.vocabulary import Language
from shared.observability.logging import mask_secrets
from shared.refusal import Refusal
from tests.support import malicious_files

FACTOR = 8
"""How much larger the larger is; what grows with the square takes sixty-four times as long."""
WORST, NOTHING = 32.0, 0.1
SIGNS = {
    "tabs": "\t",
    "quotes": '"',
    "apostrophes": "'",
    "carets": "^",
    "lines": "\n",
    "lines of Windows": "\r\n",
    "commas": ",",
    "equals": "=x,",
    "plus": "+",
    "plus words": "+a;",
    "pipes": "|",
    "spaces": " ",
    "spaces in lines": " \n",
    "headings": "# h\n",
    "headings below": "h\n=\n",
    "brackets": "[",
    "brackets in lines": "[\n",
    "links begun": "[a](",
    "links": "[a](#h)\n",
    "addresses": "](  ",
    "stars": "*",
    "stars and words": "**a",
    "underlines": "_a ",
    "angles": "<",
    "backticks": "`a",
    "at": "@",
    "at and words": "@a.",
    "letters": "a",
    "percents": "%4",
    "dots": "a.",
    "tokens": "eyJ-",
    "keys": "Key (",
    "schemes": "a+",
    "schemes and hosts": "a://b:",
    "digits": "08",
    "lists": "- a\n",
    "lists in lists": "- ",
    "numbers": "1. a\n",
    "ampersands": "&amp;",
    "backslashes": "\\",
    "words": "mempertanggungjawabkan ",
}


def took(work: Callable[[], object]) -> float:
    """Processor seconds of this thread in the quicker of two runs; a refusal is an answer too.

    The collector of garbage looks through whatever the tests before have left, so it has a rest.
    """
    best = float("inf")
    gc.disable()
    try:
        for _ in range(2):
            begun = time.thread_time()
            with contextlib.suppress(Refusal):
                work()
            best = min(best, time.thread_time() - begun)
    finally:
        gc.enable()
    return best


def grows_gently(quick: Callable[[], object], slow: Callable[[], object]) -> bool:
    """Whether the larger takes about as much longer as there is more; what takes no time is gentle."""
    taken = took(slow)
    return taken < NOTHING or taken < WORST * max(took(quick), 0.005)


def sizes_of(sign: str, size: int) -> tuple[str, str]:
    small, large = (sign * (length // len(sign)) for length in (size, size * FACTOR))
    return small, large


def written(body: str) -> None:
    Text(Language.ID, "Judul", "", body).check()


def told(text: str) -> None:
    mask_secrets(None, "", {"event": f"x? :// @ Key ( {text}", "more": text + "@"})


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS.keys())
@pytest.mark.parametrize(
    ("work", "size"),
    [
        (lambda text: rewrite_file(text.encode(), "text/csv"), 50_000),
        (lambda text: rewrite_file(f"a\n{text}x".encode(), "text/csv"), 50_000),
        (lambda text: rewrite_file(f"x{text}".encode(), "text/plain"), 50_000),
        (written, 12_000),
        (told, 12_000),
        (lambda text: stems(text, "id"), 4_000),
        (article, 2_000),
    ],
    ids=["table", "table with a line", "text", "checks of a draft", "a line of the log", "terms", "page"],
)
def test_no_sign_costs_more_than_its_number(work: Callable[[str], object], size: int, sign: str) -> None:
    small, large = sizes_of(sign, size)
    assert grows_gently(lambda: work(small), lambda: work(large))


@pytest.mark.parametrize("read", [drawn, plain_text], ids=["print", "words"])
@pytest.mark.parametrize("sign", ["# h\n", "- a\n", "| a |\n|---|\n", "[a](#h)\n"])
def test_no_other_reading_of_a_text_does(read: Callable[[str], object], sign: str) -> None:
    small, large = sizes_of(sign, 2_000)
    assert grows_gently(lambda: read(small), lambda: read(large))


def test_a_table_cannot_be_made_of_many_columns_and_short_rows() -> None:
    wide = "|" + " a |" * 2000 + "\n|" + "-|" * 2000 + "\n" + "|\n" * 10_000
    assert len(article(wide)) < 40 * len(wide)


def pdf_of(count: int) -> bytes:
    return malicious_files.pdf(
        b"\n".join(b"%d 0 obj\n<< /A [ 1 2 3 ] >>\nendobj" % (9 + number) for number in range(count))
    )


def deep_pdf(count: int) -> bytes:
    return malicious_files.pdf(b"9 0 obj\n" + b"[" * count + b"]" * count + b"\nendobj")


def pdf_of_streams(count: int) -> bytes:
    stream = b"<< /Length 10 >>\nstream\n0123456789\nendstream\nendobj"
    return malicious_files.pdf(b"\n".join(b"%d 0 obj\n" % (9 + number) + stream for number in range(count)))


def pdf_of_beginnings(count: int) -> bytes:
    return malicious_files.pdf(b"9 0 obj << >> stream\n" * count)


def png_of(count: int) -> bytes:
    return malicious_files.png(*[malicious_files.chunk(b"tEXt", b"a\0b")] * count)


def jpeg_of(count: int) -> bytes:
    return malicious_files.JPEG[:2] + b"\xff\xfe\x00\x03a" * count + malicious_files.JPEG[2:]


@pytest.mark.parametrize(
    ("made", "kind", "count"),
    [
        (pdf_of, "application/pdf", 1_000),
        (deep_pdf, "application/pdf", 5_000),
        (pdf_of_streams, "application/pdf", 1_000),
        (pdf_of_beginnings, "application/pdf", 5_000),
        (png_of, "image/png", 5_000),
        (jpeg_of, "image/jpeg", 5_000),
    ],
)
def test_no_part_of_a_document_or_picture_costs_more_than_its_number(
    made: Callable[[int], bytes], kind: str, count: int
) -> None:
    small, large = made(count), made(count * FACTOR)
    assert grows_gently(lambda: rewrite_file(small, kind), lambda: rewrite_file(large, kind))


def test_two_versions_of_a_charter_are_compared_within_bounds() -> None:
    chance = random.Random(3)

    def charter(count: int) -> Charter:
        words = " ".join(f"w{chance.randrange(count // 12)}" for _ in range(count))
        now = datetime(2026, 1, 1, tzinfo=UTC)
        return Charter(1, words, words, [], UUID(int=1), now)

    small, large = [(charter(count), charter(count)) for count in (390, 390 * FACTOR)]
    assert grows_gently(lambda: changes(*small), lambda: changes(*large))
    for before, after in (small, large):
        parts = changes(before, after)["vision"]
        assert "".join(part.text for part in parts if part.kind != "removed") == after.vision
        assert "".join(part.text for part in parts if part.kind != "added") == before.vision


def test_a_text_has_no_more_headings_than_anybody_finds_the_way_by() -> None:
    written("# h\n" * MOST_HEADINGS)
    for heading in ("# h\n", "h\n===\n", "h\n---\n", "###### h\n"):
        with pytest.raises(TooManyHeadings):
            written(heading * (MOST_HEADINGS + 1))


def test_equal_headings_have_a_place_each() -> None:
    html = article("# h\n# h-1\n# h\n# h\n")
    for place in (b'id="h"', b'id="h-1"', b'id="h-2"', b'id="h-3"'):
        assert html.count(place) == 1
