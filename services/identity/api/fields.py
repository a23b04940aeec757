"""Request and response types of identity's API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from services.identity.api.resources import AccessToken
from services.identity.commands.access import Access, Entry
from services.identity.model.account import Account
from services.identity.model.agency import Agency
from services.identity.model.session import ApiToken, Session


class AccessOut(BaseModel):
    """Access for some minutes: the bearer token that every service accepts."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105
    expires_at: datetime
    person: str
    agency: str
    organisation_id: UUID | None
    roles: list[str]

    @classmethod
    def of(cls, access: Access, token: AccessToken) -> Self:
        """The view of an access and its token."""
        return cls(**_access(access, token))


class EntryOut(AccessOut):
    """A session that began. ``session`` is its secret: it is shown once, and exchanged for access tokens.

    Keep ``browser`` and send it with the next sign-in from this browser; "" if it has not changed.
    """

    session: str
    browser: str
    session_id: UUID
    session_ends_at: datetime

    @classmethod
    def entered(cls, entry: Entry, token: AccessToken) -> Self:
        """The view of an entry."""
        return cls(
            **_access(entry.access, token),
            session=entry.secret,
            browser=entry.browser,
            session_id=entry.session.id,
            session_ends_at=entry.session.ends_at,
        )


def _access(access: Access, token: AccessToken) -> dict[str, Any]:
    return {
        "access_token": token.text,
        "expires_at": token.expires_at,
        "person": access.actor.person,
        "agency": access.actor.agency,
        "organisation_id": access.actor.organisation,
        "roles": sorted(access.actor.roles),
    }


class AccountOut(BaseModel):
    """An account, as its owner and the administrators and auditors of its agency see it."""

    id: UUID
    agency: str
    organisation_id: UUID | None
    person_id: UUID
    user_name: str | None
    display_name: str
    email: str | None
    roles: list[str]
    resting: list[str]
    state: str
    has_password: bool
    needs_code: bool
    opened_at: datetime
    password_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(cls, account: Account) -> Self:
        """The view of an account."""
        return cls(
            **{name: getattr(account, name) for name in cls.model_fields if hasattr(account, name)},
            has_password=account.password is not None,
            needs_code=account.totp_confirmed,
        )


class SessionOut(BaseModel):
    """One of your sessions."""

    id: UUID
    way: str
    began_at: datetime
    used_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, session: Session) -> Self:
        """The view of a session."""
        return cls.model_validate(session, from_attributes=True)


class ApiTokenOut(BaseModel):
    """An API token; ``shown`` is the beginning of its secret."""

    id: UUID
    account_id: UUID
    name: str
    shown: str
    roles: list[str]
    reads_only: bool
    state: str
    made_at: datetime
    ends_at: datetime
    used_on: date | None

    @classmethod
    def of(cls, token: ApiToken) -> Self:
        """The view of a token."""
        return cls.model_validate(token, from_attributes=True)


class AgencyOut(BaseModel):
    """An agency and its workspace."""

    id: UUID
    slug: str
    name: str
    organisation_id: UUID | None
    founded_at: datetime

    @classmethod
    def of(cls, agency: Agency) -> Self:
        """The view of an agency."""
        return cls(
            id=agency.id,
            slug=agency.agency,
            name=agency.name,
            organisation_id=agency.organisation_id,
            founded_at=agency.founded_at,
        )
