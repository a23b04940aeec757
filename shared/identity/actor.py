"""Actor: user, organisation, agency and roles of a request."""

import re
from dataclasses import dataclass, field
from uuid import UUID

from shared.refusal import Refusal

_AGENCY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_agency(text: str) -> bool:
    """Whether a text is the slug of an agency: a-z, 0-9 and single hyphens."""
    return _AGENCY.fullmatch(text) is not None


class SignInFirst(Refusal):
    """This needs a signed-in actor."""

    kind = "unauthenticated"
    message = "You need to sign in to do this."
    remedy = "Send a token as “Authorization: Bearer <token>”."


class RoleMissing(Refusal):
    """The actor does not have the role that this needs."""

    kind = "forbidden"
    message = "This needs the role %(role)s."
    remedy = "Ask the administrator of your agency for the role, or someone with the role to do this."
    reason = "the required role is missing"


class NotAParty(Refusal):
    """The actor's organisation is not a party of the partnership."""

    kind = "forbidden"
    message = "Your organisation is not a party of this partnership."
    remedy = "Ask a representative of one of its parties to do this."
    reason = "the organisation is not a party of the partnership"


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of a request. `person` is an opaque id, never a name or an address: it is in events and logs.

    `agency` is the slug of the actor's events; it is a token of their subject. Raises ValueError for an
    empty person or an agency that is no slug.
    """

    person: str
    agency: str
    organisation: UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not self.person:
            raise ValueError("an actor needs a person id")
        if not is_agency(self.agency):
            raise ValueError(f"agency {self.agency!r} is no slug of a-z, 0-9 and single hyphens")

    def has(self, role: str) -> bool:
        """Whether the actor acts in `role`."""
        return role in self.roles

    def sign_in(self) -> None:
        """Refuse an anonymous actor with :class:`SignInFirst`."""
        if self.is_anonymous:
            raise SignInFirst

    def require(self, role: str) -> None:
        """Refuse an actor without `role`: :class:`SignInFirst` or :class:`RoleMissing`."""
        self.sign_in()
        if not self.has(role):
            raise RoleMissing(role=role)

    @property
    def is_anonymous(self) -> bool:
        return self.person == ANONYMOUS.person

    @property
    def is_system(self) -> bool:
        """Whether no person is behind the act."""
        return self.person == SYSTEM.person


ANONYMOUS = Actor(person="anonymous", agency="public")
"""A caller without a token: reads what is public."""

SYSTEM = Actor(person="system", agency="kemitraan", roles=frozenset({"system"}))
"""The system itself: the actor of projections and reactions without a person."""
