"""An OpenID Connect provider on loopback: Authlib's authorization server, with keys that tests rotate."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc.jwk import RSAKey

CLIENT, SECRET = "kemitraan", "rahasia-klien"


@dataclass
class User:
    """Somebody whom the provider knows."""

    subject: str
    email: str
    email_verified: bool = True

    def get_user_id(self) -> str:
        """As Authlib asks for it."""
        return self.subject


@dataclass
class Code:
    """An authorization code, as Authlib asks for it."""

    code: str
    user: User
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Client:
    """The one client, as Authlib asks for it."""

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return urlsplit(uri).path == "/api/identity/v1/provider/callback"

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


class Request(OAuth2Request):  # type: ignore[misc]
    """A request to Authlib's server."""

    def __init__(self, method: str, values: dict[str, str], headers: dict[str, str]) -> None:
        super().__init__(method, "https://provider.example/", headers=headers)
        self.payload = BasicOAuth2Payload(values)
        self._values = values

    @property
    def args(self) -> dict[str, str]:
        return self._values

    @property
    def form(self) -> dict[str, str]:
        return self._values


@dataclass
class Provider:
    """A running provider; what it does wrong is set by tests."""

    issuer: str = ""
    user: User = field(default_factory=lambda: User("sub-ani", "ani@example.org"))
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    codes: dict[str, Code] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    odd_keys: list[Any] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    readings: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _runner: web.AppRunner | None = None

    def rotate(self) -> None:
        """Sign with another key from now on, and show that one alone."""
        self.key = RSAKey.generate_key(2048, auto_kid=True)

    async def __aenter__(self) -> Self:
        self._server = Server(self)
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._describe)
        app.router.add_get("/jwks", self._show_keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.issuer = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _describe(self, _request: web.Request) -> web.Response:
        self.readings["description"] += 1
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                **self.described,
            }
        )

    async def _show_keys(self, _request: web.Request) -> web.Response:
        self.readings["keys"] += 1
        return web.json_response({"keys": [*self.odd_keys, self.key.as_dict(private=False)]})

    async def _authorize(self, request: web.Request) -> web.Response:
        values = dict(request.query)
        self.asked.append(values)
        asked = Request("GET", values, dict(request.headers))
        grant = self._server.get_authorization_grant(asked)
        answer: web.Response = self._server.create_authorization_response(asked, self.user, grant)
        return answer

    async def _token(self, request: web.Request) -> web.Response:
        values = dict(parse_qsl(await request.text()))
        answer: web.Response = self._server.create_token_response(
            Request("POST", values, dict(request.headers))
        )
        return answer


class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
    """The authorization code grant over the provider's codes."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: Any) -> None:
        given = request.payload.data
        names = ("redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method")
        kept = Code(code, request.user, *(given.get(name, "") for name in names))
        self.server.provider.codes[code] = kept

    def query_authorization_code(self, code: str, _client: Any) -> Code | None:
        found: Code | None = self.server.provider.codes.get(code)
        return found

    def delete_authorization_code(self, code: Code) -> None:
        del self.server.provider.codes[code.code]

    def authenticate_user(self, code: Code) -> User:
        return code.user


class Tokens(OpenIDCode):  # type: ignore[misc]
    """The ID tokens, with whatever a test wants in them."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, _nonce: str, _request: Any) -> bool:
        return False

    def get_encode_header(self, _client: Any) -> dict[str, str]:
        return {"alg": "RS256", "kid": str(self.provider.key.kid)}

    def get_client_algorithm(self, _client: Any) -> str:
        return "RS256"

    def get_client_claims(self, _client: Any) -> dict[str, Any]:
        return {"iss": self.provider.issuer, "aud": [CLIENT]}

    def resolve_client_private_key(self, _client: Any) -> RSAKey:
        return self.provider.key

    def generate_user_info(self, user: User, _scope: str) -> UserInfo:
        told = {"sub": user.subject, "email": user.email, "email_verified": user.email_verified}
        return UserInfo(told | self.provider.claims)


class Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's authorization server, between aiohttp's requests and responses."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self.provider = provider
        self.register_token_generator("default", BearerTokenGenerator(lambda *_, **__: "access"))
        self.register_grant(Grant, [Tokens(provider), CodeChallenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        return Client() if client_id == CLIENT else None

    def save_token(self, token: Any, request: Any) -> None:
        """Nobody comes back with it."""

    def send_signal(self, name: str, *_: Any, **__: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Request) -> Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> web.Response:
        given = {name: value for name, value in headers if name.lower() != "content-type"}
        if isinstance(body, dict):
            return web.json_response(body, status=status, headers=given)
        return web.Response(text=body or "", status=status, headers=given)
