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
    # A wildcard address can be bound but not visited.
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # nosec B104
    return f"http://{reachable}:{fields['port']}"


def _public(fields: dict[str, Any]) -> str:
    return str(fields["public_url"])


def _of_service(service: str) -> Any:
    return _setting(
        f"Address at which the portal reads the {service} service.", _HTTP, _public, shown="the public URL"
    )


_HTTP = N_("an http:// or https:// URL")
_DAYS = N_("a whole number of days from 1 to 36500")
_RATE = N_("a number per second, minute, hour or day (600/minute), or none for no limit")


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
        "a writable folder",
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
        "Certificate authority for verifying the NATS servers' certificates.",
        "the path of a PEM file, made by `kemitraan keys init`",
        None,
        env="NATS_CA_FILE",
        shown="the system's",
    )
    nats_credentials: str = _setting(
        "Credentials of the service's NATS user; `{service}` becomes its name (`provisioner` for `streams`).",
        "the path of a .creds file; required for servers on other machines",
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
        "Store of uploaded files.",
        "s3://bucket/prefix, or file:///absolute/folder",
        lambda fields: Path(fields["data"], "blobs").as_uri(),
        shown="file://<data>/blobs",
    )
    jwks: str = _setting(
        "Public keys for verifying tokens.",
        "the path of a JWK Set, or its http(s) URL",
        _in_data("keys", "jwks.json"),
        shown="<data>/keys/jwks.json",
    )
    signing_key: Path = _setting(
        "Private key for signing tokens (`kemitraan token`); created if missing.",
        "the path of a private JWK",
        _in_data("keys", "signing.json"),
        shown="<data>/keys/signing.json",
    )
    smtp_url: str = _setting(
        "Mail server for outgoing notices; without one, mail waits (`kemitraan up --demo` receives it).",
        "smtp://host:port or smtps://user:password@host:port",
        "",
    )
    mail_from: str = _setting("Sender of outgoing mail.", "one e-mail address", "kemitraan@localhost")
    trusted_proxies: str = _setting(
        "Reverse proxies; only their X-Forwarded-For and X-Forwarded-Proto headers are trusted.",
        "addresses and networks (10.1.0.0/16), separated by commas",
        "",
    )
    limit_address: str = _setting(
        "Rate limit of requests without an account, per address (an IPv6 /64 network counts as one).",
        _RATE,
        "1200/minute",
    )
    limit_account: str = _setting("Rate limit of requests of one account.", _RATE, "6000/minute")
    limit_public_writes: str = _setting(
        "Rate limit of changes without an account (subscribe, confirm, unsubscribe), per address.",
        _RATE,
        "30/minute",
    )
    limit_exempt: str = _setting(
        "Addresses without a rate limit, unless a proxy forwards their requests: this machine, and the "
        "portal's.",
        "addresses and networks, separated by commas, or none",
        "127.0.0.0/8,::1",
    )
    probes_from: str = _setting(
        "Addresses that may read /readyz and /metrics; never through a proxy.",
        "addresses and networks, separated by commas, or none",
        "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
    )
    metrics_token: SecretStr = _setting(
        "Bearer token that /metrics requires from every address; empty: KEMITRAAN_PROBES_FROM decides.",
        "at least 16 characters without spaces, as in Prometheus' `credentials_file`",
        SecretStr(""),
        shown="empty",
    )
    arrival_seconds: float = _setting(
        "How long the head of a request may take to arrive, and each further part of its body.",
        "seconds, at least 1",
        20.0,
    )
    answer_seconds: float = _setting(
        "How long a request may be processed before its response begins; archives are exempt.",
        "seconds, at least 1",
        60.0,
    )
    webhook_allow: str = _setting(
        "Webhook endpoints allowed outside the public network: for development, or an agency's own.",
        "host names, addresses (also with a port) and networks (10.1.0.0/16), separated by commas",
        "",
    )
    public_url: str = _setting("Public address of the system.", _HTTP, _own_url, shown="http://<host>:<port>")
    publisher: str = _setting("Publisher of the open data.", "a name", "Kemitraan")
    contact: str = _setting(
        "Contact for questions about this installation and its data.",
        "one e-mail address; empty: the public URL is given instead",
        "",
    )
    security_contact: str = _setting(
        "Contact for security reports, published in /.well-known/security.txt; empty: no such file.",
        "a mailto: or https: address (mailto:security@example.org)",
        "",
    )
    licence: str = _setting(
        "Licence of the open data.",
        "the URL of a licence",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    partners_url: str = _of_service("partners")
    programs_url: str = _of_service("programs")
    products_url: str = _of_service("products")
    notifications_url: str = _of_service("notifications")
    identity_url: str = _of_service("identity")
    portal_url: str = _setting(
        "Address of the portal for readiness checks.", _HTTP, _public, shown="the public URL"
    )
    access_minutes: int = _setting(
        "Lifetime of access tokens; a shorter one causes more exchanges.",
        "a whole number from 5 to 15",
        10,
    )
    session_idle_hours: int = _setting(
        "Hours without use after which a session ends.", "a whole number from 1 to 168", 8
    )
    session_days: int = _setting(
        "Days after which a session ends in any case.", "a whole number from 1 to 30", 7
    )
    keep_retired_persons_days: int = _setting(
        "How long names and contact details of retired persons are kept; the id stays.", _DAYS, 1825
    )
    keep_ended_memberships_days: int = _setting("How long ended memberships are kept.", _DAYS, 3650)
    keep_closed_accounts_days: int = _setting(
        "How long names and addresses of closed accounts are kept; the id stays.", _DAYS, 365
    )
    keep_addresses_days: int = _setting(
        "How long addresses of ended subscriptions and of finished deliveries are kept.", _DAYS, 90
    )
    keep_audit_days: int = _setting("How long entries of the audit log are kept.", _DAYS, 1825)
    keep_answers_days: int = _setting(
        "How long responses to requests with an Idempotency-Key are kept.", _DAYS, 7
    )
    keep_reports_days: int = _setting(
        "How long the texts of residents' reports are kept after they were sent; numbers stay.", _DAYS, 180
    )
    keep_report_contacts_days: int = _setting(
        "How long a telephone number or address of the sender of a report is kept after the answer.",
        _DAYS,
        14,
    )
    report_hours: int = _setting(
        "Hours in which a report from a resident is to be answered; after that the clock warns.",
        "a whole number from 1 to 720",
        72,
    )
    emergency_number: str = _setting(
        "Emergency number that residents are shown when a life is in danger.",
        "two to twelve digits, perhaps with spaces (112)",
        "112",
    )
    oidc_issuer: str = _setting(
        "OpenID Connect provider for signing in; empty: people sign in with passwords stored here.",
        "an https:// URL, exactly as the provider writes it; http:// on this machine only",
        "",
    )
    oidc_client_id: str = _setting("Client id of this installation at the provider.", "the client's id", "")
    oidc_client_secret: SecretStr = _setting(
        "Client secret of this installation at the provider; empty for a public client.",
        "the client's secret",
        SecretStr(""),
        shown="empty",
    )
    oidc_scope: str = _setting(
        "Scopes requested from the provider; some send groups only if requested.",
        "openid and other scopes of the provider, separated by spaces",
        "openid email",
    )
    oidc_roles: str = _setting(
        "Roles that the provider grants: values of a claim, each with its agency and role. These roles are "
        "granted and withdrawn at each sign-in; all others remain with the administrators.",
        "value=agency:role, separated by semicolons (binmas=polresta-contoh:coordinator); "
        "neither operator nor custodian",
        "",
    )
    oidc_roles_claim: str = _setting(
        "Claim of the ID token that contains these values; a dot leads into an object (realm.roles).",
        "the name of a claim",
        "groups",
    )
    time_zone: ZoneInfo = _setting(
        "Time zone of the users: it determines when a day begins.",
        "an IANA time zone, such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura",
        ZoneInfo("Asia/Jakarta"),
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "Minimum severity of log lines.", "debug, info, warning or error", "info"
    )
    log_format: Literal["console", "json"] = _setting("Format of log lines.", "console or json", "console")
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
        "keep_reports_days",
        "keep_report_contacts_days",
    )
    @classmethod
    def _some_days(cls, value: int) -> int:
        return _require(value, 1 <= value <= 36500)

    @field_validator("report_hours")
    @classmethod
    def _some_hours(cls, value: int) -> int:
        return _require(value, 1 <= value <= 720)

    @field_validator("emergency_number")
    @classmethod
    def _a_number_to_call(cls, value: str) -> str:
        return _require(value, re.fullmatch(r"[0-9](?: ?[0-9]){1,11}", value) is not None)

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
        return value  # exactly as the provider writes it: tokens are compared character by character

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
                "NATS_URL leads to another machine without TLS (%(urls)s): use tls://", urls=", ".join(plain)
            )
            raise ValueError(text)
        if away and not value:
            raise ValueError(
                _("it is empty, and NATS_URL leads to another machine: set the path of a .creds file")
            )
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
        return value  # exactly as its publisher writes it: harvesters compare it character by character

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


_EXPLAINED = {"nats_credentials"}  # the error there follows from another setting


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
