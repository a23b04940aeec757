"""Rotation of the token signing key: the previous key stays trusted until its tokens have expired."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shared.identity.signing import LONGEST_LIFE, SigningKey, public_set
from shared.keys.files import PUBLIC, write

OVERLAP = LONGEST_LIFE + timedelta(minutes=5)  # clocks differ


def rotate(signing_key: Path, at: datetime, *, at_once: bool = False) -> int:
    """Sign with a new key; returns how many previous ones are accepted for :data:`OVERLAP` more.

    ``at_once`` withdraws the previous ones with all their tokens: for a compromised key. Raises
    ``ValueError`` if the file holds no key.
    """
    key = SigningKey.rotate(signing_key)
    if at_once:
        key.withdraw_others(signing_key)
        return 0
    until = int((at + OVERLAP).timestamp())
    keys = [
        published if published["kid"] == key.kid else {"exp": until, **published}
        for published in _published(signing_key)
    ]
    _publish(signing_key, _alive(keys, at))
    return len(_published(signing_key)) - 1


def prune(signing_key: Path, at: datetime) -> None:
    """Remove previous keys from the public set once all their tokens have expired."""
    keys = _published(signing_key)
    if (alive := _alive(keys, at)) != keys:
        _publish(signing_key, alive)


def _alive(keys: list[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    return [key for key in keys if key.get("exp", at.timestamp() + 1) > at.timestamp()]


def _published(signing_key: Path) -> list[dict[str, Any]]:
    file = public_set(signing_key)
    keys: list[dict[str, Any]] = json.loads(file.read_bytes())["keys"] if file.exists() else []
    return keys


def _publish(signing_key: Path, keys: list[dict[str, Any]]) -> None:
    write(public_set(signing_key), json.dumps({"keys": keys}, indent=2) + "\n", PUBLIC)
