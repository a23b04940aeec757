"""Token signing: Ed25519 key, published key set (JWKS), short-lived JWTs."""

import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from shared.clock import Clock, SystemClock, new_id
from shared.i18n.terminal import _
from shared.identity.actor import Actor
from shared.identity.revocations import Origin

ISSUER = AUDIENCE = "kemitraan"
ALGORITHM = "EdDSA"
PRIVATE, PUBLIC = 0o600, 0o644
LONGEST_LIFE = timedelta(minutes=15)


class EdDsaOnly(JWSRegistry):
    """Accepts one signature algorithm only, whatever a token's header says."""

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(name)
        # Not through super(): it warns on each call that RFC 9864 prefers the name "Ed25519", which few
        # issuers and libraries speak yet.
        return self.algorithms[name]


class SigningKey:
    """A private key that tokens are signed with; its id is the key's RFC 7638 thumbprint."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key
        self.kid = key.thumbprint()

    @classmethod
    def create_or_load(cls, path: Path) -> "SigningKey":
        """Load the private JWK at `path`, or create it (mode 0600); either way publish its public half.

        Of several processes that create at once, one wins and the others load what it wrote.
        Raises ValueError when the file holds no private Ed25519 key.
        """
        if not path.exists():
            _create(path)
        try:
            key = OKPKey.import_key(json.loads(path.read_bytes()))
        except Exception as error:
            text = _("%(file)s contains no private Ed25519 key: %(reason)s", file=path, reason=error)
            raise ValueError(text) from error
        if not key.is_private or key.curve_name != "Ed25519":
            raise ValueError(_("%(file)s contains no private Ed25519 key", file=path))
        signing = cls(key)
        signing._publish(public_set(path))
        return signing

    def public(self) -> dict[str, Any]:
        """Return the public JWK."""
        return {**self._key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": ALGORITHM}

    @classmethod
    def rotate(cls, path: Path) -> "SigningKey":
        """Replace the key at `path`; tokens of the previous one are accepted until it is withdrawn."""
        cls.create_or_load(path)  # its public half is published, whichever process wrote it
        fresh = cls(OKPKey.generate_key("Ed25519"))
        # Published first, so that no token has an unknown key.
        fresh._publish(public_set(path))
        private = json.dumps(fresh._key.as_dict(private=True), indent=2) + "\n"
        _write_beside(path, private, PRIVATE).replace(path)
        return fresh

    def withdraw_others(self, path: Path) -> int:
        """Publish only this key next to `path`; returns how many others are no longer accepted."""
        public = public_set(path)
        others = [key for key in json.loads(public.read_bytes())["keys"] if key.get("kid") != self.kid]
        text = json.dumps({"keys": [self.public()]}, indent=2) + "\n"
        _write_beside(public, text, PUBLIC).replace(public)
        return len(others)

    def mint(
        self,
        actor: Actor,
        ttl: timedelta = LONGEST_LIFE,
        *,
        clock: Clock | None = None,
        origin: Origin | None = None,
    ) -> str:
        """Return a signed token for `actor`; raises ValueError when it would live longer than 15 minutes.

        Only a token that says its `origin` can be revoked before it expires.
        """
        if not timedelta(0) < ttl <= LONGEST_LIFE:
            raise ValueError(f"a token lives at most {LONGEST_LIFE}, not {ttl}")
        issued: datetime = (clock or SystemClock()).now()
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": actor.person,
            "iat": int(issued.timestamp()),
            "exp": int((issued + ttl).timestamp()),
            "jti": str(new_id()),
            "agency": actor.agency,
            "roles": sorted(actor.roles),
        }
        if actor.organisation is not None:
            claims["organisation"] = str(actor.organisation)
        if origin is not None:
            claims |= origin.claims
        return jwt.encode({"alg": ALGORITHM, "kid": self.kid}, claims, self._key, registry=EdDsaOnly())

    def _publish(self, path: Path) -> None:
        """Add the public key to the set at `path`; previous keys stay until their tokens have expired."""
        keys = json.loads(path.read_bytes())["keys"] if path.exists() else []
        if all(key.get("kid") != self.kid for key in keys):
            text = json.dumps({"keys": [*keys, self.public()]}, indent=2) + "\n"
            _write_beside(path, text, PUBLIC).replace(path)


def public_set(signing_key: Path) -> Path:
    """The path of the public keys of a private one: next to it, or the target of a link next to it."""
    return signing_key.with_name("jwks.json").resolve()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = OKPKey.generate_key("Ed25519").as_dict(private=True)
    written = _write_beside(path, json.dumps(private, indent=2) + "\n", PRIVATE)
    try:
        path.hardlink_to(written)  # unlike a rename, this fails if another process was first
    except FileExistsError:
        pass
    finally:
        written.unlink()


def _write_beside(path: Path, text: str, mode: int) -> Path:
    """Write the replacement of ``path``, with the mode that its operator may have set."""
    if path.exists():
        mode = path.stat().st_mode & 0o777
    written = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        os.fchmod(file.fileno(), mode)  # whatever the umask is
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return written
