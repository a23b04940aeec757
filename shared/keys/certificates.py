"""TLS certificates of NATS: a private certificate authority and the server certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from shared.keys.files import PUBLIC, private_folder, write
from shared.keys.layout import authority

HOSTS = ("nats", "localhost", "127.0.0.1", "::1")
AUTHORITY_LIFE = timedelta(days=3650)
SERVER_LIFE = timedelta(days=400)
_EARLIER = timedelta(minutes=5)  # clocks differ


class Certificates:
    """The certificates in a folder: `public/ca.pem` is for clients, `server/*` for the server."""

    def __init__(self, folder: Path) -> None:
        self.authority = authority(folder)
        self.authority_key = folder / "private" / "ca.key"
        self.server = folder / "server" / "nats.pem"
        self.server_key = folder / "server" / "nats.key"

    def create(self, hosts: Sequence[str], at: datetime) -> list[Path]:
        """Create missing files; returns those created."""
        made: list[Path] = []
        if not self.authority.exists():
            self._make_authority(at)
            made += [self.authority, self.authority_key]
        if not self.server.exists():
            made += self._make_server((*HOSTS, *hosts), at)
        return made

    def rotate(self, hosts: Sequence[str], at: datetime) -> list[Path]:
        """A new key and certificate for the same hosts and perhaps more, from the same authority."""
        known = self.hosts() if self.server.exists() else HOSTS
        return self._make_server((*known, *hosts), at)

    def hosts(self) -> tuple[str, ...]:
        """The names and addresses in the server's certificate."""
        names = loaded(self.server).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = names.get_values_for_type(x509.IPAddress)
        return (*names.get_values_for_type(x509.DNSName), *map(str, addresses))

    def _make_authority(self, at: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Kemitraan bus authority")
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        certificate = (
            _begun(name, name, key.public_key(), at, AUTHORITY_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(own, critical=False)
            .sign(key, hashes.SHA256())
        )
        private_folder(self.authority_key.parent)
        write(self.authority_key, _pem(key))
        write(self.authority, certificate.public_bytes(Encoding.PEM), PUBLIC)

    def _make_server(self, hosts: Sequence[str], at: datetime) -> list[Path]:
        signing = loaded(self.authority)
        signer = load_pem_private_key(self.authority_key.read_bytes(), None)
        if not isinstance(signer, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.authority_key} holds no elliptic curve key")
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        names = x509.SubjectAlternativeName([_host(host) for host in dict.fromkeys(hosts)])
        certificate = (
            _begun(_name(hosts[0]), signing.subject, key.public_key(), at, SERVER_LIFE)
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(signer, hashes.SHA256())
        )
        write(self.server_key, _pem(key))
        write(self.server, certificate.public_bytes(Encoding.PEM), PUBLIC)
        return [self.server, self.server_key]


def loaded(path: Path) -> x509.Certificate:
    """The certificate in a PEM file."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _EARLIER)
        .not_valid_after(at + life)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
