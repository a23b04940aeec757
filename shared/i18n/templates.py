"""Finds what a page says in words that are in no catalogue, in templates and in markup within Python."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment

NAMES = frozenset(
    [
        "Kemitraan",
        "English",
        "Bahasa",
        "Indonesia",
        "AsyncAPI",
        "OpenAPI",
        "Atom",
        "CSV",
        "DCAT",
        "IATI",
        "ISO",
        "JSON",
        "Schema",
        "LD",
        "Lines",
    ]
)
"""Names, which are the same in every language."""
_VERBATIM = {"code", "kbd", "pre", "samp", "script", "style"}
_READ = {"alt", "aria-description", "aria-label", "label", "placeholder", "title"}
_WORD = re.compile(r"[^\W\d_]{2,}")
_ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
_TAG = re.compile(r"</?(?:p|a|li|td|th|dt|dd|b|em|strong|span|h[1-6]|title|label|button|figcaption)[ />]")
_PATH = re.compile(r"(?<!\S)/\S+")
_SAID_BY_VALUE = {"button", "reset", "submit"}
_DESCRIBES = {"description", "og:description", "og:image:alt", "og:title"}
_SHOWS = {"{{", "else", "or", "and", "~"}
"""After these an expression's text is shown, unless it is compared; elsewhere it is passed on."""
_ASKS = {"in", "not", "==", "!="}
_EXPRESSION = "\N{OBJECT REPLACEMENT CHARACTER}"

Loose = tuple[int, str]


def loose_texts(file: Path) -> Iterator[Loose]:
    """The line and the text of each string that is neither marked nor a name, in a template or a module."""
    source = file.read_text("utf-8")
    if file.suffix == ".py":
        yield from _in_code(source) if _TAG.search(source) else ()
        return
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    yield from _in_markup(_without_expressions(environment, source))


def _in_markup(text: str) -> list[Loose]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found


def _in_code(source: str) -> Iterator[Loose]:
    tree = ast.parse(source)
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        text = _EXPRESSION.join(_fixed(node)) if id(node) not in within else ""
        if _TAG.search(text):
            yield from ((getattr(node, "lineno", 0), words) for _line, words in _in_markup(text))


def _fixed(node: ast.AST) -> list[str]:
    match node:
        case ast.JoinedStr(values=parts):
            return [str(part.value) if isinstance(part, ast.Constant) else "" for part in parts]
        case ast.Constant(value=str(text)):
            return [text]
    return []


def _without_expressions(environment: Environment, source: str) -> str:
    """The template's text: a placeholder for each expression, and the literal text of some."""
    seen: list[str] = []
    marked = expression = False
    tag = before = ""
    tokens = [(kind, value) for _line, kind, value in environment.lex(source) if kind != "whitespace"]
    for (kind, value), (_kind, after) in pairwise([*tokens, ("end", "")]):
        if before == "{%":
            tag = value
        expression = kind.startswith("variable") or (expression and not kind.startswith("block"))
        if kind == "block_end":
            marked = tag == "trans" or (marked and tag != "endtrans")
        if kind == "data" and not marked:
            seen.append(value)
        elif kind == "string" and expression and before in _SHOWS and after not in _ASKS:
            seen.append(f" {value[1:-1]} ")
        else:
            seen.append(_EXPRESSION * (kind == "variable_end") + "\n" * value.count("\n"))
        before = value.strip("-+\n ")
    return "".join(seen)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Loose] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _VERBATIM:
            self.inside.append(tag)
        given = {name: value or "" for name, value in attributes}
        read = {*_READ}
        if tag == "input" and given.get("type") in _SAID_BY_VALUE:
            read.add("value")
        if {given.get("name"), given.get("property")} & _DESCRIBES:
            read.add("content")
        for name, value in given.items():
            if name in read:
                self._look(value)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self._look(data)

    def _look(self, text: str, line: int = 0) -> None:
        line = line or self.getpos()[0]
        for written in _ATTRIBUTE.finditer(text):  # by a macro, which is called within a tag
            if written[1] in _READ:
                self._look(written[2], line + text[: written.start()].count("\n"))
        text = _PATH.sub("", _ATTRIBUTE.sub("", text))
        if words := _words(text):
            line += text[: text.index(words[0])].count("\n")
            self.found.append((line, " ".join(words)))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word not in NAMES]
