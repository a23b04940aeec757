"""Message extraction (Babel) from Python: marked texts, refusals, states, commands, enumerations."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from inspect import cleandoc
from typing import IO, Any

from babel.messages.extract import extract_python as extract_marked

from shared.command import label_of

_REFUSAL_TEXTS = {"message", "remedy", "reason"}
_COMMANDS = {"Command", "Part"}

Found = tuple[int, str | None, Any, list[str]]


def extract_python(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[Found]:
    """Extract as Babel does, and also texts without a mark.

    These are the `message`, `remedy` and `reason` of refusals, the names and acts of every `Machine`, the
    members of every `StrEnum`, each `Term`, the names of mapped classes, the help of every `Command` and
    the labels of its fields, the help of the command line, paragraph by paragraph, and the valid values of
    settings.
    """
    marked: Iterator[Any] = extract_marked(file, keywords, comment_tags, options)
    yield from marked
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.JoinedStr):
            yield from _marked_within(node, keywords)
        if isinstance(node, ast.FunctionDef):
            yield from _help_of(node)
        # Any subclass: whether its base is a refusal cannot be seen here, it may be defined elsewhere.
        if isinstance(node, ast.ClassDef) and node.bases:
            if _is_command(node):
                yield from _words_of_command(node)
            yield from _members_of(node) if _is_enum(node) else _texts_of(node)
        elif isinstance(node, ast.Call):
            yield from _words_of(node)


def _marked_within(node: ast.JoinedStr, keywords: Collection[str]) -> Iterator[Found]:
    """Marked texts inside an f-string, which is one token to Babel before Python 3.12."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if (
                name in keywords
            ):
                yield inner.lineno, None, text, []


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


def _is_command(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id in _COMMANDS for base in node.bases)


def _words_of_command(node: ast.ClassDef) -> Iterator[Found]:
    """The help of a command, and the labels of its fields and those of its parts."""
    description = ast.get_docstring(node)
    if description and any(isinstance(base, ast.Name) and base.id == "Command" for base in node.bases):
        yield node.lineno, None, " ".join(description.partition("\n\n")[0].split()), []
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield statement.lineno, None, label_of(name), []


def _help_of(node: ast.FunctionDef) -> Iterator[Found]:
    """The help of a CLI command: the docstring of its function."""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="command")):
                yield from _paragraphs(node.lineno, ast.get_docstring(node) or "")


def _paragraphs(line: int, text: str) -> Iterator[Found]:
    for paragraph in filter(None, cleandoc(text).split("\n\n")):
        yield line, None, " ".join(paragraph.split()), []


def _is_enum(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases)


def _members_of(node: ast.ClassDef) -> Iterator[Found]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            yield statement.lineno, None, statement.value.value, []


def _words_of(node: ast.Call) -> Iterator[Found]:
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    match called, node.args:
        case "Option" | "Argument" | "Typer", _:
            for keyword in node.keywords:
                if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                    yield from _paragraphs(node.lineno, str(keyword.value.value))
        case "_setting", [_, ast.Constant(value=str(right)), *_]:
            yield node.lineno, None, right, []
        case "Term", [ast.Constant(value=str(word))]:
            yield node.lineno, None, word, []
        case "map_imperatively", [ast.Name(id=name), *_]:
            yield node.lineno, None, re.sub(r"(?<!^)(?=[A-Z])", " ", name.lstrip("_")).lower(), []
        case "Machine", [ast.Constant(value=str(thing)), ast.Dict(keys=keys)]:
            yield node.lineno, None, thing, []
            for key in keys:
                match key:
                    case ast.Tuple(elts=[_, ast.Constant(value=str(act))]):
                        yield key.lineno, None, act, []
