"""NATS keys: operator, accounts and users, and the server's configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shared.keys import claims
from shared.keys.broker_credentials import jwt_in, written
from shared.keys.files import PUBLIC, private_folder, write
from shared.keys.nkeys import NKey, decode
from shared.keys.rights import OPERATOR, PROVISIONER, Rights, at_home

LIFE = timedelta(days=400)
STREAM_ACCOUNT = "BUS"
SYSTEM_ACCOUNT = "SYSTEM"


@dataclass(frozen=True, slots=True)
class User:
    """A user's credentials as they are on disk."""

    name: str
    file: Path
    key: str
    made: datetime
    until: datetime
    as_declared: bool


class BusKeys:
    """The keys in a folder: `private/bus.json` signs, `users/` are for clients, `server/` for the server."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "private" / "bus.json"
        self.server = folder / "server" / "bus.conf"
        self._users = folder / "users"

    @property
    def exist(self) -> bool:
        """Whether they have been made."""
        return self.state.exists()

    def file(self, user: str) -> Path:
        """The credentials file of a user."""
        return self._users / user / "bus.creds"

    def create(self, services: Sequence[Rights], at: datetime) -> list[Path]:
        """Create missing keys; existing keys are not replaced. Returns the files created."""
        state = self._load(at)
        missing = [service for service in (*services, *at_home()) if not self.file(service.user).exists()]
        if not missing and self.server.exists():
            return []
        self._complete(state, services)
        self._save(state)
        made = [self._credentials(state, rights, at) for rights in missing]
        self._tell(state, services, at)
        return [self.state, *made, self.server]

    def rotate(self, services: Sequence[Rights], at: datetime) -> list[Path]:
        """New credentials for all; the previous ones are revoked once the server has read `bus.conf`."""
        state = self._load(at)
        self._complete(state, services)
        users = (*services, *at_home())
        for user in self.users(users):
            revoked = state["revoked"].setdefault(_account_of(user.name), {})
            # Expired revocations need not be kept.
            state["revoked"][_account_of(user.name)] = {
                key: pair for key, pair in revoked.items() if pair["until"] > at.timestamp()
            } | {user.key: {"at": int(at.timestamp()), "until": int(user.until.timestamp())}}
        self._save(state)
        made = [self._credentials(state, rights, at) for rights in users]
        self._tell(state, services, at)
        return [self.state, *made, self.server]

    def users(self, rights: Sequence[Rights]) -> list[User]:
        """The existing credentials."""
        return [self._user(right) for right in rights if self.file(right.user).exists()]

    def _user(self, rights: Rights) -> User:
        said = decode(jwt_in(self.file(rights.user).read_text()))
        return User(
            name=rights.user,
            file=self.file(rights.user),
            key=said["sub"],
            made=datetime.fromtimestamp(said["iat"], UTC),
            until=datetime.fromtimestamp(said["exp"], UTC),
            as_declared=said["nats"]["pub"] == claims.publishing(rights),
        )

    def _load(self, at: datetime) -> dict[str, Any]:
        if self.state.exists():
            content: dict[str, Any] = json.loads(self.state.read_bytes())
            return content
        made = int(at.timestamp())
        return {"made": made, "operator": NKey.create("operator").seed, "accounts": {}, "revoked": {}}

    def _complete(self, state: dict[str, Any], services: Sequence[Rights]) -> None:
        for name in (SYSTEM_ACCOUNT, STREAM_ACCOUNT, *(service.user for service in services)):
            if name not in state["accounts"]:
                state["accounts"][name] = NKey.create("account").seed

    def _credentials(self, state: Mapping[str, Any], rights: Rights, at: datetime) -> Path:
        key, account = NKey.create("user"), _account(state, _account_of(rights.user))
        token = claims.user(key, account, at, at + LIFE, rights)
        write(self.file(rights.user), written(token, key.seed))
        return self.file(rights.user)

    def _save(self, state: Mapping[str, Any]) -> None:
        private_folder(self.state.parent)
        write(self.state, json.dumps(state, indent=2) + "\n")

    def _tell(self, state: Mapping[str, Any], services: Sequence[Rights], at: datetime) -> None:
        operator = NKey.from_seed(state["operator"])
        system, stream = _account(state, SYSTEM_ACCOUNT), _account(state, STREAM_ACCOUNT)
        accounts = [
            (SYSTEM_ACCOUNT, system.public, claims.system(system, operator, at)),
            (
                STREAM_ACCOUNT,
                stream.public,
                claims.bus(stream, operator, at, _revoked(state, STREAM_ACCOUNT)),
            ),
        ]
        for rights in services:
            key = _account(state, rights.user)
            revoked = _revoked(state, rights.user)
            token = claims.service(key, operator, at, rights, stream.public, revoked)
            accounts.append((rights.user, key.public, token))
        # Always the same: the server does not accept a changed operator while it runs.
        said = claims.operator(operator, system.public, datetime.fromtimestamp(state["made"], UTC))
        write(self.server, claims.configuration(said, system.public, accounts), PUBLIC)


def _account_of(user: str) -> str:
    return STREAM_ACCOUNT if user in (PROVISIONER, OPERATOR) else user


def _account(state: Mapping[str, Any], name: str) -> NKey:
    return NKey.from_seed(state["accounts"][name])


def _revoked(state: Mapping[str, Any], account: str) -> dict[str, int]:
    return {key: pair["at"] for key, pair in state["revoked"].get(account, {}).items()}
