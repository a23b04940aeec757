"""Finds the texts to translate in Python: marked ones, and what every refusal says."""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from babel.messages.extract import extract_python as extract_marked

_REFUSAL_TEXTS = {"message", "remedy"}

Found = tuple[int, str | None, Any, list[str]]


def extract_python(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[Found]:
    """Extract as Babel does, and beyond it the `message` and `remedy` of refusals, which need no mark."""
    marked: Iterator[Any] = extract_marked(file, keywords, comment_tags, options)
    yield from marked
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        # Any subclass: that its base is a refusal cannot be seen here, it may be defined elsewhere.
        if isinstance(node, ast.ClassDef) and node.bases:
            yield from _texts_of(node)


def _texts_of(node: ast.ClassDef) -> Iterator[Found]:
    for statement in node.body:
        targets: list[ast.expr]
        match statement:
            case ast.Assign(targets=targets, value=ast.Constant(value=str(text))):
                names = {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                names = {name}
            case _:
                continue
        if text and names & _REFUSAL_TEXTS:
            yield statement.lineno, None, text, []
