"""Routing table of operations: address, label, permission; handlers and OpenAPI are derived."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from shared.command import Command
from shared.http.bodies import body_of, error_at, located_errors
from shared.http.door import Door, admit
from shared.http.known_parameters import KnownParameters
from shared.http.operation import Operation
from shared.http.signatures import described_by, signature_of
from shared.identity.permissions import Grant, Permission

F = TypeVar("F", bound=Callable[..., Any])
V = TypeVar("V")
May = Permission | tuple[Grant, ...]
Reader = Callable[[V], BaseModel]
First = Callable[[Door, Any], Awaitable[None]]
_DESCRIBING = RLock()


@dataclass(frozen=True, slots=True)
class View(Generic[V]):
    """How an operation's result is shown: the model of the response, and its factory for a reader."""

    model: type[BaseModel]
    of: Callable[[Door], Reader[V] | Awaitable[Reader[V]]]


class OperationRoute(APIRoute):
    """The route of an operation with a handler of its own.

    What FastAPI derives from a handler (parameters, body, responses) is derived on first use: by a request,
    or for a document. For all operations this takes a sixth of the start-up time.
    """

    methods: set[str]

    def __init__(
        self, path: str, endpoint: Callable[..., Any], operation: Operation, **described: Any
    ) -> None:
        self.operation = operation
        self.described = described
        self.path, self.endpoint, self.name = path, endpoint, operation.name
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = set(described["methods"])
        self.app = self._serve_first
        self._is_described = False

    def __getattr__(self, name: str) -> Any:
        self.describe()
        return self.__getattribute__(name)

    def describe(self) -> None:
        """Let FastAPI analyse a route, once; requests and documents may ask concurrently."""
        with _DESCRIBING:
            if not self.__dict__.get("_is_described", True):
                self._is_described = True
                self._describe()

    def _describe(self) -> None:
        summary, name = summary_of(self.operation, self.endpoint), self.operation.name
        described = {"summary": summary} | self.described
        super().__init__(self.path, self.endpoint, name=name, operation_id=name, **described)
        if self.body_field is not None:
            with warnings.catch_warnings():  # as FastAPI does when it creates a model field at once
                warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
                self.body_field._type_adapter.rebuild()
        if self.reads is not None and issubclass(self.reads, Command):
            # The command describes the request, even if a handler of its own serves it.
            self.description = inspect.cleandoc(self.reads.__doc__ or "")

    async def _serve_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.describe()  # which FastAPI fills from the handler
        await self.app(scope, receive, send)

    @property
    def view(self) -> Any:
        """The model of the response, if it has one."""
        declared = self.described.get("response_model")
        return declared or get_type_hints(self.endpoint, include_extras=True).get("return")

    @cached_property
    def reads(self) -> type[BaseModel] | None:
        """The model of a JSON body; None for a form, a file, or no body."""
        if self.operation.command is not None:
            return self.operation.command
        if self.body_field is None or isinstance(self.body_field.field_info, Form):
            return None
        annotation = self.body_field.field_info.annotation
        kinds = get_args(annotation) or (annotation,)
        return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)

    @cached_property
    def creates(self) -> bool:
        """Whether something is created here, so that an Idempotency-Key applies."""
        return self.operation.creates or "create" in self.endpoint.__code__.co_names

    @cached_property
    def changes(self) -> bool:
        """Whether an existing resource is changed here, so that If-Match applies."""
        return self.operation.command is not None or "do" in self.endpoint.__code__.co_names

    @cached_property
    def known(self) -> KnownParameters:
        """The parameters and form fields of the route."""
        return KnownParameters.of(self)


class CommandRoute(OperationRoute):
    """The route of a use case: from the bytes of a request to its command, and directly to the use case.

    FastAPI describes it, from a signature that is derived from the command, but does not serve it.
    """

    def __init__(
        self,
        path: str,
        use_case: Callable[..., Any],
        operation: Operation,
        shows: type[BaseModel] | View[Any],
        first: First | None = None,
        **described: Any,
    ) -> None:
        if operation.command is None:
            raise TypeError(f"{operation.name} has no command")
        self.command = operation.command
        self.use_case = use_case
        self.first = first
        self.limits = [limit.dependency for limit in described.get("dependencies", ())]
        self.shows = shows if isinstance(shows, View) else _plain(shows)
        super().__init__(
            path,
            described_by(operation, self.command),
            operation,
            response_model=self.shows.model,
            status_code=201 if operation.creates else 200,
            **described,
        )
        missing = set(self.param_convertors) - set(self.command.model_fields)
        if missing:
            raise TypeError(f"{self.command.__name__} has no field for {sorted(missing)} of {path}")
        self.takes_body = len(self.command.model_fields) > len(self.param_convertors)

    def _describe(self) -> None:
        self.endpoint.__signature__ = signature_of(self.operation, self.command, self.path)  # type: ignore[attr-defined]
        super()._describe()

    @cached_property
    def known(self) -> KnownParameters:
        """No query parameters: all input is in the path and the body."""
        return KnownParameters(frozenset(), None)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; methods that are not offered are left to FastAPI."""
        if scope["method"] in self.methods:
            await self._serve(scope, receive, send)
        else:
            await super().handle(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The response to a request; raises exceptions that become problems."""
        for limit in self.limits:
            await limit(request)
        door = await admit(request, self.operation)
        command = await self._read(request)
        if self.first is not None:
            await self.first(door, command)
        reader = self.shows.of(door)
        view = await reader if inspect.isawaitable(reader) else reader
        take = door.create if self.operation.creates else door.do
        return await take(self.use_case, command, view)

    async def _read(self, request: Request) -> Command:
        """The command of a request; ``RequestValidationError`` lists each invalid field."""
        self.known.require(request)
        values: dict[str, Any] = request.path_params
        named = set(values)
        if self.takes_body:
            body = await body_of(request, needed=self.operation.body_needed)
            if twice := named & body.keys():
                raise RequestValidationError([error_at("extra_forbidden", name) for name in sorted(twice)])
            values = values | body
        try:
            return self.command.model_validate(values)
        except ValidationError as error:
            raise RequestValidationError(located_errors(error, named)) from None


def _plain(model: type[BaseModel]) -> View[Any]:
    """The model that shows a result alike to everybody, by its ``of``."""
    of: Callable[[Any], BaseModel] = model.of  # type: ignore[attr-defined]
    return View(model, lambda _: of)


def summary_of(operation: Operation, endpoint: Callable[..., Any]) -> str:
    """The summary of an operation: its label, else the first sentence of its description."""
    if operation.label:
        return operation.label[:1].upper() + operation.label[1:]
    first = inspect.cleandoc(endpoint.__doc__ or operation.name).partition("\n")[0]
    return first.rstrip(".")


class Operations:
    """The operations below one path, as they are declared.

    ``at`` is the prefix of every path. :meth:`create` and :meth:`do` declare a use case, whose second
    parameter is its command; :meth:`get` and :meth:`post` declare a handler.
    """

    def __init__(self, tag: str, at: str = "", *, prefix: str = "/v1") -> None:
        self.tag = tag
        self.root = prefix + at
        self.routes: list[OperationRoute] = []

    def create(
        self,
        path: str,
        use_case: Callable[..., Any],
        *,
        may: May,
        label: str,
        shows: type[BaseModel] | View[Any],
        **described: Any,
    ) -> None:
        """Declare a creation (POST, 201); with an Idempotency-Key it can be repeated safely.

        ``first`` runs before the transaction, with the command, and may refuse it: for slow work, or
        requests to others. ``dependencies`` are limits, which take only the request.
        """
        self._command(path, use_case, may, label, shows, creates=True, **described)

    def do(
        self,
        path: str,
        use_case: Callable[..., Any],
        *,
        may: May,
        label: str,
        shows: type[BaseModel] | View[Any],
        **described: Any,
    ) -> None:
        """Declare a change of an existing resource (POST, 200, or another method by ``methods``).

        ``body_needed=False`` if the body may be left out; the rest as for :meth:`create`.
        """
        self._command(path, use_case, may, label, shows, creates=False, **described)

    def _command(
        self,
        path: str,
        use_case: Callable[..., Any],
        may: May,
        label: str,
        shows: type[BaseModel] | View[Any],
        *,
        creates: bool,
        body_needed: bool = True,
        **described: Any,
    ) -> None:
        command = _command_of(use_case)
        name = use_case.__name__
        operation = Operation(name, label, _permission(may), command, creates, body_needed)
        described = {"methods": ["POST"], "tags": [self.tag]} | described
        self.routes.append(CommandRoute(self.root + path, use_case, operation, shows, **described))

    def get(self, path: str, *, may: May, label: str = "", **described: Any) -> Callable[[F], F]:
        """Declare a handler that reads; with a ``label`` if it is not public."""
        return self._handler("GET", path, may, label, described)

    def post(self, path: str, *, may: May, label: str, **described: Any) -> Callable[[F], F]:
        """Declare a handler that reads its request itself: a file, a form, a secret."""
        return self._handler("POST", path, may, label, described)

    def head(self, path: str, *, may: May, label: str, **described: Any) -> Callable[[F], F]:
        """The same for HEAD, without a GET."""
        return self._handler("HEAD", path, may, label, described)

    def put(self, path: str, *, may: May, label: str, **described: Any) -> Callable[[F], F]:
        """The same for PUT."""
        return self._handler("PUT", path, may, label, described)

    def delete(self, path: str, *, may: May, label: str, **described: Any) -> Callable[[F], F]:
        """The same for DELETE."""
        return self._handler("DELETE", path, may, label, described)

    def _handler(
        self, method: str, path: str, may: May, label: str, described: Mapping[str, Any]
    ) -> Callable[[F], F]:
        def declare(handler: F) -> F:
            operation = Operation(handler.__name__, label, _permission(may))
            more = {"methods": [method], "tags": [self.tag]} | dict(described)
            self.routes.append(OperationRoute(self.root + path, handler, operation, **more))
            return handler

        return declare


def _permission(may: May) -> Permission:
    return may if isinstance(may, Permission) else Permission(may)


def _command_of(use_case: Callable[..., Any]) -> type[Command]:
    """The command class of a use case: the type of its second parameter."""
    _, second, *_ = inspect.signature(use_case).parameters
    kind = get_type_hints(use_case)[second]
    if not (isinstance(kind, type) and issubclass(kind, Command)):
        raise TypeError(f"{use_case.__name__} takes {kind!r}, which is no Command")
    return kind


def operations_of(routes: Sequence[Any]) -> Iterator[OperationRoute]:
    """The operations among the routes of an application."""
    return (route for route in routes if isinstance(route, OperationRoute))
