"""OpenID Connect client: authorization code flow with PKCE, discovery, key rotation."""

from __future__ import annotations

import asyncio
import base64
import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import aiohttp
import orjson
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from shared.identity.role_mapping import values_of
from shared.refusal import N_, Refusal, Term

_log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Algorithms with public keys only: neither ``none`` nor one with a shared secret."""
SECONDS = aiohttp.ClientTimeout(total=10)
LARGEST = 512 * 1024
FRESH = timedelta(hours=1)
AGAIN = timedelta(seconds=3)
LEEWAY = 30


class ProviderSilent(Refusal):
    """The provider does not answer, or its metadata is not valid."""

    kind = "conflict"
    message = "The identity provider is not available: %(reason)s."
    remedy = "Try again later; if the problem persists, tell the operator of the system."


class ProviderRefused(Refusal):
    """The provider's response does not authenticate anybody."""

    kind = "unauthenticated"
    message = "The identity provider refused the sign-in: %(reason)s."
    remedy = "Start again from the sign-in page."


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The parameters of one authorization request: state, nonce, PKCE verifier; each is used once."""

    state: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(48))
    browser: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(32))


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """The identity that the provider asserts. ``email`` is None unless the provider has verified it.

    ``groups`` are the values of the claim that roles are read from, None if they are not stated.
    """

    issuer: str
    subject: str = field(repr=False)
    email: str | None = field(repr=False)
    groups: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class Client:
    """The installation as a client of the provider: its credentials, redirect address and scopes.

    ``claim`` is the one that roles are read from.
    """

    id: str
    secret: str = field(repr=False)
    return_to: str
    scope: str
    claim: str


class Provider:
    """One OpenID provider; its metadata is read again after an hour, its keys for an unknown key id."""

    def __init__(self, issuer: str, client: Client) -> None:
        self.issuer = issuer
        self._client = client
        self._described: dict[str, Any] = {}
        self._described_at: datetime | None = None
        self._keys = KeySet([])
        self._keys_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def authorization_url(self, departure: AuthorizationRequest, now: datetime) -> str:
        """The authorization address for the browser; raises :class:`ProviderSilent`."""
        described = await self._description(now)
        url: str = prepare_grant_uri(
            described["authorization_endpoint"],
            self._client.id,
            "code",
            redirect_uri=self._client.return_to,
            scope=self._client.scope,
            state=departure.state,
            nonce=departure.nonce,
            code_challenge=create_s256_code_challenge(departure.verifier),
            code_challenge_method="S256",
        )
        return url

    async def identify(
        self, code: str, issuer: str | None, verifier: str, nonce: str, now: datetime
    ) -> ProviderIdentity:
        """The identity behind a code; raises :class:`ProviderRefused` and :class:`ProviderSilent`."""
        described = await self._description(now)
        # RFC 9207: a code of another provider is refused (mix-up attack).
        named = described.get("authorization_response_iss_parameter_supported", False)
        if (issuer is None and named) or (issuer is not None and issuer != self.issuer):
            raise ProviderRefused(reason=Term(N_("the answer came from another provider")))
        answer = await self._redeem(described["token_endpoint"], code, verifier)
        claims = await self._checked(answer, nonce, now)
        email = claims.get("email")
        vouched = isinstance(email, str) and claims.get("email_verified") is True
        groups = values_of(claims, self._client.claim)
        return ProviderIdentity(self.issuer, str(claims["sub"]), email if vouched else None, groups)

    async def _redeem(self, endpoint: str, code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.return_to,
            "code_verifier": verifier,
        }
        headers = {}
        if self._client.secret:
            # Form-encoded before they are joined (RFC 6749, 2.3.1).
            pair = f"{quote_plus(self._client.id)}:{quote_plus(self._client.secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self._client.id
        status, answer = await _asked("POST", endpoint, data=form, headers=headers)
        if status != 200 or not isinstance(answer.get("id_token"), str):
            raise ProviderRefused(reason=Term(N_("it did not accept the authorization code")))
        return answer

    async def _checked(self, answer: dict[str, Any], nonce: str, now: datetime) -> CodeIDToken:
        """The claims of an ID token (OpenID Connect Core, 3.1.3.7)."""
        token: str = answer["id_token"]
        try:
            header = jws.extract_compact(token.encode()).headers()
            keys = await self._keys_with(str(header.get("kid", "")), now)
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client.id},
                },
                {
                    "client_id": self._client.id,
                    "nonce": nonce,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            raise ProviderRefused(reason=Term(N_("its token is not valid"))) from error
        return claims

    async def _description(self, now: datetime) -> dict[str, Any]:
        """The provider's metadata (OpenID Connect Discovery)."""
        async with self._reading:
            if self._described_at is None or abs(now - self._described_at) >= FRESH:
                url = get_well_known_url(self.issuer, external=True)
                status, description = await _asked("GET", url)
                _require(status == 200, N_("it publishes no discovery document"))
                # Whatever the server says of itself, it may speak only for the configured issuer.
                _require(description.get("issuer") == self.issuer, N_("it is not the configured provider"))
                try:
                    OpenIDProviderMetadata(description).validate()
                except ValueError as error:
                    raise ProviderSilent(reason=Term(N_("its discovery document is not valid"))) from error
                methods = description.get("code_challenge_methods_supported", ["S256"])
                _require("S256" in methods, N_("it does not support PKCE with S256"))
                self._described, self._described_at, self._keys_at = description, now, None
            return self._described

    async def _keys_with(self, kid: str, now: datetime) -> KeySet:
        """The provider's keys, read again if the named one is not among them."""
        async with self._reading:
            known = any(key.kid == kid for key in self._keys.keys)
            stale = self._keys_at is None or abs(now - self._keys_at) >= (FRESH if known else AGAIN)
            if stale:
                status, key_set = await _asked("GET", self._described["jwks_uri"])
                _require(status == 200, N_("it publishes no signing keys"))
                self._keys = _understood(key_set.get("keys"))
                _require(bool(self._keys), N_("its signing keys cannot be read"))
                self._keys_at = now
            return self._keys


def _understood(listed: object) -> KeySet:
    """The usable keys of a set; any other is skipped (RFC 7517, section 5)."""
    keys: list[Key] = []
    for key in listed if isinstance(listed, list) else []:
        try:
            keys += KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError, LookupError, TypeError, UnsupportedAlgorithm) as error:
            _log.info("a key of the provider is passed over: %r", error)
    return KeySet(keys)


def _require(right: bool, reason: str) -> None:
    if not right:
        raise ProviderSilent(reason=Term(reason))


async def _asked(method: str, url: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """Send one request without following redirects; raises :class:`ProviderSilent`."""
    try:
        async with (
            aiohttp.ClientSession(timeout=SECONDS) as session,
            session.request(method, url, allow_redirects=False, **more) as answer,
        ):
            body = await answer.content.read(LARGEST + 1)
            _require(len(body) <= LARGEST, N_("its answer is too long"))
            content = orjson.loads(body)
            _require(isinstance(content, dict), N_("its answer is not a JSON object"))
            return answer.status, content
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise ProviderSilent(reason=Term(N_("it does not answer"))) from error
