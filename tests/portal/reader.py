"""A browser without a window, as the tests of the pages use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from tests.identity.world import GOOD
from tests.support.system import System

OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Got:
    """An answer to a browser."""

    status: int
    headers: Any
    text: str
    cookies: SimpleCookie


@dataclass
class Reader:
    """A browser without a window: it keeps the cookies that it is given."""

    here: System
    cookies: dict[str, str] = field(default_factory=dict)

    async def open(self, path: str, **headers: str) -> Got:
        """Open a page; redirections are not followed."""
        return await self._asked("GET", path, None, headers)

    async def send(self, path: str, headers: dict[str, str] | None = None, **typed: str | list[str]) -> Got:
        """Send a form from a page of the portal, unless ``headers`` say otherwise."""
        several = [
            (name, item)
            for name, value in typed.items()
            for item in ([value] if isinstance(value, str) else value)
        ]
        return await self._asked("POST", path, several, OURS if headers is None else headers)

    async def sign_in(self, name: str = "ani", password: str = GOOD, code: str = "") -> Got:
        """Try to sign in."""
        return await self.send("/sign-in", user_name=name, password=password, code=code)

    async def _asked(self, method: str, path: str, typed: Any, headers: dict[str, str]) -> Got:
        sent = {"Accept-Language": "en", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = self.here.url + path
        async with self.here.session.request(
            method, url, data=typed, headers=sent, allow_redirects=False
        ) as answer:
            got = Got(answer.status, answer.headers, await answer.text(errors="replace"), answer.cookies)
        for name, morsel in got.cookies.items():
            if morsel.value and morsel["max-age"] != "0":
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        return got
