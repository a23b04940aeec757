"""Token verification: a signed JWT becomes an actor, or a refusal with the reason."""

import asyncio
import json
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import extract_compact

from shared.identity.actor import Actor
from shared.identity.revocations import Origin, Revocations
from shared.identity.signing import ALGORITHM, AUDIENCE, ISSUER, LONGEST_LIFE, EdDsaOnly, SigningKey
from shared.refusal import N_, Refusal

__all__ = ["SigningKey", "TokenRefused", "TokenVerifier"]

_log = logging.getLogger(__name__)

API_TOKEN_PREFIX = "kmt_"  # noqa: S105  (every API token begins so; scanners find a lost one)  # nosec B105
_FRESH = N_("Ask for a new token and send it as “Authorization: Bearer <token>”.")


class TokenRefused(Refusal):
    """Base of every reason; caught wherever any of them means "not signed in"."""

    kind = "unauthenticated"
    message = "The token is not accepted."
    remedy = _FRESH


class Fault(Enum):
    """Why a token cannot be read."""

    LENGTH = N_("it is too long")
    FORM = N_("it is not a JSON Web Token")
    KEY = N_("it names no key")
    CONTENT = N_("its content is not a JSON object")
    TIME = N_("its claims iat and exp are not both times")
    TEXT = N_("its claims sub, agency and roles are not all text")
    ACTOR = N_("its claims do not describe a valid actor")
    ORIGIN = N_("its claims account, gen and sid do not identify its origin")


class TokenMalformed(TokenRefused):
    message = "The token cannot be read: %(what)s."
    remedy = _FRESH


class ApiTokenUnexchanged(TokenRefused):
    message = "An API token must first be exchanged for an access token."
    remedy = (
        "Exchange it at /api/identity/v1/oauth/token (OAuth 2.0, client_credentials: its id is "
        "client_id, the token is client_secret), and send the access token as “Authorization: Bearer "
        "<token>”."
    )


class TokenAlgorithmRefused(TokenRefused):
    message = "The token is signed with %(algorithm)s; only EdDSA is accepted."
    remedy = _FRESH


class TokenKeyUnknown(TokenRefused):
    message = "The token is signed with an unknown key, %(key)s."
    remedy = "Ask for a new token; if it is new, check that the public keys are published."


class TokenSignatureWrong(TokenRefused):
    message = "The token's signature does not match its content."
    remedy = _FRESH


class TokenIssuerUnknown(TokenRefused):
    message = "The token was issued by %(issuer)s, which is not trusted here."
    remedy = _FRESH


class TokenForAnotherAudience(TokenRefused):
    message = "The token is intended for %(audience)s, not for this system."
    remedy = _FRESH


class TokenExpired(TokenRefused):
    message = "The token expired at %(at)s."
    remedy = _FRESH


class TokenNotYetValid(TokenRefused):
    message = "The token was issued in the future, at %(at)s."
    remedy = "Check the clock of the machine that issued it."


class TokenLivesTooLong(TokenRefused):
    message = "The token is valid for %(minutes)s minutes; at most %(most)s are accepted."
    remedy = _FRESH


class TokenRevoked(TokenRefused):
    message = "The token was revoked before it expired."
    remedy = "Sign in again, or ask the administrator of your agency."


@dataclass(frozen=True, slots=True)
class _Verified:
    actor: Actor
    expires: float
    origin: Origin | None


class TokenVerifier:
    """Verifies tokens against a published JWK Set, without asking the issuer about each token.

    `jwks` is a file or an http(s) URL. It is read on first use, again when a token names an unknown key (at
    most every `RELOAD_SECONDS`) and every `REFRESH_SECONDS`, so that keys can be rotated and withdrawn.
    Tokens covered by `revocations` are refused before they expire.
    """

    RELOAD_SECONDS = 3.0
    REFRESH_SECONDS = 300.0
    REMEMBERED = 4096
    _LONGEST_TOKEN = 8192
    _SKEW = timedelta(seconds=30)

    def __init__(self, jwks: str | Path, *, issuer: str = ISSUER, audience: str = AUDIENCE) -> None:
        self._jwks = str(jwks)
        self._issuer = issuer
        self._audience = audience
        self._keys: dict[str, OKPKey] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self._registry = EdDsaOnly()
        self.revocations = Revocations()
        self._verified: OrderedDict[str, _Verified] = OrderedDict()

    async def verify(self, token: str, now: datetime) -> Actor:
        """Return the token's actor; raises a :class:`TokenRefused` with the exact reason."""
        stamp = now.timestamp()
        known = self._verified.get(token)
        if known is not None and stamp < known.expires and self._age(stamp) < self.REFRESH_SECONDS:
            self._verified.move_to_end(token)
            return self._believed(known)
        if self._age(stamp) >= self.REFRESH_SECONDS:
            await self._read_keys(stamp, older_than=self.REFRESH_SECONDS)
        claims = await self._claims(token, stamp)
        actor = self._check(claims, now)
        verified = self._verified[token] = _Verified(actor, float(claims["exp"]), _origin(claims))
        while len(self._verified) > self.REMEMBERED:
            self._verified.popitem(last=False)
        return self._believed(verified)

    def _believed(self, verified: _Verified) -> Actor:
        if self.revocations.covers(verified.origin):
            raise TokenRevoked
        return verified.actor

    async def check(self) -> None:
        """Raise ``OSError`` or ``ValueError`` where the key set is a file that cannot be read."""
        if not self._jwks.startswith(("http://", "https://")):
            _ed25519_keys(await _fetch(self._jwks))

    async def _claims(self, token: str, stamp: float) -> dict[str, Any]:
        """Verify the token's form and signature; its claims are not checked yet."""
        if token.startswith(API_TOKEN_PREFIX):
            raise ApiTokenUnexchanged
        if len(token) > self._LONGEST_TOKEN:
            raise TokenMalformed(what=Fault.LENGTH)
        try:
            header = extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise TokenMalformed(what=Fault.FORM) from error
        if header.get("alg") != ALGORITHM:
            raise TokenAlgorithmRefused(algorithm=str(header.get("alg"))[:20])
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise TokenMalformed(what=Fault.KEY)
        if kid not in self._keys:
            await self._read_keys(stamp, older_than=self.RELOAD_SECONDS)
        key = self._keys.get(kid)
        if key is None:
            raise TokenKeyUnknown(key=kid[:64])
        try:
            return jwt.decode(token, key, registry=self._registry).claims
        except BadSignatureError as error:
            raise TokenSignatureWrong from error
        except (JoseError, ValueError) as error:
            raise TokenMalformed(what=Fault.CONTENT) from error

    def _check(self, claims: dict[str, Any], now: datetime) -> Actor:
        issuer, audience = claims.get("iss"), claims.get("aud")
        if issuer != self._issuer:
            raise TokenIssuerUnknown(issuer=str(issuer)[:64])
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise TokenForAnotherAudience(audience=str(audience)[:64])
        issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
        if expires <= now:
            raise TokenExpired(at=expires)
        if issued > now + self._SKEW:
            raise TokenNotYetValid(at=issued)
        if expires - issued > LONGEST_LIFE:
            minutes = (expires - issued) // timedelta(minutes=1)
            raise TokenLivesTooLong(minutes=minutes, most=LONGEST_LIFE // timedelta(minutes=1))
        return _actor(claims)

    def _age(self, stamp: float) -> float:
        return abs(stamp - self._read_at)  # abs: a clock that was set back must not keep old keys for ever

    async def _read_keys(self, stamp: float, *, older_than: float) -> None:
        """Read the key set if the cached one is too old; an unreadable source keeps the cached one."""
        async with self._reading:
            if self._age(stamp) < older_than:
                return
            self._read_at = stamp
            try:
                keys = _ed25519_keys(await _fetch(self._jwks))
            except (OSError, ValueError, aiohttp.ClientError, TimeoutError) as error:
                _log.warning("public keys cannot be read from %s: %s", self._jwks, error)
                return
            if keys.keys() != self._keys.keys():
                self._verified.clear()  # tokens of a withdrawn key are no longer accepted
                self._keys = keys


async def _fetch(source: str) -> bytes:
    if not source.startswith(("http://", "https://")):
        return await asyncio.to_thread(Path(source).read_bytes)
    timeout = aiohttp.ClientTimeout(total=5)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(source) as response,
    ):
        return await response.read()


def _ed25519_keys(text: bytes) -> dict[str, OKPKey]:
    """The Ed25519 keys of a JWK Set; any other key is skipped. Raises ValueError for an invalid set."""
    content = json.loads(text)
    listed = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it is no JWK Set")  # noqa: TRY004  (one kind of error for whatever is wrong)
    keys: dict[str, OKPKey] = {}
    for key in listed:
        try:
            if (key["kty"], key["crv"]) == ("OKP", "Ed25519") and isinstance(key["kid"], str):
                keys[key["kid"]] = OKPKey.import_key({name: key[name] for name in ("kty", "crv", "x")})
        except (LookupError, TypeError, ValueError, JoseError) as error:
            _log.info("a public key is passed over: %r", error)
    return keys


def _moment(claims: dict[str, Any], name: str) -> datetime:
    value = claims.get(name)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise TokenMalformed(what=Fault.TIME)


def _origin(claims: dict[str, Any]) -> Origin | None:
    try:
        return Origin.read(claims)
    except ValueError as error:
        raise TokenMalformed(what=Fault.ORIGIN) from error


def _actor(claims: dict[str, Any]) -> Actor:
    organisation, roles = claims.get("organisation"), claims.get("roles", [])
    texts = [claims.get("sub"), claims.get("agency"), *(roles if isinstance(roles, list) else [None])]
    if not all(isinstance(text, str) for text in texts):
        raise TokenMalformed(what=Fault.TEXT)
    try:
        return Actor(
            person=claims["sub"],
            agency=claims["agency"],
            organisation=UUID(organisation) if organisation is not None else None,
            roles=frozenset(roles),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise TokenMalformed(what=Fault.ACTOR) from error
