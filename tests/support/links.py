"""Follows every link of pages, feeds, catalogues, calendars and mails; tells which lead nowhere."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import aiohttp

ALIKE = 3
"""Of links of one shape (same path but for ids, same parameters) so many are followed."""
MOST = 800
LARGEST = 4 * 1024 * 1024
_WRITTEN = re.compile(r"https?://[^\s\"'<>\\^`{|}]+")
_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|(?<=/p/)[^/]+|(?<=/problems/)[^/]+|(?<=/schemas/)[^/]+|[0-9]+"
)
TIMEOUT = aiohttp.ClientTimeout(total=30)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@dataclass
class Links:
    """What was followed from ``start``: the status of each address, and what leads nowhere, with whence."""

    start: str
    statuses: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def kinds(self) -> Counter[str]:
        """How many addresses were followed, by their first folder."""
        return Counter(urlsplit(url).path.split("/")[1] for url in self.statuses)


async def follow(start: str, more: Iterable[tuple[str, str]] = ()) -> Links:
    """Follow from a page and ``more`` addresses (each with where it was found), within the same origin."""
    links, shapes = Links(start), Counter[str]()
    waiting = deque([(start, "the start"), *more])
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        while waiting and len(links.statuses) < MOST:
            url, whence = waiting.popleft()
            url = urldefrag(url).url
            if url in links.statuses or not _ours(url, start):
                continue
            shapes[shape := _shape(url)] += 1
            if shapes[shape] > ALIKE:
                continue
            status, found = await _read(session, url)
            links.statuses[url] = status
            if status >= 400 or status == 0:
                links.broken.append(f"{status or 'no answer'} {url} (from {whence})")
            waiting.extend((urljoin(url, link), url) for link in found)
    return links


def of_mail(content: bytes) -> list[str]:
    """The addresses in a message: in its texts, and in the header that ends a subscription."""
    message = BytesParser(policy=policy.default).parsebytes(content)
    texts = [str(message.get("List-Unsubscribe", ""))]
    texts += [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return sorted({html.unescape(url).rstrip(".,;)") for text in texts for url in _WRITTEN.findall(text)})


def _ours(url: str, start: str) -> bool:
    one, two = urlsplit(url), urlsplit(start)
    return (one.scheme, one.netloc) == (two.scheme, two.netloc)


def _shape(url: str) -> str:
    parts = urlsplit(url)
    return f"{_ID.sub('*', parts.path)}?{sorted({name for name, _ in parse_qsl(parts.query)})}"


async def _read(session: aiohttp.ClientSession, url: str) -> tuple[int, list[str]]:
    """The status of an address, and the links in what it gives."""
    try:
        async with session.get(url) as answer:
            if answer.content_type == "text/event-stream":  # it never ends
                return answer.status, []
            body = (await answer.read())[:LARGEST]
            text = body.decode(
                answer.get_encoding() if "charset" in answer.content_type else "utf-8", "replace"
            )
            return answer.status, _links(answer.content_type, text)
    except (aiohttp.ClientError, TimeoutError):
        return 0, []


def _links(media_type: str, text: str) -> list[str]:
    if media_type == "text/html":
        page = _Page()
        page.feed(text)
        return page.found
    if media_type == "text/calendar":
        text = re.sub(r"\r?\n[ \t]", "", text)
    elif "json" not in media_type and "xml" not in media_type:
        return []
    return [html.unescape(url) for url in _WRITTEN.findall(text)]
