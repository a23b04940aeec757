"""Bearer token check of the ceilings and the textbook subject."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request
from joserfc import jwt
from joserfc.jwk import KeySet

from shared.identity.signing import EdDsaOnly

KEYS = KeySet.import_key_set(json.loads(Path(os.environ["BENCH_KEYS"]).read_bytes()))


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says."""

    person: str
    agency: str
    organisation: str
    roles: frozenset[str]
    expires: float


_known: dict[str, Claims] = {}


def read(token: str) -> Claims:
    """What a token says whose signature is right."""
    claims = jwt.decode(token, KEYS, registry=EdDsaOnly()).claims
    roles = frozenset(claims["roles"])
    return Claims(claims["sub"], claims["agency"], claims["organisation"], roles, claims["exp"])


def claims_of(request: Request, role: str) -> Claims:
    """What the request's token says; 401 without one that holds, 403 without the role."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer":
        raise HTTPException(401)
    claims = _known.get(token)
    if claims is None:
        claims = _known[token] = read(token)
    if claims.expires < time.time():
        raise HTTPException(401)
    if role not in claims.roles:
        raise HTTPException(403)
    return claims
