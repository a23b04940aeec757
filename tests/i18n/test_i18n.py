"""Readers get Indonesian or English, and the catalogues cannot fall behind the code unnoticed."""

import errno
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest

from shared.i18n import TRANSLATED, catalogue_path, negotiate, translations, translator
from shared.i18n.catalogues import ROOT, check_catalogues, update_catalogues
from shared.i18n.compiled import read_compiled, write_compiled
from shared.i18n.formats import show_date, show_moment, show_money, show_number, show_share, show_size
from shared.i18n.templates import loose_texts

CODE = """
class CharterUnsigned(Refusal):
    kind = "conflict"
    message = ("The charter of %(name)s "
               "is not signed.")
    remedy: ClassVar[str] = "Sign it."

class NotATextOfOurs:
    message = "plain"

LABEL = N_("Partner")
SHOWN = f"<p>{translate(N_('To print'))} {_('%(count)s sheets', count=len(_('Printed')))}</p>"
"""


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "id"),
        ("", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("id-ID,id;q=0.9,en;q=0.8", "id"),
        ("en;q=0.5,id;q=0.7", "id"),
        ("de,en;q=0.3", "en"),
        ("de", "id"),
        ("*", "id"),
        ("en;q=0, *;q=0.1", "id"),
        ("EN-us", "en"),
        ("en;q=nonsense", "id"),
        ("in", "id"),
        (",;=,", "id"),
    ],
)
def test_the_reader_gets_the_language_preferred(header: str | None, locale: str) -> None:
    assert negotiate(header) == locale


def test_a_text_is_translated_and_an_unknown_or_empty_one_stays() -> None:
    assert translator("id")("The token is not accepted.") == "Token tidak diterima."
    assert translator("en")("The token is not accepted.") == "The token is not accepted."
    assert translator("id")("no such text") == "no such text"
    assert translator("id")("") == ""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project with a refusal, a marked text and a template, and catalogues made from them."""
    (tmp_path / "services" / "partners").mkdir(parents=True)
    (tmp_path / "services" / "partners" / "model.py").write_text(CODE)
    (tmp_path / "services" / "portal" / "templates").mkdir(parents=True)
    (tmp_path / "services" / "portal" / "templates" / "page.html").write_text(
        "<h1>{{ _('Welcome') }}</h1>{% trans %}\n  All\n  partners\n{% endtrans %}"
    )
    update_catalogues(tmp_path)
    return tmp_path


@pytest.fixture
def translate(tree: Path) -> Callable[[str, str], None]:
    path = tree / "shared/i18n/locales/id/LC_MESSAGES/kemitraan.po"

    def put(text: str, translation: str) -> None:
        found = f'msgid "{text}"\nmsgstr ""'
        assert found in path.read_text()
        path.write_text(path.read_text().replace(found, f'msgid "{text}"\nmsgstr "{translation}"'))

    return put


@pytest.fixture
def translated(tree: Path, translate: Callable[[str, str], None]) -> Path:
    translate("%(count)s sheets", "%(count)s lembar")
    translate("The charter of %(name)s is not signed.", "Piagam %(name)s belum ditandatangani.")
    for text in ("Sign it.", "Partner", "To print", "Printed", "Welcome", "All partners"):
        translate(text, text.lower())
    update_catalogues(tree)
    return tree


def test_every_kind_of_text_is_found_and_missed_until_translated(tree: Path) -> None:
    problems = check_catalogues(tree)
    assert len(problems) == 8
    assert all(problem.endswith("is not translated") for problem in problems)
    texts = (
        "The charter of %(name)s is not signed.",
        "Sign it.",
        "Partner",
        "To print",
        "%(count)s sheets",
        "Printed",
        "Welcome",
        "All partners",
    )
    for text in texts:
        assert any(repr(text) in problem for problem in problems)
    assert "services/partners/model.py" in problems[0]


def test_nothing_is_amiss_once_all_is_translated_and_a_second_run_changes_nothing(translated: Path) -> None:
    assert check_catalogues(translated) == []
    before = {path: path.read_bytes() for path in (translated / "shared").rglob("*.*o*") if path.is_file()}
    update_catalogues(translated)
    assert {path: path.read_bytes() for path in before} == before
    assert [path.name for path in before] == ["kemitraan.po"]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>Come in</p>", "Come in"),
        ('<a title="Open {{ name }}">{{ name }}</a>', "Open"),
        ('<img alt="A map">', "map"),
        ('<input placeholder="Sought">', "Sought"),
        ('<input type="submit" value="Send">', "Send"),
        ("{{ 'Yes' if right else _('Welcome') }}", "Yes"),
        ("{{ _('Welcome') if right else 'No' }}", "No"),
        ("{{ count ~ ' days' }}", "days"),
        ("{% if right %}Right{% endif %}", "Right"),
        ('{% macro hint() %} aria-label="Look here"{% endmacro %}', "Look here"),
    ],
)
def test_a_text_of_a_page_that_is_in_no_catalogue_is_told(tmp_path: Path, markup: str, words: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<hr>\n{markup}")
    assert list(loose_texts(page)) == [(2, words)]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>{{ _('Welcome') }} {% trans %}All partners{% endtrans %}: {{ name }} – 2026 · €</p>",
        "<code>kemitraan up</code> <style>p { color: red }</style> Kemitraan",
        '<a class="here" href="/{{ path }}">/feed.atom</a>{# a note #}',
        "<p class=\"{{ 'done' if 'x' in name }}\">{{ parts.state('open') }} {{ 'open' == name }}</p>",
        '{% macro wrong() %} aria-invalid="true"{% endmacro %}',
    ],
)
def test_what_is_marked_or_is_no_text_is_not(tmp_path: Path, markup: str) -> None:
    (tmp_path / "page.html").write_text(markup)
    assert list(loose_texts(tmp_path / "page.html")) == []


def test_the_check_fails_for_a_text_that_is_in_no_catalogue(translated: Path) -> None:
    page = translated / "services/portal/templates/page.html"
    page.write_text(page.read_text() + "\n<p>Come in</p>")
    assert check_catalogues(translated) == [
        "services/portal/templates/page.html:5 says “Come in”, which is in no catalogue: use _()"
    ]


def test_a_text_in_the_markup_of_a_module_is_reported(translated: Path) -> None:
    made = translated / "services/partners/made.py"
    made.write_text('PAGE = f"<p>{name}</p><h2>The end</h2>"\nOTHER = f"<p>{name}</p>"\n')
    assert check_catalogues(translated) == [
        "services/partners/made.py:1 says “The end”, which is in no catalogue: use _()"
    ]


def test_new_code_makes_the_catalogues_stale_until_they_are_updated(translated: Path) -> None:
    model = translated / "services/partners/model.py"
    model.write_text(CODE + 'MORE = N_("Village")\n')
    (problem,) = check_catalogues(translated)
    assert problem.endswith("kemitraan.po is not in step with the code (1 texts differ): run `make docs`")
    update_catalogues(translated)
    (problem,) = check_catalogues(translated)
    assert problem.endswith("kemitraan.po: 'Village' (services/partners/model.py) is not translated")


def test_a_text_that_went_and_came_back_keeps_its_translation(translated: Path) -> None:
    model = translated / "services/partners/model.py"
    model.write_text("")
    update_catalogues(translated)
    assert check_catalogues(translated) == []
    model.write_text(CODE)
    update_catalogues(translated)
    assert check_catalogues(translated) == []


def test_a_catalogue_that_says_of_a_text_where_it_no_longer_is_is_reported(translated: Path) -> None:
    model = translated / "services/partners/model.py"
    model.rename(model.with_name("charters.py"))
    (problem,) = check_catalogues(translated)
    assert problem.endswith("kemitraan.po is not as it is generated: run `make docs`")


@pytest.fixture
def catalogue(translated: Path) -> Path:
    path = catalogue_path(translated, "id")
    write_compiled(path)
    return path


def test_what_was_compiled_is_read_without_a_compiler_until_the_translations_change(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = catalogue.with_suffix(".mo")
    before = compiled.stat().st_mtime_ns
    with monkeypatch.context() as without_babel:
        without_babel.setitem(sys.modules, "babel.messages.pofile", None)
        assert read_compiled(catalogue).gettext("Partner") == "partner"
    assert compiled.stat().st_mtime_ns == before
    catalogue.write_text(catalogue.read_text().replace('"partner"', '"Mitra"'))
    assert read_compiled(catalogue).gettext("Partner") == "Mitra"
    with monkeypatch.context() as without_babel:
        without_babel.setitem(sys.modules, "babel.messages.pofile", None)
        assert read_compiled(catalogue).gettext("Partner") == "Mitra"


@pytest.mark.parametrize("content", [b"", b"not a catalogue", b"\xde\x12\x04\x95\x00\x00"])
def test_a_broken_compiled_catalogue_is_compiled_again(catalogue: Path, content: bytes) -> None:
    catalogue.with_suffix(".mo").write_bytes(content)
    assert read_compiled(catalogue).gettext("Partner") == "partner"
    assert catalogue.with_suffix(".mo").read_bytes() != content


def test_a_catalogue_is_read_where_nothing_can_be_written(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.with_suffix(".mo").unlink()

    def read_only(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkstemp", read_only)
    assert read_compiled(catalogue).gettext("Partner") == "partner"
    assert sorted(path.name for path in catalogue.parent.iterdir()) == ["kemitraan.po"]
    with pytest.raises(OSError, match="Read-only"):
        write_compiled(catalogue)


def test_a_disk_that_is_full_leaves_no_half_of_a_catalogue(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.with_suffix(".mo").write_bytes(b"an earlier one")
    monkeypatch.setattr(Path, "replace", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
    assert read_compiled(catalogue).gettext("Partner") == "partner"
    assert sorted(path.name for path in catalogue.parent.iterdir()) == ["kemitraan.mo", "kemitraan.po"]


def test_english_has_its_plurals_without_a_catalogue() -> None:
    english, indonesian = translations("en"), translations("id")
    assert english.ngettext("%(num)d product", "%(num)d products", 1) == "%(num)d product"
    assert english.ngettext("%(num)d product", "%(num)d products", 0) == "%(num)d products"
    assert indonesian.ngettext("%(num)d product", "%(num)d products", 1) == "%(num)d produk"
    assert indonesian.ngettext("%(num)d product", "%(num)d products", 2) == "%(num)d produk"


def test_a_wheel_has_the_catalogues_compiled(tmp_path: Path) -> None:
    """As it is built for the image and by `pip install .`, from a tree as git has it."""
    tree = tmp_path / "tree"
    without = shutil.ignore_patterns("*.mo", "__pycache__")
    for folder in ("services", "shared", "demo"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=without)
    for name in ("pyproject.toml", "hatch_build.py", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tree)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=tree, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    for locale in TRANSLATED:
        source = catalogue_path(installed, locale)
        assert source.with_suffix(".mo").is_file()
        source.parent.chmod(0o500)
    said = [
        "from shared.i18n import translator",
        "import shared.i18n, sys",
        "print(translator('id')('The token is not accepted.'))",
        "print(shared.i18n.__file__, 'babel' in sys.modules)",
    ]
    answer = subprocess.run(
        [sys.executable, "-c", "\n".join(said)],
        cwd=installed,
        env={"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.splitlines() == [
        "Token tidak diterima.",
        f"{installed / 'shared/i18n/__init__.py'} False",
    ]


def test_wrong_placeholders_and_fuzzy_translations_are_reported(translated: Path) -> None:
    path = translated / "shared/i18n/locales/id/LC_MESSAGES/kemitraan.po"
    text = path.read_text().replace("Piagam %(name)s", "Piagam %(nama)s")
    path.write_text(text.replace('msgid "Welcome"', '#, fuzzy\nmsgid "Welcome"'))
    update_catalogues(translated)
    problems = check_catalogues(translated)
    assert any("is fuzzy" in problem and "Welcome" in problem for problem in problems)
    assert any("is wrong" in problem and "nama" in problem for problem in problems)


JAKARTA = ZoneInfo("Asia/Jakarta")


def test_dates_and_numbers_are_written_as_the_reader_writes_them() -> None:
    moment = datetime(2026, 1, 4, 18, 5, tzinfo=UTC)
    assert show_moment(moment, "id", JAKARTA) == "5 Januari 2026 01.05 WIB"
    assert show_moment(moment, "en", JAKARTA) == "5 January 2026 01:05 WIB"
    assert show_moment(moment, "id", ZoneInfo("Asia/Jayapura")) == "5 Januari 2026 03.05 WIT"
    assert show_moment(moment, "en", ZoneInfo("UTC")) == "4 January 2026 18:05 UTC"
    assert show_date(date(2026, 1, 5), "id") == "5 Januari 2026"
    with pytest.raises(TypeError, match="in which zone"):
        show_date(moment, "id")
    assert show_number(1234.5, "id") == "1.234,5"
    assert show_number(1234.5, "en") == "1,234.5"
    assert show_share(2 / 3, "id") == "67%"
    assert show_size(1_400_000, "id") == "1,4 MB"
    assert show_size(999, "en") == "999 B"
    with pytest.raises(ValueError, match="time zone"):
        show_moment(datetime(2026, 1, 1), "id", JAKARTA)  # noqa: DTZ001


def test_money_is_written_as_readers_write_it() -> None:
    assert show_money(180_000_000, "IDR", "id") == "Rp180.000.000"
    assert show_money(180_000_000, "IDR", "en") == "IDR\N{NO-BREAK SPACE}180,000,000"
    assert show_money(12.5, "IDR", "id") == "Rp12,50"
