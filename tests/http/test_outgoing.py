"""Nothing is sent to where only insiders may go, however it is written and wherever it leads later."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.http import outgoing
from shared.http.outgoing import OutgoingGuard, OutgoingRefused
from shared.networks import hosts_and_networks
from tests.support.names import Names, told
from tests.support.webhook import WebhookReceiver

PUBLIC = "93.184.215.14"

WRITTEN = {
    # Loopback and this host, in every spelling.
    "http://127.0.0.1/": "host-not-public",
    "http://127.127.127.127/": "host-not-public",
    "http://127.1/": "host-not-plain",
    "http://127.0.1/": "host-not-plain",
    "http://2130706433/": "host-not-plain",
    "http://0x7f000001/": "host-not-plain",
    "http://0x7f.0.0.1/": "host-not-plain",
    "http://0X7F.0.0.1/": "host-not-plain",
    "http://0177.0.0.1/": "host-not-plain",
    "http://0177.0.0.0x1/": "host-not-plain",
    "http://017700000001/": "host-not-plain",
    "http://00000177.0.0.1/": "host-not-plain",
    "http://127.0.0.1./": "host-not-plain",
    "http://127.0.0.001/": "host-not-plain",
    "http://0/": "host-not-plain",
    "http://0.0.0.0/": "host-not-public",
    "http://0.1.2.3/": "host-not-public",
    "http://localhost/": "host-not-plain",
    "http://localhost./": "host-not-plain",
    "http://LOCALHOST/": "host-not-plain",
    "http://app.localhost/": "host-not-public",
    "http://[::1]/": "host-not-public",
    "http://[::]/": "host-not-public",
    "http://[0:0:0:0:0:0:0:1]/": "host-not-public",
    "http://[::ffff:127.0.0.1]/": "host-not-public",
    "http://[::ffff:7f00:1]/": "host-not-public",
    "http://[::127.0.0.1]/": "host-not-public",
    "http://[::7f00:1]/": "host-not-public",
    # Private, carriers', local and reserved networks.
    "http://10.0.0.1/": "host-not-public",
    "http://172.16.0.1/": "host-not-public",
    "http://172.31.255.255/": "host-not-public",
    "http://192.168.1.1/": "host-not-public",
    "http://100.64.0.1/": "host-not-public",
    "http://192.0.0.8/": "host-not-public",
    "http://192.0.2.1/": "host-not-public",
    "http://198.18.0.1/": "host-not-public",
    "http://198.51.100.7/": "host-not-public",
    "http://203.0.113.9/": "host-not-public",
    "http://192.88.99.1/": "host-not-public",
    "http://224.0.0.1/": "host-not-public",
    "http://240.0.0.1/": "host-not-public",
    "http://255.255.255.255/": "host-not-public",
    "http://[fc00::1]/": "host-not-public",
    "http://[fd12:3456::1]/": "host-not-public",
    "http://[fe80::1]/": "host-not-public",
    "http://[fec0::1]/": "host-not-public",
    "http://[ff02::1]/": "host-not-public",
    "http://[100::1]/": "host-not-public",
    "http://[2001:db8::1]/": "host-not-public",
    "http://[3fff::1]/": "host-not-public",
    # Addresses that carry another one.
    "http://[2002:7f00:1::]/": "host-not-public",
    "http://[2002:a00:1::]/": "host-not-public",
    "http://[2001:0:a00:1::]/": "host-not-public",
    "http://[2001::f5ff:fffe]/": "host-not-public",
    "http://[64:ff9b::7f00:1]/": "host-not-public",
    "http://[64:ff9b::a9fe:a9fe]/": "host-not-public",
    "http://[64:ff9b:1::a00:1]/": "host-not-public",
    "http://[::ffff:a00:1]/": "host-not-public",
    "http://[::ffff:0:7f00:1]/": "host-not-public",
    # Where clouds keep their keys.
    "http://169.254.169.254/latest/meta-data/": "host-not-public",
    "http://169.254.170.2/v2/credentials": "host-not-public",
    "http://2852039166/": "host-not-plain",
    "http://0xa9fea9fe/": "host-not-plain",
    "http://[::ffff:a9fe:a9fe]/": "host-not-public",
    "http://[fd00:ec2::254]/": "host-not-public",
    "http://100.100.100.200/": "host-not-public",
    "http://168.63.129.16/": "host-not-public",
    "http://192.0.0.192/": "host-not-public",
    "http://metadata.google.internal/": "host-not-public",
    # Names of the inside.
    "http://postgres/": "host-not-plain",
    "http://nats:8222/": "host-not-plain",
    "http://printer.local/": "host-not-public",
    "http://router.home.arpa/": "host-not-public",
    "http://hidden.onion/": "host-not-public",
    # Spellings that one program reads so and the next otherwise.
    "http://ⓔⓧⓐⓜⓟⓛⓔ.com/": "url-not-plain",
    "http://①②⑦.⓪.⓪.①/": "url-not-plain",
    "http://127。0。0。1/": "url-not-plain",
    "http://%31%32%37.0.0.1/": "url-not-plain",
    "http://127.0.0.1%00.example.org/": "url-not-plain",
    "http://127.0.0.1%2f@example.org/": "url-has-credentials",
    "http://example.org@127.0.0.1/": "url-has-credentials",
    "http://user:password@example.org/": "url-has-credentials",
    "http://example.org:80@127.0.0.1/": "url-has-credentials",
    "http://example.org\\@127.0.0.1/": "url-has-credentials",
    "http://example.org\\.127.0.0.1/": "url-not-plain",
    "http://127.0.0.1\\.example.org/": "url-not-plain",
    "http:\\\\127.0.0.1/": "url-not-plain",
    "http:/127.0.0.1/": "url-not-plain",
    "http:///127.0.0.1/": "url-not-plain",
    "//127.0.0.1/": "url-not-plain",
    "http://example.org#@127.0.0.1/": "url-not-plain",
    "http://example.org/#fragment": "url-not-plain",
    "http://exa mple.org/": "url-not-plain",
    "http://example.org\r\nHost: internal/": "url-not-plain",
    "http://example.org/\r\nX-Injected: 1": "url-not-plain",
    "http://example.org\t/": "url-not-plain",
    " http://example.org/": "url-not-plain",
    "http://example.org./": "host-not-plain",
    "http://exa_mple.org/": "url-not-plain",
    "http://-example.org/": "host-not-plain",
    "http://example..org/": "host-not-plain",
    "http://[fe80::1%25eth0]/": "url-not-plain",
    "http://[::1/": "url-not-plain",
    "http://[127.0.0.1]/": "url-not-plain",
    "http://[v1.fe80]/": "url-not-plain",
    "http://" + "a." * 140 + "org/": "host-not-plain",
    "http:///": "url-not-plain",
    "http://": "url-not-plain",
    # Other schemes and other protocols' ports.
    "file:///etc/passwd": "url-not-plain",
    "gopher://127.0.0.1:6379/_FLUSHALL": "url-not-plain",
    "dict://127.0.0.1:11211/": "url-not-plain",
    "ftp://example.org/": "url-not-plain",
    "ldap://example.org/": "url-not-plain",
    "jar:http://example.org!/": "url-not-plain",
    "unix:///run/docker.sock": "url-not-plain",
    "javascript:alert(1)": "url-not-plain",
    "data:text/plain,x": "url-not-plain",
    "http+unix://%2Frun%2Fdocker.sock/": "url-not-plain",
    "http://example.org:22/": "port-not-used",
    "http://example.org:25/": "port-not-used",
    "http://example.org:0/": "port-not-used",
    "http://example.org:6667/": "port-not-used",
    "http://example.org:5060/": "port-not-used",
    "http://example.org:99999/": "url-not-plain",
    "http://example.org:-1/": "url-not-plain",
    "http://example.org:80:80/": "url-not-plain",
}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A name server of the test's own."""
    return told(monkeypatch)


@pytest.mark.parametrize(("address", "code"), WRITTEN.items())
def test_an_address_is_refused_by_how_it_is_written(address: str, code: str) -> None:
    with pytest.raises(OutgoingRefused) as refused:
        OutgoingGuard().url(address)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example.org/kemitraan?key=a%2Fb@c",
        "http://EXAMPLE.org",
        "https://example.org:8443/",
        "https://xn--bcher-kva.example/",
        f"http://{PUBLIC}/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443/",
        "https://[64:ff9b::5db8:d70e]/",
        "https://1a.example.org/",
    ],
)
def test_a_plain_public_address_passes_unchanged(address: str) -> None:
    url = OutgoingGuard().url(address)
    assert str(url).rstrip("/").lower() == address.rstrip("/").replace(":443", "").lower()


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["172.20.0.2"],
        ["192.168.0.10"],
        ["169.254.169.254"],
        ["100.64.1.1"],
        ["100.100.100.200"],
        ["168.63.129.16"],
        ["0.0.0.0"],
        ["224.0.0.251"],
        ["255.255.255.255"],
        ["::1"],
        ["::"],
        ["fe80::1"],
        ["fd00::1"],
        ["ff02::1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::a00:1"],
        ["2002:7f00:1::"],
        ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::1"],
    ],
    ids=" ".join,
)
async def test_a_name_that_leads_inside_is_refused(names: Names, answer: list[str]) -> None:
    names.tell("hooks.example.org", answer)
    with pytest.raises(outgoing.HostNotPublic):
        await OutgoingGuard().check("https://hooks.example.org/")
    async with OutgoingGuard().session() as session:
        with pytest.raises(outgoing.HostNotPublic):
            await session.post("https://hooks.example.org/")


async def test_a_name_that_nobody_knows_is_refused_when_it_is_given(names: Names) -> None:
    with pytest.raises(outgoing.HostUnknown):
        await OutgoingGuard().check("https://nobody.example.org/")
    names.tell("hooks.example.org", [PUBLIC])
    await OutgoingGuard().check("https://hooks.example.org/")


async def test_a_name_that_leads_elsewhere_later_is_refused_then(
    names: Names, webhook: WebhookReceiver
) -> None:
    """DNS rebinding: public while it is checked, loopback when it is used."""
    names.tell("hooks.example.org", [PUBLIC], ["127.0.0.1"])
    guard, address = OutgoingGuard(), f"http://hooks.example.org:{webhook.port}/"
    await guard.check(address)
    async with guard.session() as session:
        with pytest.raises(outgoing.HostNotPublic):
            await session.post(guard.url(address))
    assert webhook.received == []


async def test_one_connection_asks_once_and_goes_where_it_was_told(
    names: Names, webhook: WebhookReceiver
) -> None:
    names.tell("hooks.example.org", ["127.0.0.1"], ["169.254.169.254"])
    guard = OutgoingGuard("127.0.0.0/8")
    async with guard.session() as session:
        url = guard.url(f"http://hooks.example.org:{webhook.port}/")
        async with session.post(url, allow_redirects=False) as answer:
            assert answer.status == 204
        assert names.asked == ["hooks.example.org"]
        webhook_at = webhook.received[0].headers["Host"]
        assert webhook_at == f"hooks.example.org:{webhook.port}"


async def test_the_socket_looks_once_more_where_it_is_led(names: Names, webhook: WebhookReceiver) -> None:
    """Whoever forgets to ask the guard about a URL does not get there either."""
    async with OutgoingGuard().session() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.post(webhook.url)
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.post(f"http://[::1]:{webhook.port}/")
        names.tell("hooks.example.org", [PUBLIC])
        webhook.status, webhook.location = 302, webhook.url
    assert webhook.received == []


async def test_an_allowed_redirect_does_not_open_what_is_not_allowed(
    names: Names, webhook: WebhookReceiver
) -> None:
    """Redirects are not followed; were they, the guard would stand at the next door too."""
    webhook.status, webhook.location = 307, "http://127.0.0.2:1/"
    guard = OutgoingGuard("127.0.0.1")
    async with guard.session() as session:
        async with session.post(guard.url(webhook.url), allow_redirects=False) as answer:
            assert answer.status == 307
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.post(guard.url(webhook.url), allow_redirects=True)


@pytest.mark.parametrize(
    ("allow", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:9/"),
        ("10.0.0.0/8, localhost", "http://10.9.9.9:81/"),
        ("10.0.0.0/8, localhost", "http://localhost:8000/"),
        ("fd00::/8", "http://[fd00::1]/"),
        ("127.0.0.1:9000", "http://127.0.0.1:9000/hook"),
        ("10.0.0.0/8,[::1]:9000", "http://[::1]:9000/"),
        ("hooks.lan", "http://hooks.lan/"),
    ],
)
def test_an_operator_can_allow_hosts_and_networks(allow: str, address: str) -> None:
    assert str(OutgoingGuard(allow).url(address)) == address
    with pytest.raises(OutgoingRefused):
        OutgoingGuard(allow).url("http://192.168.0.1/")


async def test_of_an_address_with_a_port_that_port_alone_is_allowed(webhook: WebhookReceiver) -> None:
    guard = OutgoingGuard(f"127.0.0.1:{webhook.port}")
    async with guard.session() as session, session.post(guard.url(webhook.url)) as answer:
        assert answer.status == 204
    async with WebhookReceiver() as other:
        with pytest.raises(OutgoingRefused):
            guard.url(other.url)
        async with guard.session() as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.post(other.url)
        assert other.received == []


async def test_an_allowed_name_may_lead_inside_and_another_may_not(names: Names) -> None:
    names.tell("hooks.lan", ["10.0.0.5"])
    names.tell("other.example.org", ["10.0.0.6"])
    guard = OutgoingGuard("hooks.lan")
    await guard.check("http://hooks.lan/")
    with pytest.raises(outgoing.HostNotPublic):
        await guard.check("http://other.example.org/")


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "127.1", "http://a", "a b", "256.0.0.1"])
def test_a_list_of_neither_hosts_nor_networks_is_wrong(wrong: str) -> None:
    with pytest.raises(ValueError):
        hosts_and_networks(wrong)
    assert hosts_and_networks(" , ") == (frozenset(), ())


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that its own key signed, and the key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    shown, hidden = folder / f"{name}.pem", folder / f"{name}.key"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    no_password = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    hidden.write_bytes(key.private_bytes(pem, form, no_password))
    return shown, hidden


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[tuple[int, Path]]:
    """An HTTPS server of hooks.example.org on loopback, and the certificate."""
    shown, hidden = certificate(tmp_path, "hooks.example.org")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(shown, hidden)

    async def receive(request: web.BaseRequest) -> web.Response:
        return web.Response(status=204)

    runner = web.ServerRunner(web.Server(receive))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield runner.addresses[0][1], shown
    await runner.cleanup()


async def test_tls_is_held_to_the_name_and_not_to_the_address(names: Names, secure: tuple[int, Path]) -> None:
    port, shown = secure
    trusted = ssl.create_default_context(cafile=str(shown))
    names.tell("hooks.example.org", ["127.0.0.1"])
    names.tell("others.example.org", ["127.0.0.1"])
    async with OutgoingGuard("127.0.0.1").session() as session:
        async with session.post(f"https://hooks.example.org:{port}/", ssl=trusted) as answer:
            assert answer.status == 204
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.post(f"https://others.example.org:{port}/", ssl=trusted)
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.post(f"https://hooks.example.org:{port}/")


def test_the_fake_name_server_stands_at_the_edge(names: Names) -> None:
    names.tell("a.example.org", [PUBLIC])
    assert socket.getaddrinfo("a.example.org", 80)[0][4][0] == PUBLIC
