"""Settings come from exactly named variables; a wrong one stops the start with a message that names it."""

import os
from pathlib import Path

import pytest

from shared.settings import Settings, SettingsError, load_settings, mask_url_secrets, settings_table


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*os.environ]:
        if name.startswith("KEMITRAAN_") or name in {
            "NATS_URL",
            "NATS_CA_FILE",
            "NATS_CREDENTIALS_FILE",
            "DATABASE_URL",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
        }:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_are_all_inside_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.data == tmp_path / "data"
    assert settings.database_for("partners") == f"sqlite:///{tmp_path}/data/partners.sqlite3"
    assert settings.blob_url == f"file://{tmp_path}/data/blobs"
    assert settings.jwks == f"{tmp_path}/data/keys/jwks.json"
    assert settings.signing_key == tmp_path / "data/keys/signing.json"
    assert settings.service_url("partners") == settings.public_url == "http://127.0.0.1:8000"


def test_every_variable_of_the_table_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "KEMITRAAN_HOST": "0.0.0.0",
        "KEMITRAAN_PORT": "9000",
        "NATS_URL": "tls://a:4222, tls://b:4222",
        "NATS_CA_FILE": __file__,
        "NATS_CREDENTIALS_FILE": "/k/{service}.creds",
        "DATABASE_URL": "postgresql://{service}:pw@db/{service}",
        "KEMITRAAN_STREAM_REPLICAS": "3",
        "KEMITRAAN_BLOB_URL": "s3://bucket/prefix",
        "KEMITRAAN_JWKS": "https://id.example/jwks.json",
        "KEMITRAAN_SIGNING_KEY": "/k/signing.json",
        "KEMITRAAN_SMTP_URL": "smtps://u:p@mail.example:465",
        "KEMITRAAN_MAIL_FROM": "Kemitraan <no-reply@example.org>",
        "KEMITRAAN_PUBLIC_URL": "https://kemitraan.example/",
        "KEMITRAAN_PROGRAMS_URL": "http://programs:8000",
        "KEMITRAAN_LOG_LEVEL": "WARNING",
        "KEMITRAAN_LOG_FORMAT": "json",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel:4318",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.port, settings.stream_replicas, settings.log_level) == (9000, 3, "warning")
    assert settings.nats_url == "tls://a:4222,tls://b:4222"
    assert settings.nats_ca == Path(__file__)
    assert settings.nats_credentials_for("products") == "/k/products.creds"
    assert settings.database_for("products") == "postgresql://products:pw@db/products"
    assert settings.service_url("partners") == "https://kemitraan.example"
    assert settings.service_url("programs") == "http://programs:8000"
    assert settings.otlp_endpoint == "http://otel:4318" and settings.log_format == "json"


def test_an_empty_variable_means_the_default_and_port_is_not_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NATS_URL", "DATABASE_URL", "KEMITRAAN_PORT"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PORT", "1")
    assert load_settings().port == 8000
    assert load_settings(port=8123).public_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEMITRAAN_PORT", "99999"),
        ("KEMITRAAN_PORT", "http"),
        ("NATS_URL", "http://a:4222"),
        ("NATS_URL", "nats://a:port"),
        ("NATS_CA_FILE", "/no/such/file.pem"),
        ("DATABASE_URL", "mysql://a/b"),
        ("DATABASE_URL", "sqlite:///one-for-all.sqlite3"),
        ("KEMITRAAN_STREAM_REPLICAS", "2"),
        ("KEMITRAAN_BLOB_URL", "ftp://x"),
        ("KEMITRAAN_SMTP_URL", "mail.example"),
        ("KEMITRAAN_MAIL_FROM", "nobody"),
        ("KEMITRAAN_PUBLIC_URL", "kemitraan.example"),
        ("KEMITRAAN_PRODUCTS_URL", "ftp://x"),
        ("KEMITRAAN_LOG_LEVEL", "loud"),
        ("KEMITRAAN_LOG_FORMAT", "xml"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "otel:4318"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    text = str(refused.value)
    assert text.startswith(f"{name} is {value!r}; it should be ") and text.count("\n") == 0


@pytest.mark.parametrize(
    ("url", "credentials", "said"),
    [
        ("nats://bus.example:4222", "/k/a.creds", "without TLS (nats://bus.example:4222): use tls://"),
        (
            "nats://u:hunter2@10.0.0.1:4222",
            "/k/a.creds",
            "without TLS (nats://u:***@10.0.0.1:4222): use tls://",
        ),
        (
            "tls://bus.example:4222,nats://bus.example:4223",
            "/k/a.creds",
            "(nats://bus.example:4223): use tls://",
        ),
        ("tls://bus.example:4222", "", "NATS_URL leads to another machine: set the path of a .creds file"),
        ("tls://[2001:db8::1]:4222", "", "NATS_URL leads to another machine: set the path of a .creds file"),
    ],
)
def test_a_broker_elsewhere_needs_tls_and_credentials(url: str, credentials: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(nats_url=url, nats_credentials=credentials)
    text = str(refused.value)
    assert text.startswith("NATS_CREDENTIALS_FILE: ") and said in text and text.count("\n") == 0
    assert "hunter2" not in text


@pytest.mark.parametrize(
    "url", ["", "nats://127.0.0.1:4222", "nats://u:p@localhost:4222", "nats://[::1]:4222"]
)
def test_a_broker_on_this_machine_may_be_plain(url: str) -> None:
    assert load_settings(nats_url=url).nats_url == url


def test_two_wrong_values_make_two_lines_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://me:hunter2@db/x")
    monkeypatch.setenv("KEMITRAAN_PORT", "0")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    lines = str(refused.value).splitlines()
    assert [line.split()[0] for line in lines] == ["KEMITRAAN_PORT", "DATABASE_URL"]
    assert "hunter2" not in str(refused.value) and "mysql://me:***@db/x" in lines[1]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("nats://u:p@ss@h:4222,nats://v:w@i", "nats://u:***@h:4222,nats://v:***@i"),
        ("http://h/x?a=1&access_token=abc&b=2", "http://h/x?a=1&access_token=***&b=2"),
        ("nats://abcdefghijklmnopqrstuvwx@h", "nats://***@h"),
        ("plain text: a@b", "plain text: a@b"),
    ],
)
def test_secrets_in_urls_are_masked(text: str, masked: str) -> None:
    assert mask_url_secrets(text) == masked


def test_table_lists_every_setting_with_a_description() -> None:
    table = settings_table()
    assert len(table.splitlines()) == len(Settings.model_fields) + 2
    assert all(info.description for info in Settings.model_fields.values())
    assert "| `NATS_URL` | empty |" in table and "| `KEMITRAAN_DATA` | `./data` |" in table


@pytest.mark.parametrize("wrong", ["keamanan@contoh.id", "http://contoh.id", "mailto:x", "https://a b"])
def test_a_contact_is_an_address_that_machines_understand(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"mailto:security@example\.org"):
        load_settings(security_contact=wrong)
