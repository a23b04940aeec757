"""The refusals in which a function can end, read from its source and from that of all that it calls."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from importlib import import_module
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from shared.identity.permissions import Permission
from shared.processes.pool import Job
from shared.refusal import Refusal

Refusals: TypeAlias = frozenset[type[Refusal]]
NONE: Refusals = frozenset()
_OURS = ("shared", "services")
_ORDINARY = frozenset(dir(dict) + dir(list) + dir(str) + dir(set) + ["add", "execute", "first", "one", "all"])
"""Third-party objects that are followed too: an unknown one contributes nothing."""


@dataclass(frozen=True)
class NamedObject:
    """A named object of a module: a function, a class, a state machine."""

    value: Any


@dataclass(frozen=True)
class InstanceOf:
    """An instance of a type, as annotations say."""

    kind: Any


Kinds: TypeAlias = tuple[NamedObject | InstanceOf, ...]


@dataclass
class Reading:
    """What a function raises itself and which functions it calls, each with the refusals caught there."""

    refuses: set[tuple[type[Refusal], Refusals]] = field(default_factory=set)
    goes_to: set[tuple[Callable[..., Any], Refusals]] = field(default_factory=set)


def reached_from(*functions: Callable[..., Any]) -> Refusals:
    """Every refusal that these functions can end in: raised or returned, and not caught on the way.

    Names are resolved in the function's module, and objects by their annotations. A method of an object
    without an annotation is looked up in the classes that the function's module knows.
    """
    return frozenset().union(*(_reached_from(_plain(function)) for function in functions))


@cache
def _reached_from(function: Callable[..., Any]) -> Refusals:
    reached: set[type[Refusal]] = set()
    seen: set[tuple[Callable[..., Any], Refusals]] = set()
    ahead: list[tuple[Callable[..., Any], Refusals]] = [(function, NONE)]
    while ahead:
        here = ahead.pop()
        if here in seen:
            continue
        seen.add(here)
        reading, caught = _read(here[0]), here[1]
        reached |= {kind for kind, more in reading.refuses if not issubclass(kind, (*caught, *more))}
        ahead += [(next_one, caught | more) for next_one, more in reading.goes_to]
    return frozenset(reached)


def _plain(function: Any) -> Callable[..., Any]:
    """The function behind a method, a partial, or a callable object."""
    if isinstance(function, partial):
        return _plain(function.func)
    if isinstance(function, types.MethodType | staticmethod | classmethod):
        return _plain(function.__func__)
    if isinstance(function, property):
        return _plain(function.fget)
    if isinstance(function, cached_property):
        return _plain(function.func)
    wrapped = getattr(function, "__wrapped__", None)
    if wrapped is not None:
        return _plain(wrapped)
    if not isinstance(function, types.FunctionType) and not isinstance(function, type):
        return _plain(type(function).__call__) if _is_ours(type(function)) else function
    result: Callable[..., Any] = function
    return result


def _is_ours(thing: Any) -> bool:
    return str(getattr(thing, "__module__", None)).partition(".")[0] in _OURS


@cache
def _read(function: Callable[..., Any]) -> Reading:
    reader = _Reader(function)
    node = _defined(function)
    if node is not None:
        reader.read(node)
    return reader.reading


@cache
def _nodes(module: str) -> Mapping[tuple[str, int], ast.AST]:
    """The functions of a module by name and line."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, KeyError, SyntaxError):
        return {}
    defined: dict[tuple[str, int], ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            defined[node.name, first] = node
        elif isinstance(node, ast.Lambda):
            defined["<lambda>", node.lineno] = node
    return defined


def _defined(function: Callable[..., Any]) -> ast.AST | None:
    code = getattr(function, "__code__", None)
    if code is None or not _is_ours(function):
        return None
    return _nodes(function.__module__).get((code.co_name, code.co_firstlineno))


@cache
def _hints(thing: Any) -> Mapping[str, Any]:
    try:
        return get_type_hints(thing)
    except (NameError, TypeError, AttributeError):
        return {}


def _classes(kind: Any) -> Iterator[tuple[type, Any]]:
    """The classes in an annotation, each with its own part of it."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        for choice in get_args(kind):
            yield from _classes(choice)
    elif isinstance(kind, TypeVar):
        if kind.__bound__ is not None:
            yield from _classes(kind.__bound__)
    elif isinstance(origin, type):
        yield origin, kind
    elif isinstance(kind, type) and kind is not type(None):
        yield kind, kind


_MADE: dict[type, Mapping[str, Kinds]] = {}


def _made_in(cls: type) -> Mapping[str, Kinds]:
    """The types of a class's attributes, as its ``__init__`` assigns them."""
    if cls not in _MADE:
        begins = inspect.getattr_static(cls, "__init__", None)
        node = _defined(begins) if isinstance(begins, types.FunctionType) else None
        reader = _Reader(_plain(begins))
        _MADE[cls] = reader.made  # as far as it is known while the rest is read
        if node is not None:
            reader.read(node)
    return _MADE[cls]


class _Reader(ast.NodeVisitor):
    """Reads one function: the types of its names, what it calls, and what it raises."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.reading = Reading()
        self.function = function
        self.names: dict[str, Kinds] = {}
        self.made: dict[str, Kinds] = {}
        self.caught: Refusals = NONE
        self.globals: Mapping[str, Any] = getattr(function, "__globals__", {})
        code = getattr(function, "__code__", None)
        cells = zip(code.co_freevars, function.__closure__ or (), strict=False) if code else ()
        for name, cell in cells:
            try:
                self.names[name] = (NamedObject(cell.cell_contents),)
            except ValueError:
                continue

    def read(self, node: Any) -> None:
        """Take the arguments by their annotations, then the body."""
        for name, kind in _hints(self.function).items():
            self.names[name] = (InstanceOf(kind),)
        owner = self._owner()
        arguments = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        if owner is not None and arguments and arguments[0] == "self":
            self.names["self"] = (InstanceOf(owner),)
        elif owner is not None and arguments and arguments[0] == "cls":
            self.names["cls"] = (NamedObject(owner),)
        for statement in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(statement)

    def _owner(self) -> type | None:
        """The class of a method."""
        thing: Any = sys.modules.get(self.function.__module__)
        for part in self.function.__qualname__.split(".")[:-1]:
            thing = getattr(thing, part, None)
        return thing if isinstance(thing, type) else None

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._note(self._kinds(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            self._note(self._kinds(node))
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        for kind in self._kinds(node.func):
            if isinstance(kind, NamedObject) and isinstance(kind.value, type) and _is_ours(kind.value):
                for begins in ("__init__", "__post_init__"):
                    self._go(inspect.getattr_static(kind.value, begins, None))
            elif isinstance(kind, InstanceOf) or not isinstance(kind.value, types.FunctionType | type):
                self._note(self._attribute((kind,), "__call__", None))
        if not (isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass")):
            self.generic_visit(node)
        else:
            self.visit(node.args[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Read a local import."""
        if node.module and node.module.partition(".")[0] in _OURS:
            module = import_module(node.module)
            for name in node.names:
                self.names[name.asname or name.name] = (NamedObject(getattr(module, name.name)),)

    def visit_Try(self, node: ast.Try) -> None:
        before = self.caught
        self.caught = before | frozenset(self._swallowed(node.handlers))
        for statement in node.body:
            self.visit(statement)
        self.caught = before
        for handler in node.handlers:
            for statement in handler.body:
                self.visit(statement)
        for statement in (*node.orelse, *node.finalbody):
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        for argument in arguments:
            if argument.annotation is not None:
                self.names[argument.arg] = self._annotated(argument.annotation)
        for statement in node.body:
            self.visit(statement)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815  (as the visitor of the standard library calls it)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
        self._bind(node.target, self._annotated(node.annotation))

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            self._bind(target, self._kinds(node.value))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target, self._kinds(node.value))

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, self._entered(item.context_expr))
        for statement in node.body:
            self.visit(statement)

    visit_AsyncWith = visit_With  # noqa: N815  (as the visitor of the standard library calls it)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._bind(node.target, self._elements(node.iter))
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    visit_AsyncFor = visit_For  # noqa: N815  (as the visitor of the standard library calls it)

    def visit_GeneratorExp(self, node: Any) -> None:
        for part in node.generators:
            self.visit(part.iter)
            self._bind(part.target, self._elements(part.iter))
            for condition in part.ifs:
                self.visit(condition)
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                self.visit(getattr(node, name))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp  # noqa: N815  (the same)

    def _note(self, kinds: Kinds) -> None:
        """A named refusal is raised or returned; a named function is called."""
        for kind in kinds:
            if not isinstance(kind, NamedObject):
                continue
            thing = kind.value
            if isinstance(thing, Job):
                self.reading.refuses |= {(refusal, self.caught) for refusal in thing.refusals}
            elif isinstance(thing, type) and issubclass(thing, Refusal):
                if "message" in vars(thing):
                    self.reading.refuses.add((thing, self.caught))
            elif not isinstance(thing, type):
                self._go(thing)

    def _go(self, thing: Any) -> None:
        function = _plain(thing)
        if isinstance(function, types.FunctionType) and _is_ours(function) and not _asks(function):
            self.reading.goes_to.add((function, self.caught))

    def _swallowed(self, handlers: Iterable[ast.ExceptHandler]) -> Iterator[type[Refusal]]:
        """Refusals that are caught for good: neither raised again nor returned."""
        for handler in handlers:
            inside = [node for statement in handler.body for node in ast.walk(statement)]
            again = any(isinstance(node, ast.Raise) and node.exc is None for node in inside)
            handed_on = any(isinstance(node, ast.Name) and node.id == handler.name for node in inside)
            if handler.type is None or again or handed_on:
                continue
            named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            for expression in named:
                for kind in self._kinds(expression):
                    if isinstance(kind, NamedObject) and isinstance(kind.value, type):
                        yield kind.value

    def _bind(self, target: ast.AST, kinds: Kinds) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = kinds
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            self.made[target.attr] = kinds
        elif isinstance(target, ast.Tuple | ast.List):
            for place, part in enumerate(target.elts):
                self._bind(part, _parts(kinds, place))

    def _annotated(self, node: ast.AST) -> Kinds:
        text = ast.unparse(node).strip("\"'")
        try:
            return (InstanceOf(eval(text, dict(self.globals), {})),)  # noqa: S307  (an annotation of our own source)  # nosec B307
        except Exception:  # noqa: BLE001  (a name that is known to type checkers alone)
            return ()

    def _entered(self, node: ast.expr) -> Kinds:
        return self._returned(self._attribute(self._kinds(node), "__enter__", None), None)

    def _elements(self, node: ast.expr) -> Kinds:
        """The types of the elements of an iterable."""
        return tuple(
            InstanceOf(kind)
            for element in self._kinds(node)
            if isinstance(element, InstanceOf)
            for _, whole in _classes(element.kind)
            for kind in get_args(whole)[-1:]
            if kind is not Ellipsis
        ) or tuple(
            InstanceOf(get_args(whole)[0])
            for element in self._kinds(node)
            if isinstance(element, InstanceOf)
            for _, whole in _classes(element.kind)
            if get_args(whole)[1:] == (Ellipsis,)
        )

    def _kinds(self, node: ast.AST) -> Kinds:
        """The possible types of an expression."""
        match node:
            case ast.Name():
                return self._named(node.id)
            case ast.Attribute():
                return self._attribute(self._kinds(node.value), node.attr, node.value)
            case ast.Call():
                return self._returned(self._kinds(node.func), node)
            case ast.Await() | ast.Starred() | ast.NamedExpr():
                return self._kinds(node.value)
            case ast.IfExp():
                return self._kinds(node.body) + self._kinds(node.orelse)
            case ast.BoolOp():
                return tuple(kind for value in node.values for kind in self._kinds(value))
            case ast.Subscript():
                return self._held(node)
            case _:
                return ()

    def _named(self, name: str) -> Kinds:
        if name in self.names:
            return self.names[name]
        for place in (self.globals, vars(builtins)):
            if name in place:
                return (NamedObject(place[name]),)
        return ()

    def _held(self, node: ast.Subscript) -> Kinds:
        """The type of a container's item."""
        held: list[NamedObject | InstanceOf] = []
        for kind in self._kinds(node.value):
            if isinstance(kind, NamedObject) and isinstance(kind.value, Mapping):
                held += [NamedObject(value) for value in kind.value.values()]
            elif isinstance(kind, InstanceOf):
                arguments = [get_args(whole) for _, whole in _classes(kind.kind)]
                held += [InstanceOf(some[-1]) for some in arguments if some and some[-1] is not Ellipsis]
        return tuple(held)

    def _attribute(self, kinds: Kinds, name: str, of: ast.AST | None) -> Kinds:
        told: list[NamedObject | InstanceOf] = []
        is_typed = False
        for kind in kinds:
            if isinstance(kind, NamedObject) and isinstance(kind.value, types.ModuleType | type):
                is_typed = True
                if hasattr(kind.value, name):
                    told.append(NamedObject(getattr(kind.value, name)))
            elif isinstance(kind, NamedObject):
                is_typed = True
                if isinstance(kind.value, Permission):
                    self.reading.refuses |= {(refusal, self.caught) for refusal in kind.value.refusals}
                told += self._of_class(type(kind.value), name)
            else:
                for cls, _ in _classes(kind.kind):
                    is_typed = True
                    told += self._of_class(cls, name)
        if not is_typed and of is not None and name not in _ORDINARY:
            for known in {value for value in self.globals.values() if isinstance(value, type)}:
                if _is_ours(known) and isinstance(vars(known).get(name), types.FunctionType):
                    told.append(NamedObject(vars(known)[name]))
        return tuple(told)

    def _of_class(self, cls: type, name: str) -> Iterator[NamedObject | InstanceOf]:
        attribute = inspect.getattr_static(cls, name, None)
        if isinstance(attribute, property | cached_property):
            self._go(attribute)
            returned = _hints(_plain(attribute)).get("return")
            if returned is not None:
                yield InstanceOf(returned)
        elif isinstance(attribute, types.FunctionType | staticmethod | classmethod):
            yield NamedObject(_plain(attribute))
        elif name in (known := _hints(cls)):
            yield InstanceOf(known[name])
        else:
            yield from _made_in(cls).get(name, ())

    def _returned(self, called: Kinds, node: ast.Call | None) -> Kinds:
        """The type of a call's result."""
        back: list[NamedObject | InstanceOf] = []
        for kind in called:
            if isinstance(kind, InstanceOf):
                back += [
                    InstanceOf(get_args(whole)[-1]) for cls, whole in _classes(kind.kind) if get_args(whole)
                ]
            elif isinstance(kind.value, type):
                back.append(InstanceOf(kind.value))
            elif callable(kind.value):
                returned = _hints(_plain(kind.value)).get("return")
                if isinstance(returned, TypeVar):
                    back += self._bound(returned, _plain(kind.value), node)
                elif returned is not None and getattr(returned, "__name__", "") != "Self":
                    back.append(InstanceOf(returned))
                elif (
                    returned is not None
                    and isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                ):
                    receiver = self._kinds(node.func.value)
                    back += [
                        InstanceOf(value.value) if isinstance(value, NamedObject) else value
                        for value in receiver
                    ]
        return tuple(back)

    def _bound(
        self, variable: TypeVar, function: Callable[..., Any], node: ast.Call | None
    ) -> Iterator[NamedObject | InstanceOf]:
        """The type that a type variable is bound to, by its argument."""
        if node is None:
            return
        hints = _hints(function)
        names = [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]
        given = [*zip(names, node.args, strict=False), *((word.arg, word.value) for word in node.keywords)]
        for name, argument in given:
            kind = hints.get(name or "")
            for known in self._kinds(argument):
                if kind is variable:
                    yield InstanceOf(known.value) if isinstance(known, NamedObject) else known
                elif (
                    get_args(kind) == (variable,)
                    and get_origin(kind) is type
                    and isinstance(known, NamedObject)
                ):
                    yield InstanceOf(known.value)
                elif (
                    get_args(kind)[-1:] == (variable,)
                    and isinstance(known, NamedObject)
                    and callable(known.value)
                ):
                    returned = _hints(_plain(known.value)).get("return")
                    if returned is not None:
                        yield InstanceOf(returned)


def _parts(kinds: Kinds, place: int) -> Kinds:
    """The types at a position of a tuple."""
    parts: list[NamedObject | InstanceOf] = []
    for kind in kinds:
        if isinstance(kind, InstanceOf):
            for cls, whole in _classes(kind.kind):
                arguments = get_args(whole)
                if issubclass(cls, tuple) and len(arguments) > place and Ellipsis not in arguments:
                    parts.append(InstanceOf(arguments[place]))
                elif arguments:
                    parts.append(InstanceOf(arguments[0]))
    return tuple(parts)


def _asks(function: types.FunctionType) -> bool:
    """Whether it checks a permission, whose refusals follow from its grants."""
    return function.__qualname__.partition(".")[0] == Permission.__name__
