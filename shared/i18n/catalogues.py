"""Message catalogues: extraction, update, compilation, completeness check."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from shared.i18n import DOMAIN, TRANSLATED, catalogue_path
from shared.i18n.templates import loose_texts

ROOT = Path(__file__).parents[2]

_FOLDERS = ("services", "shared", "demo")
_METHODS = [
    ("**.py", "shared.i18n.extraction:extract_python"),
    ("**/templates/**", "jinja2.ext:babel_extract"),
]
_OPTIONS = {"**/templates/**": {"trimmed": "true", "silent": "false"}}
# Dates and tools would change the files at each run for no benefit.
_VARYING = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To|Project-Id-Version):.*\n',
    re.MULTILINE,
)
_MEND = "run `make docs`"


def update_catalogues(root: Path = ROOT) -> list[Path]:
    """Extract all texts and update every catalogue, translations kept; returns the files that changed."""
    template, changed = _extracted(root), []
    for locale in TRANSLATED:
        path = catalogue_path(root, locale)
        text = _updated(path, locale, template)
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed


def check_catalogues(root: Path = ROOT) -> list[str]:
    """Return the problems, a line each: stale files, missing or wrong translations, unmarked texts."""
    template = _extracted(root)
    problems = list(_loose(root))
    for locale in TRANSLATED:
        path = catalogue_path(root, locale)
        shown = path.relative_to(root)
        catalogue = _read(path, locale)
        wanted = {message.id for message in _messages(template)}
        differing = {message.id for message in _messages(catalogue)} ^ wanted
        if differing:
            problems.append(f"{shown} is not in step with the code ({len(differing)} texts differ): {_MEND}")
        elif not path.exists() or path.read_text("utf-8") != _updated(path, locale, template):
            problems.append(f"{shown} is not as it is generated: {_MEND}")
        problems.extend(
            f"{shown}: {problem}"
            for message in _messages(catalogue)
            if message.id in wanted
            for problem in _problems_of(message)
        )
    return problems


def _loose(root: Path) -> Iterator[str]:
    for folder in _FOLDERS:
        pages = sorted((root / folder).glob("**/templates/**/*.html"))
        modules = sorted((root / folder).glob("**/*.py"))
        for file in (*pages, *modules):
            for line, text in loose_texts(file):
                yield f"{file.relative_to(root)}:{line} says “{text}”, which is in no catalogue: use _()"


def _updated(path: Path, locale: str, template: Catalog) -> str:
    """The text of a catalogue with exactly the texts of `template`."""
    catalogue = _read(path, locale)
    kept = {message.id: message for message in catalogue.obsolete.values()}
    catalogue.update(template, no_fuzzy_matching=True)
    for message in _messages(catalogue):
        # A text that is restored gets its translation back.
        if not message.string and message.id in kept:
            message.string = kept[message.id].string
    return _po_text(catalogue)


def _problems_of(message: Message) -> Iterator[str]:
    where = ", ".join(sorted({str(file) for file, _ in message.locations}))
    if message.fuzzy:
        yield f"the translation of {message.id!r} ({where}) is fuzzy"
    elif not all(_forms(message)):
        yield f"{message.id!r} ({where}) is not translated"
    for error in message.check():
        yield f"the translation of {message.id!r} ({where}) is wrong: {error}"


def _forms(message: Message) -> list[str]:
    string: Any = message.string
    return [string] if isinstance(string, str) else list(string or [""])


def _extracted(root: Path) -> Catalog:
    catalogue = Catalog(project=DOMAIN, charset="utf-8", header_comment="# Texts of Kemitraan.", fuzzy=False)
    messages: list[Any] = []
    for folder in _FOLDERS:
        if (root / folder).is_dir():
            results = extract_from_dir(
                root / folder,
                _METHODS,
                _OPTIONS,
                DEFAULT_KEYWORDS,
                comment_tags=["NOTE:"],
                strip_comment_tags=True,
            )
            messages += [(f"{folder}/{file}", *rest) for file, *rest in results]
    for file, _line, text, comments, context in sorted(messages, key=lambda item: (item[0], item[1])):
        # No line numbers: they would change the files whenever code above a text does.
        catalogue.add(text, None, [(file, 0)], auto_comments=comments, context=context)
    return catalogue


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale, project=DOMAIN, header_comment="# Texts of Kemitraan.", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _po_text(catalogue: Catalog) -> str:
    written = io.BytesIO()
    write_po(written, catalogue, width=100, sort_by_file=True, include_lineno=False)
    return _VARYING.sub("", written.getvalue().decode())
