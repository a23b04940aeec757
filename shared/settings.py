"""Settings: environment variables with defaults, descriptions and validation."""

import re
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.i18n import N_
from shared.i18n.terminal import _
from shared.identity.role_mapping import RoleMapping
from shared.networks import hosts_and_networks, places_with_ports
from shared.rates import Rate
from shared.service_names import WITH_DATA

T = TypeVar("T")


_URL_PASSWORD = re.compile(r"(?P<head>[a-z][a-z0-9+.-]{0,30}://[^\s/:@]*:)[^\s/]*(?=@)", re.IGNORECASE)
_URL_TOKEN = re.compile(r"(?P<head>://)[^\s/:@]{20,}(?=@)")
_QUERY_SECRET = re.compile(
    r"(?P<head>[?&;](?:[\w-]*(?:token|password|passwd|secret|signature|api_?key))=)[^\s&;#]+", re.IGNORECASE
)


class SettingsError(Exception):
    """A setting is wrong; the text gives the variable, the value and what would be valid."""


def mask_url_secrets(text: str) -> str:
    """Replace passwords and tokens inside URLs by ***."""
    for pattern in (_URL_PASSWORD, _URL_TOKEN, _QUERY_SECRET):
        text = pattern.sub(r"\g<head>***", text)
    return text


def _setting(description: str, right: str, default: Any = None, *, env: str = "", shown: str = "") -> Any:
    """A field with its meaning, its valid values, and the display of a computed default."""
    given: dict[str, Any] = {"default_factory": default} if callable(default) else {"default": default}
    if env:
        given["validation_alias"] = env
    return Field(description=description, json_schema_extra={"right": right, "shown": shown}, **given)


def _in_data(*parts: str) -> Any:
    return lambda fields: str(Path(fields["data"], *parts))


def _own_url(fields: dict[str, Any]) -> str:
    host: str = fields["host"]
    # A wildcard address can be listened on but not visited.
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # nosec B104
    return f"http://{reachable}:{fields['port']}"


def _public(fields: dict[str, Any]) -> str:
    return str(fields["public_url"])


def _of_service(service: str) -> Any:
    return _setting(f"Where the portal reads the {service} service.", _HTTP, _public, shown="the public URL")


_HTTP = N_("an http:// or https:// URL")
_DAYS = N_("a whole number of days from 1 to 36500")
_RATE = N_("a number a second, minute, hour or day (600/minute), or none for no limit")


class Settings(BaseSettings):
    """The settings of one process, read from the environment only."""

    model_config = SettingsConfigDict(
        env_prefix="KEMITRAAN_",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        validate_default=True,
        str_strip_whitespace=True,
    )

    host: str = _setting("Address that HTTP listens on.", "a host name or address", "127.0.0.1")
    port: int = _setting("Port that HTTP listens on.", "a whole number from 1 to 65535", 8000)
    data: Path = _setting(
        "Folder for SQLite files, uploads, keys, the embedded broker's store and the local mail sink.",
        "a folder that can be written",
        Path("data"),
        shown="./data",
    )
    nats_url: str = _setting(
        "NATS servers; empty starts an embedded nats-server.",
        "tls:// URLs, separated by commas; nats:// on this machine only",
        "",
        env="NATS_URL",
    )
    nats_ca: Path | None = _setting(
        "Certificate authority that NATS servers' certificates are checked with.",
        "the path of a PEM file, made by `kemitraan keys init`",
        None,
        env="NATS_CA_FILE",
        shown="the system's",
    )
    nats_credentials: str = _setting(
        "Credentials of the service's NATS user; `{service}` becomes its name (`provisioner` for `streams`).",
        "the path of a .creds file; needed for servers that are not on this machine",
        "",
        env="NATS_CREDENTIALS_FILE",
    )
    database_url: str = _setting(
        "Database; `{service}` becomes the service's name.",
        "postgresql://user:password@host/database, or sqlite:///<path with {service} in it>",
        lambda fields: f"sqlite:///{fields['data']}/{{service}}.sqlite3",
        env="DATABASE_URL",
        shown="sqlite:///<data>/{service}.sqlite3",
    )
    stream_replicas: int = _setting(
        "JetStream replicas of every stream; 3 in a cluster.",
        "1, 3 or 5 (at most one per NATS server)",
        1,
    )
    blob_url: str = _setting(
        "Where uploaded files are kept.",
        "s3://bucket/prefix, or file:///absolute/folder",
        lambda fields: Path(fields["data"], "blobs").as_uri(),
        shown="file://<data>/blobs",
    )
    jwks: str = _setting(
        "Public keys that tokens are checked with.",
        "the path of a JWK Set, or its http(s) URL",
        _in_data("keys", "jwks.json"),
        shown="<data>/keys/jwks.json",
    )
    signing_key: Path = _setting(
        "Private key that `kemitraan token` signs with; created when missing.",
        "the path of a private JWK",
        _in_data("keys", "signing.json"),
        shown="<data>/keys/signing.json",
    )
    smtp_url: str = _setting(
        "Mail server for outgoing notices; without one mail waits (`kemitraan up --demo` takes it itself).",
        "smtp://host:port or smtps://user:password@host:port",
        "",
    )
    mail_from: str = _setting("Sender of outgoing mail.", "one e-mail address", "kemitraan@localhost")
    trusted_proxies: str = _setting(
        "Proxies in front; X-Forwarded-For and X-Forwarded-Proto are believed of these alone.",
        "addresses and networks (10.1.0.0/16), separated by commas",
        "",
    )
    limit_address: str = _setting(
        "Requests without an account from one address (an IPv6 network of 64 bits counts as one).",
        _RATE,
        "1200/minute",
    )
    limit_account: str = _setting("Requests of one account.", _RATE, "6000/minute")
    limit_public_writes: str = _setting(
        "What anybody may send without an account (subscribe, confirm, unsubscribe), from one address.",
        _RATE,
        "30/minute",
    )
    limit_exempt: str = _setting(
        "From where requests are not counted, unless a proxy passes them on: the machine itself, and where "
        "the portal reads from.",
        "addresses and networks, separated by commas, or none",
        "127.0.0.0/8,::1",
    )
    probes_from: str = _setting(
        "Who may read /readyz and /metrics; never what a proxy passes on.",
        "addresses and networks, separated by commas, or none",
        "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
    )
    metrics_token: SecretStr = _setting(
        "Bearer token that /metrics asks for, from whatever address; empty: KEMITRAAN_PROBES_FROM decides.",
        "at least 16 letters, digits and signs without spaces, as Prometheus' `credentials_file` has them",
        SecretStr(""),
        shown="empty",
    )
    arrival_seconds: float = _setting(
        "How long a request's head may take to arrive, and each next piece of its body.",
        "seconds, from 1 on",
        20.0,
    )
    answer_seconds: float = _setting(
        "How long the work on a request may take until its answer begins; archives are not held to it.",
        "seconds, from 1 on",
        60.0,
    )
    webhook_allow: str = _setting(
        "Where webhooks may go beside the public network: endpoints for development, or an agency's own.",
        "host names, addresses (also with a port) and networks (10.1.0.0/16), separated by commas",
        "",
    )
    public_url: str = _setting(
        "Address under which people reach the system.", _HTTP, _own_url, shown="http://<host>:<port>"
    )
    publisher: str = _setting("Who publishes what is open data here.", "a name", "Kemitraan")
    contact: str = _setting(
        "Whom people write to about this installation and its data.",
        "one e-mail address; empty: the public URL is told instead",
        "",
    )
    security_contact: str = _setting(
        "Where people report a weakness of this installation: told in /.well-known/security.txt, which is "
        "not there while this is empty.",
        "a mailto: or https: address (mailto:security@example.org)",
        "",
    )
    licence: str = _setting(
        "Under which licence what is published may be used again.",
        "the URL of a licence",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    partners_url: str = _of_service("partners")
    programs_url: str = _of_service("programs")
    products_url: str = _of_service("products")
    notifications_url: str = _of_service("notifications")
    identity_url: str = _of_service("identity")
    portal_url: str = _setting(
        "Where the portal is asked whether it is ready.", _HTTP, _public, shown="the public URL"
    )
    access_minutes: int = _setting(
        "How long an access token lives; a shorter life makes for more exchanges.",
        "a whole number from 5 to 15",
        10,
    )
    session_idle_hours: int = _setting(
        "After how many hours without use a session ends.", "a whole number from 1 to 168", 8
    )
    session_days: int = _setting(
        "After how many days a session ends in any case.", "a whole number from 1 to 30", 7
    )
    keep_retired_persons_days: int = _setting(
        "How long names and addresses of retired persons are kept; the id stays.", _DAYS, 1825
    )
    keep_ended_memberships_days: int = _setting(
        "How long it is kept who belonged to an organisation.", _DAYS, 3650
    )
    keep_closed_accounts_days: int = _setting(
        "How long names and addresses of closed accounts are kept; the id stays.", _DAYS, 365
    )
    keep_addresses_days: int = _setting(
        "How long addresses of ended subscriptions, and of deliveries that are settled, are kept.", _DAYS, 90
    )
    keep_audit_days: int = _setting("How long entries of the audit log are kept.", _DAYS, 1825)
    keep_answers_days: int = _setting(
        "How long answers are kept for requests that may be sent again (Idempotency-Key).", _DAYS, 7
    )
    oidc_issuer: str = _setting(
        "OpenID Connect provider through which people sign in; empty: with passwords that are kept here.",
        "an https:// URL, exactly as the provider writes it; http:// on this machine only",
        "",
    )
    oidc_client_id: str = _setting("What the provider calls this installation.", "the client's id", "")
    oidc_client_secret: SecretStr = _setting(
        "The client's secret at the provider; empty for a public client.",
        "the client's secret",
        SecretStr(""),
        shown="empty",
    )
    oidc_scope: str = _setting(
        "What the provider is asked to tell; some tell of groups only if asked.",
        "openid and what else the provider knows, separated by spaces",
        "openid email",
    )
    oidc_roles: str = _setting(
        "Which roles the provider gives: values of a claim, each with the agency and the role it stands for. "
        "These roles come and go with the claim at each sign-in; all others stay with the administrators.",
        "value=agency:role, separated by semicolons (binmas=polresta-contoh:coordinator); "
        "neither operator nor custodian",
        "",
    )
    oidc_roles_claim: str = _setting(
        "The claim of the ID token in which these values stand; a dot leads into an object (realm.roles).",
        "the name of a claim",
        "groups",
    )
    time_zone: ZoneInfo = _setting(
        "Where the users live: it says when a day begins.",
        "an IANA time zone, such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura",
        ZoneInfo("Asia/Jakarta"),
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "Least severe log line that is written.", "debug, info, warning or error", "info"
    )
    log_format: Literal["console", "json"] = _setting("Shape of log lines.", "console or json", "console")
    otlp_endpoint: str = _setting(
        "OpenTelemetry collector (OTLP over HTTP); traces are sent when set.",
        _HTTP,
        "",
        env="OTEL_EXPORTER_OTLP_ENDPOINT",
    )

    def database_for(self, service: str) -> str:
        """Return the database URL of `service`."""
        return self.database_url.replace("{service}", service)

    def nats_credentials_for(self, user: str) -> str:
        """Return the path of the credentials of `user`, empty when there are none."""
        return self.nats_credentials.replace("{service}", user)

    def service_url(self, service: str) -> str:
        """Return the base URL (no trailing slash) of a service's HTTP API."""
        if service not in WITH_DATA:
            raise KeyError(service)
        return str(getattr(self, f"{service}_url"))

    @field_validator("port")
    @classmethod
    def _a_port(cls, value: int) -> int:
        return _require(value, 1 <= value <= 65535)

    @field_validator("access_minutes", "session_idle_hours", "session_days")
    @classmethod
    def _a_life(cls, value: int, info: ValidationInfo) -> int:
        least, most = {"access_minutes": (5, 15), "session_idle_hours": (1, 168)}.get(
            str(info.field_name), (1, 30)
        )
        return _require(value, least <= value <= most)

    @field_validator(
        "keep_retired_persons_days",
        "keep_ended_memberships_days",
        "keep_closed_accounts_days",
        "keep_addresses_days",
        "keep_audit_days",
        "keep_answers_days",
    )
    @classmethod
    def _some_days(cls, value: int) -> int:
        return _require(value, 1 <= value <= 36500)

    def days(self, setting: str) -> int:
        """Return for how many days something is retained, by the name of the setting."""
        count: int = getattr(self, setting)
        return count

    @field_validator("stream_replicas")
    @classmethod
    def _an_odd_few(cls, value: int) -> int:
        return _require(value, value in (1, 3, 5))

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("nats_url", "otlp_endpoint", "smtp_url", "public_url", "blob_url")
    @classmethod
    def _a_url(cls, value: str, info: ValidationInfo) -> str:
        return _checked_urls(value, str(info.field_name))

    @field_validator("portal_url", *(f"{service}_url" for service in WITH_DATA))
    @classmethod
    def _a_service_url(cls, value: str) -> str:
        return _checked_urls(value, "public_url")

    @field_validator("oidc_issuer")
    @classmethod
    def _an_issuer(cls, value: str) -> str:
        _checked_urls(value, "oidc_issuer")
        parts = urlsplit(value)
        _require(value, parts.scheme != "http" or parts.hostname in ("127.0.0.1", "::1", "localhost"))
        return value  # as the provider writes it: tokens are compared with it sign by sign

    @field_validator("oidc_scope")
    @classmethod
    def _a_scope(cls, value: str) -> str:
        return _require(value, "openid" in value.split())

    @field_validator("oidc_roles")
    @classmethod
    def _a_mapping(cls, value: str) -> str:
        RoleMapping.parse(value)
        return value

    @field_validator("oidc_roles_claim")
    @classmethod
    def _a_claim(cls, value: str) -> str:
        return _require(value, bool(value) and value.isprintable())

    @field_validator("webhook_allow", "trusted_proxies", "limit_exempt", "probes_from")
    @classmethod
    def _places(cls, value: str, info: ValidationInfo) -> str:
        hooks = info.field_name == "webhook_allow"
        text = places_with_ports(value)[1] if hooks else value
        names, _networks = hosts_and_networks("" if text == "none" else text)
        _require(value, not names or hooks)
        return "" if value == "none" else value

    @field_validator("metrics_token")
    @classmethod
    def _a_token(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        return _require(value, not text or re.fullmatch(r"[!-~]{16,}", text) is not None)

    @field_validator("limit_address", "limit_account", "limit_public_writes")
    @classmethod
    def _a_rate(cls, value: str) -> str:
        Rate.parse(value)
        return value

    @field_validator("arrival_seconds", "answer_seconds")
    @classmethod
    def _some_time(cls, value: float) -> float:
        return _require(value, 1 <= value <= 86400)

    @field_validator("nats_ca")
    @classmethod
    def _a_file(cls, value: Path | None) -> Path | None:
        return _require(value, value is None or value.is_file())

    @field_validator("nats_credentials")
    @classmethod
    def _guarded_off_this_machine(cls, value: str, info: ValidationInfo) -> str:
        away = [url for url in info.data.get("nats_url", "").split(",") if url and not _on_this_machine(url)]
        plain = [mask_url_secrets(url) for url in away if not url.startswith("tls://")]
        if plain:
            text = _(
                "NATS_URL goes off this machine without TLS (%(urls)s): use tls://", urls=", ".join(plain)
            )
            raise ValueError(text)
        if away and not value:
            raise ValueError(_("it is empty, and NATS_URL goes off this machine: name a .creds file"))
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, value: str) -> str:
        parts = urlsplit(value)
        # Services never share a SQLite file: each file has one writing process and one schema.
        sqlite = parts.scheme == "sqlite" and "{service}" in parts.path
        return _require(value, sqlite or (parts.scheme == "postgresql" and bool(parts.path.strip("/"))))

    @field_validator("licence")
    @classmethod
    def _a_licence(cls, value: str) -> str:
        _checked_urls(value, "public_url")
        return value  # as its publisher writes it: harvesters compare it sign by sign

    @field_validator("security_contact")
    @classmethod
    def _a_way_to_report(cls, value: str) -> str:
        right = re.fullmatch(r"mailto:[^@\s]+@[^@\s]+|https://[^\s/]+\S*", value) is not None
        return _require(value, not value or (right and value.isprintable() and value.isascii()))

    @field_validator("mail_from", "contact")
    @classmethod
    def _an_address(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "contact":
            return value
        address = parseaddr(value)[1]
        return _require(value, re.fullmatch(r"[^@\s]+@[^@\s]+", address) is not None and value.isprintable())


_SCHEMES = {
    "nats_url": {"nats", "tls"},
    "smtp_url": {"smtp", "smtps"},
    "blob_url": {"s3", "file"},
    "public_url": {"http", "https"},
    "otlp_endpoint": {"http", "https"},
    "oidc_issuer": {"http", "https"},
}


def _checked_urls(value: str, field: str) -> str:
    """Validate the scheme and host of a URL (of each, if a list is allowed), and remove a trailing slash."""
    urls = (
        [url.strip().rstrip("/") for url in value.split(",")] if field == "nats_url" else [value.rstrip("/")]
    )
    for url in filter(None, urls) if len(urls) == 1 else urls:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises ValueError when it is no number)
        _require(url, parts.scheme in _SCHEMES[field] and bool(parts.hostname or parts.scheme == "file"))
    return ",".join(urls)


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require(value: T, right: bool) -> T:
    if not right:
        raise ValueError("wrong")
    return value


def _variable(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"KEMITRAAN_{field.upper()}"


def _extra(field: str, key: str) -> str:
    extra = Settings.model_fields[field].json_schema_extra
    return str(extra[key]) if isinstance(extra, dict) else ""


def load_settings(**given: Any) -> Settings:
    """Read the environment, which `given` fields override; raises SettingsError naming every wrong value."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


_EXPLAINED = {"nats_credentials"}  # what is wrong there follows from another setting


def _explain(error: ValidationError) -> str:
    by_name = {name: name for name in Settings.model_fields} | {
        _variable(n): n for n in Settings.model_fields
    }
    lines = []
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0])
        if problem["type"] == "default_factory_not_called":
            continue  # it only follows from another wrong value, which has its own line
        field = by_name.get(name)
        if field is None:
            lines.append(_("%(variable)s is not a setting.", variable=name))
            continue
        if (reason := str(problem.get("ctx", {}).get("error", "wrong"))) != "wrong" and field in _EXPLAINED:
            lines.append(f"{_variable(field)}: {reason}.")
            continue
        secret = Settings.model_fields[field].annotation is SecretStr
        value = "***" if secret else mask_url_secrets(str(problem["input"]))
        facts = {"variable": _variable(field), "value": repr(value), "right": _(_extra(field, "right"))}
        lines.append(_("%(variable)s is %(value)s; it should be %(right)s.", **facts))
    return "\n".join(lines)


def settings_table() -> str:
    """Render every setting as a Markdown table, for the documentation."""
    lines = ["| Variable | Default | Meaning | A right value |", "|---|---|---|---|"]
    for field, info in Settings.model_fields.items():
        default = _extra(field, "shown") or str(info.default)
        shown = f"`{default}`" if default and " " not in default else default or "empty"
        lines.append(f"| `{_variable(field)}` | {shown} | {info.description} | {_extra(field, 'right')} |")
    return "\n".join(lines) + "\n"
