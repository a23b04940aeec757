"""One key that is not understood locks nobody out: it is passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc.jwk import OKPKey, RSAKey

from services.identity.adapters.oidc import _understood
from shared.identity.tokens import _ed25519_keys

GOOD = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=False)
ODD: list[Any] = [
    {"kty": "EC", "crv": "BP-256", "kid": "b", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": "P-256", "kid": "b", "x": "AA"},
    {"kty": "EC", "crv": "P-256", "kid": "b", "x": "AA", "y": "AA"},
    {"kid": "b", "n": "AA", "e": "AQAB"},
    {"kty": "RSA", "n": GOOD["n"]},
    {"kty": "RSA", "n": "!!", "e": "AQAB"},
    {"kty": "OKP", "crv": "Ed1", "x": "AA"},
    {**GOOD, "kid": "b", "use": "enc", "key_ops": ["verify"]},
    {"kty": "AKP", "kid": "b"},
    {"kty": ["RSA"]},
    {"kty": 7},
    "b",
    7,
    None,
]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_key_of_the_provider_is_passed_over(odd: Any) -> None:
    keys = _understood([odd, GOOD])
    assert GOOD["kid"] in [key.kid for key in keys.keys]
    assert not _understood([odd]).keys


@pytest.mark.parametrize("odd", [*ODD, {"kty": "OKP", "crv": "Ed25519", "x": "AA"}])
def test_an_odd_key_of_identitys_own_set_is_passed_over(odd: Any) -> None:
    good = OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=False)
    assert list(_ed25519_keys(json.dumps({"keys": [odd, good]}).encode())) == [good["kid"]]


@pytest.mark.parametrize("none", ["[]", "{}", '{"keys": {}}', "7", "{"])
def test_what_is_no_set_is_told(none: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        _ed25519_keys(none.encode())
