"""What FastAPI describes a command's route by: a function with the address's fields and the body's model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, create_model

from shared.command import Command, Part
from shared.http.operation import Operation


def described_by(operation: Operation, command: type[Command]) -> Callable[..., Any]:
    """A function that FastAPI describes like a handler."""

    async def described() -> None:
        raise AssertionError(f"{operation.name} is described by this, and served by its route")

    described.__name__ = operation.name
    described.__doc__ = inspect.cleandoc(command.__doc__ or "")
    described.__module__ = command.__module__
    return described


def signature_of(operation: Operation, command: type[Command], path: str) -> Signature:
    """Its parameters: the path's fields, and the body's model."""
    parameters, body = [], {}
    for field, info in command.model_fields.items():
        if f"{{{field}}}" in path:
            named: Any = Annotated[info.annotation, *info.metadata, Path(description=info.description)]
            parameters.append(Parameter(field, Parameter.KEYWORD_ONLY, annotation=named))
        else:
            body[field] = (info.annotation, info)
    if body:
        needed = operation.body_needed
        model = _body_model(command, body)
        default = Parameter.empty if needed else None
        brought: Any = model if needed else model | None
        parameters.append(Parameter("body", Parameter.KEYWORD_ONLY, annotation=brought, default=default))
    return Signature(parameters)


def _body_model(command: type[Command], fields: Mapping[str, Any]) -> type[BaseModel]:
    """The model of the body: the command itself if the path has none of its fields."""
    if len(fields) == len(command.model_fields):
        return command
    return create_model(
        command.__name__,
        __base__=Part,
        __doc__=command.__doc__,
        __module__=command.__module__,
        **fields,
    )
