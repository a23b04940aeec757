"""A name server that answers what a test tells it, at the edge of the process."""

from __future__ import annotations

import socket
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any

import pytest


class Names:
    """What names lead to: each list of addresses is one answer, and the last one stays."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []

    def tell(self, name: str, *answers: list[str]) -> None:
        """From now on ``name`` leads to each answer in turn."""
        self.answers[name] = chain(answers, repeat(answers[-1]))


def told(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Answers for the names that a test tells; others are not found, and addresses are themselves."""
    names = Names()
    real: Callable[..., list[Any]] = socket.getaddrinfo

    def answer(host: Any, port: Any, *rest: Any, **more: Any) -> list[Any]:
        if host in names.answers:
            names.asked.append(host)
            answered: list[str] = next(names.answers[host])
            return [_info(item, port) for item in answered]
        return _numeric(real, host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return names


def _info(address: str, port: Any) -> Any:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port or 0, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port or 0))


def _numeric(real: Callable[..., list[Any]], host: Any, port: Any, *rest: Any, **more: Any) -> list[Any]:
    """Whatever is written in numbers (in any of C's spellings), without asking a name server."""
    try:
        flags = more.get("flags", 0) | socket.AI_NUMERICHOST
        return real(host, port, *rest, **more | {"flags": flags})
    except socket.gaierror:
        if host in ("localhost", ""):
            return real(host, port, *rest, **more)
        raise
