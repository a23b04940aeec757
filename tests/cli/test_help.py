"""`--help` teaches in either language: every command, argument and option says what it is for."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from services.cli.app import PANELS, app, main
from services.cli.language import FACTS, paragraphs, translated_commands
from shared.i18n import LOCALES, Locale, translations
from shared.i18n.terminal import language, set_language
from tests.cli.shell import Ended

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"(?:`|bin/|exec [a-z]+ )kemitraan ([a-z-]+)(?: ([a-z-]+))?")


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group under this one, with the words that call it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


@cache
def in_language(wanted: Locale) -> dict[tuple[str, ...], Any]:
    """Every command as its user sees it."""
    before = language()
    set_language(wanted)
    try:
        return dict(commands(translated_commands(app, PANELS)))
    finally:
        set_language(before)


ALL = in_language("en")
WRITTEN = dict(commands(get_command(app)))


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a command that asks nothing of a system in this process, in a shell with these variables."""
    before = language()

    def command(*arguments: str, **variables: str) -> Ended:
        for name, value in {"COLUMNS": "300", "KEMITRAAN_LANG": "en", **variables}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["kemitraan", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Ended(int(ended.value.code or 0), shown.out, shown.err)

    yield command
    set_language(before)


def helps(command: Any) -> list[str]:
    """All that the help of a command says, text by text."""
    return [command.help, *(param.help for param in command.params)]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_describes_the_command_and_all_that_it_takes(path: tuple[str, ...], run: Run) -> None:
    for locale in LOCALES:
        command = in_language(locale)[path]
        shown = run(*path, "--help", "--lang", locale)
        assert shown.code == 0
        text = " ".join(shown.out.split())
        below = [command.help for command in getattr(command, "commands", {}).values()]
        for help_ in (*helps(command), *below):
            assert help_, f"{path}: something is not described"
            assert paragraphs(help_)[0] in text
        for param in command.params:
            assert (param.opts[0] if param.opts[0].startswith("--") else param.name) in text


@pytest.mark.parametrize("path", WRITTEN, ids=" ".join)
def test_every_help_is_in_the_catalogue_and_has_indonesian_words(path: tuple[str, ...]) -> None:
    indonesian = translations("id").gettext
    for text in helps(WRITTEN[path]):
        for paragraph in paragraphs(text):
            assert indonesian(paragraph) != paragraph, "not extracted, or not translated"
    shown = {locale: in_language(locale)[path] for locale in LOCALES}
    assert shown["en"].help.split() == (WRITTEN[path].help % FACTS).split()
    for english, ours in zip(*(helps(shown[locale]) for locale in ("en", "id")), strict=True):
        assert not {*paragraphs(english)} & {*paragraphs(ours)}


def test_the_frame_of_a_help_is_in_its_language_too(run: Run) -> None:
    ours = run("keys", "rotate", "--help", "--lang", "id")
    for word in ("Usage", "OPTIONS", "Options", "default:", "Show this message"):
        assert word not in ours.out
    for word in ("Cara pakai: kemitraan keys rotate [OPSI]", "Opsi", "[bawaan: all]"):
        assert word in ours.out
    group = run("keys", "--help", "--lang", "id")
    assert "[OPSI] PERINTAH [ARGUMEN]..." in group.out
    required = run("token", "--help", "--lang", "id")
    assert "Argumen" in required.out
    assert "[wajib]" in required.out


def test_commands_are_grouped_and_in_order() -> None:
    grouped = [name for names in PANELS.values() for name in names]
    assert sorted(grouped) == sorted(WRITTEN[()].commands)
    for names in PANELS.values():
        assert list(names) == sorted(names)
    for command in ALL.values():
        if command is not ALL[()] and hasattr(command, "commands"):
            assert list(command.commands) == sorted(command.commands)


@pytest.mark.parametrize(
    ("variables", "arguments", "said"),
    [
        ({}, (), "Jalankan dan operasikan Kemitraan"),
        ({"LANG": "C.UTF-8"}, (), "Jalankan dan operasikan Kemitraan"),
        ({"LANG": "en_GB.UTF-8"}, (), "Run and operate Kemitraan"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "id_ID.UTF-8"}, (), "Jalankan dan operasikan Kemitraan"),
        ({"LANG": "en_GB.UTF-8", "KEMITRAAN_LANG": "id"}, (), "Jalankan dan operasikan Kemitraan"),
        ({"KEMITRAAN_LANG": "id"}, ("--lang", "en"), "Run and operate Kemitraan"),
        ({"KEMITRAAN_LANG": "en"}, ("--lang=id",), "Jalankan dan operasikan Kemitraan"),
    ],
)
def test_the_language_is_that_of_the_option_else_of_the_environment_else_indonesian(
    run: Run, variables: dict[str, str], arguments: tuple[str, ...], said: str
) -> None:
    at = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "", "KEMITRAAN_LANG": "", **variables}
    assert said in run(*arguments, "--help", **at).out


def refused(run: Run, arguments: str, locale: Locale) -> Ended:
    """A command that was called wrongly."""
    ended = run(*arguments.split(), "--lang", locale)
    assert ended.code == 2
    return ended


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("nosuch", "Tidak ada perintah 'nosuch'."),
        ("tokn", "Tidak ada perintah 'tokn'. Maksud Anda 'token'?"),
        ("token", "Argumen 'role' belum disebut."),
        ("token operator --nosuch", "Tidak ada opsi --nosuch"),
        ("keys list --ou x", "Tidak ada opsi --ou (mungkin: "),
        ("token operator extra", "Ada argumen yang berlebih (extra)"),
        ("token operator --organisation 7", "Nilai yang salah untuk '--organisation': Ini harus berupa id"),
        ("import nosuch", "'nosuch' bukan salah satu dari 'organisations', 'people'."),
        ("import", "Argumen 'kind' belum disebut. Pilih dari: organisations, people"),
        ("import people nosuch.csv", "Berkas 'nosuch.csv' tidak ada."),
        ("import people .", "'.' adalah folder, bukan berkas."),
        ("archive import nosuch", "Folder 'nosuch' tidak ada."),
        ("demo --until 2030", "'2030' tidak sesuai dengan bentuk '%Y-%m-%d'."),
        ("demo --scale x", "Nilai yang salah untuk '--scale': Ini harus berupa bilangan bulat."),
        ("demo --scale -1", "Nilai yang salah untuk '--scale': Ini harus paling sedikit 0."),
        ("status --json=x", "Opsi '--json' tidak memakai nilai."),
        ("dead-letters discard notifications 01a211f7-2af0-7d05-8c07-3db1b0d5ac3e", "Opsi '--reason' belum"),
        ("token mayor", "tidak ada peran 'mayor'; pilih salah satu dari administrator"),
        ("up nosuch", "tidak ada layanan 'nosuch'; pilih salah satu dari partners"),
    ],
)
def test_what_is_called_wrongly_is_said_in_indonesian(run: Run, arguments: str, said: str) -> None:
    ended = refused(run, arguments, "id")
    assert said in " ".join(ended.err.split())
    assert "Kesalahan" in ended.err
    english = refused(run, arguments, "en")
    assert "Error" in english.err
    assert not {*english.err.splitlines()} & {line for line in ended.err.splitlines() if "│" in line}


def test_an_option_that_lacks_its_value_is_said_in_indonesian(run: Run) -> None:
    ended = run("keys", "list", "--out", KEMITRAAN_LANG="id")
    assert "Opsi '--out' memerlukan nilai." in ended.err
    unknown = run("status", "--lang", "fr")
    assert unknown.code == 2
    assert "'fr' is not one of 'id', 'en'." in unknown.err


def test_a_wrong_setting_is_told_in_indonesian(run: Run) -> None:
    ended = run("status", KEMITRAAN_LANG="id", KEMITRAAN_PORT="abc")
    assert ended.err == "KEMITRAAN_PORT berisi 'abc'; seharusnya bilangan bulat dari 1 sampai 65535.\n"


SAYS = {"echo", "fail", "confirm", "BadParameter", "SettingsError", "ListUnreadable", "SheetUnreadable"}
WORD = re.compile(r"(?<![\w/#-])(?!kemitraan\b)[A-Za-z]{3,}(?![\w/#-])")


def unmarked(file: Path) -> Iterator[str]:
    """What a module of the command line says in words that went past the catalogue."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SAYS:
            for argument in node.args[:1]:
                parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                for part in parts:
                    if isinstance(part, ast.Constant) and WORD.search(str(part.value)):
                        yield f"{file.name}:{node.lineno}: {part.value!r}"


def test_all_that_a_command_says_is_in_the_catalogue() -> None:
    files = [
        *(ROOT / "services" / "cli").glob("*.py"),
        ROOT / "demo" / "runner.py",
        ROOT / "shared" / "client.py",
    ]
    assert [text for file in files for text in unmarked(file)] == []


def test_a_command_that_a_document_names_exists() -> None:
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*")]
    text = "\n".join(file.read_text() for file in files if file.is_file())
    named = {tuple(filter(None, words)) for words in NAMED.findall(text)}
    assert ("dead-letters", "list") in named
    for words in named:
        assert words[:1] in ALL, words
        assert not hasattr(ALL[words[:1]], "commands") or words in ALL, words


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    shown = run()
    assert shown.code == 2
    assert "Run and operate Kemitraan" in shown.out + shown.err
