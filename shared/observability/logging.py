"""Structured logging, with ids and without secrets or personal data."""

import logging
import re
import sys
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.settings import mask_url_secrets

_SECRET_NAME = re.compile(
    r"(?:^|[_-])(?:authorization|password|passwd|secret|token|cookie|api[_-]?key|private[_-]?key)$",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(?P<head>Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
# Anything that users send may end up in a line: each expression reads a text once. So a word with an @ is
# found first, and then the address in it.
_JWT = re.compile(r"(?<![\w-])(?:eyJ[\w-]++\.[\w-]++\.[\w-]*+|kmt_[\w-]{20,}+)")
_WORD = re.compile(r"[\w.+%'@-]++")
_EMAIL = re.compile(r".*(?:@|%40)[\w-]++(?:\.[\w-]++)+", re.IGNORECASE)
# With a plus, as in the registry, or as Indonesians write them: 0812…, 62 812-….
_PHONE = re.compile(r"(?<![\w.+-])(?:\+[1-9](?:[ .-]?\d){7,14}|(?:0|62[ -]?)8(?:[ -]?\d){7,11})(?![\w-])")
# PostgreSQL's detail of a constraint violation: “Key (user_name)=(…) already exists.”
_KEY = re.compile(
    r"(?P<head>\bKey \([^()\n]{0,200}\)=)(?:\(.*\)(?P<tail> (?:already|is|conflicts))|.*)"
    r"|(?P<row>Failing row contains ).*"
)

_OWN_HANDLERS = ("uvicorn", "faststream", "sqlalchemy", "nats", "aiohttp", "alembic", "mail.log")
# Below warning these log statements with their values, or one line per call.
_QUIET = (
    "sqlalchemy",
    "alembic",
    "aiosqlite",
    "asyncio",
    "urllib3",
    "aiohttp.access",
    # The start and stop of servers, also of one for a simulated history.
    "uvicorn.error",
    # Addresses may contain search words such as names: counts and traces use the route.
    "uvicorn.access",
    "mail.log",
)


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace sensitive data by ***: secrets, e-mail addresses and phone numbers.

    Secrets are recognised by their field names, and in URLs, headers and tokens in any text.
    """
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: object, value: Any) -> Any:
    if isinstance(name, str) and _SECRET_NAME.search(name):
        return "***" if value else value
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        text = mask_url_secrets(value) if "://" in value or "?" in value else value
        return _without_people(_JWT.sub("***", _BEARER.sub(r"\g<head> ***", text)))
    if isinstance(value, dict):
        return {inner: _masked(inner, held) for inner, held in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", held) for held in value]
    return value


def _without_people(text: str) -> str:
    if "@" in text or "%40" in text:
        text = _WORD.sub(_without_address, text)
    if "Key (" in text or "Failing row" in text:
        text = _KEY.sub(lambda hit: f"{hit['head'] or hit['row']}***{hit['tail'] or ''}", text)
    return _PHONE.sub("***", text)


def _without_address(word: re.Match[str]) -> str:
    address = _EMAIL.match(word[0])
    return f"***{word[0][address.end() :]}" if address else word[0]


def _as_json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure_logging(
    level: str = "info", shape: Literal["console", "json"] = "console", stream: TextIO | None = None
) -> None:
    """Send every log line of the process to `stream` (standard error); calling it again replaces the set-up.

    Values bound with `structlog.contextvars` (correlation_id, causation_id, service) are in each line, also
    in lines of libraries.
    """
    target = stream or sys.stderr
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    render: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if shape == "json":
        render.append(structlog.processors.JSONRenderer(serializer=_as_json))
    else:
        # Plain tracebacks: pretty ones print local variables, which may be secret.
        plain = structlog.dev.plain_traceback
        render.append(structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=plain))

    handler = logging.StreamHandler(target)
    # asyncio logs this at the end of every TLS connection of nats-py; it is harmless.
    handler.addFilter(lambda record: "eof_received() has no effect" not in str(record.msg))
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=common, processors=render))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    _let_libraries_propagate()

    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        # The standard library keeps level and stream, so that cached loggers follow a new set-up.
        cache_logger_on_first_use=True,
    )


def _let_libraries_propagate() -> None:
    """Remove the handlers of libraries' loggers, so that no line is written twice or unformatted."""
    for name in [*_OWN_HANDLERS, *logging.root.manager.loggerDict]:
        if name.startswith(_OWN_HANDLERS):
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))
