"""Permissions: roles, relations, and the permission of each operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from shared.identity.actor import Actor, NotAParty, RoleMissing, SignInFirst
from shared.labelled import Labelled
from shared.refusal import N_, Refusal, Term


class Role(Labelled):
    """A role in a workspace; everyone has the public role, and every caller with a token “anybody”."""

    PUBLIC = "public", N_("public")
    ANYBODY = "anybody", N_("anybody")
    ADMINISTRATOR = "administrator", N_("administrator")
    COORDINATOR = "coordinator", N_("coordinator")
    REPRESENTATIVE = "representative", N_("representative")
    SECRETARY = "secretary", N_("secretary")
    PUBLISHER = "publisher", N_("publisher")
    AUDITOR = "auditor", N_("auditor")
    OPERATOR = "operator", N_("operator")
    RESIDENT = "resident", N_("resident")
    CUSTODIAN = "custodian", N_("custodian")


GRANTED = tuple(role for role in Role if role not in (Role.PUBLIC, Role.ANYBODY))
"""The roles of accounts; a custodian, who moves whole archives, is minted on the host only."""

STAFF = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.SECRETARY, Role.PUBLISHER, Role.AUDITOR)
"""The roles of an agency's staff, who may see what belongs to it."""


AUTOMATED = "automated"
"""The pseudo-role of an API token: a system, not the person."""

READ_ONLY = "read-only"
"""The pseudo-role of a read-only token."""


class Relation(Labelled):
    """A relation of an actor to the subject of an operation."""

    ANY = "any owner", N_("any owner")
    OWN_AGENCY = "own agency", N_("own agency")
    PARTY = "party of the partnership", N_("party of the partnership")
    LEAD = "lead party of the partnership", N_("lead party of the partnership")
    SIGNATORY = "signatory of the agreement", N_("signatory of the agreement")
    BOARD = "member of the board", N_("member of the board")
    PRESIDING = "chair or secretary of the board", N_("chair or secretary of the board")
    STANDING_IN = (
        "own agency, while the board has neither a chair nor a secretary",
        N_("own agency, while the board has neither a chair nor a secretary"),
    )
    OWN = "own", N_("own")


class Grant(NamedTuple):
    """A role that may do something if the relation holds."""

    role: Role
    relation: Relation = Relation.ANY


class OtherAgency(Refusal):
    """Each agency manages only what belongs to it."""

    kind = "forbidden"
    message = "This belongs to another agency and is managed by its staff."
    remedy = "Ask a coordinator of that agency."
    reason = "it belongs to another agency"


class NotTheLead(Refusal):
    """Some decisions are made by the lead party for all."""

    kind = "forbidden"
    message = "Only a coordinator or the lead party of the partnership may decide this."
    remedy = "Ask the lead party's representative or a coordinator of the agency."
    reason = "only the lead party or a coordinator may decide this"


class NotASignatory(Refusal):
    """Only signatories end an agreement."""

    kind = "forbidden"
    message = "Your organisation did not sign this agreement."
    remedy = "Ask a representative of one of its signatories, or a coordinator of the agency."
    reason = "the organisation did not sign the agreement"


class NotOnTheBoard(Refusal):
    """Only members manage a board's affairs."""

    kind = "forbidden"
    message = "You hold no seat on this board."
    remedy = "Ask a member of the board to do this."
    reason = "the person holds no seat on the board"


class NotPresiding(Refusal):
    """A board runs its own affairs, by its chair and its secretary."""

    kind = "forbidden"
    message = "Only the chair or the secretary of this board may do this."
    remedy = "Ask one of them. The staff of the agency may do it only while the board has neither."
    reason = "only the chair or the secretary of the board may do this"


class NotYours(Refusal):
    """Some things are for their owner only."""

    kind = "forbidden"
    message = "This belongs to someone else."
    remedy = "Use your own instead."
    reason = "it belongs to someone else"


class OnlyReads(Refusal):
    """A read-only token changes nothing."""

    kind = "forbidden"
    message = "This API token is read-only."
    remedy = "Use a token that is not read-only."
    reason = "the API token is read-only"


class ForPeopleAlone(Refusal):
    """Some operations need a signed-in person, not an API token."""

    kind = "forbidden"
    message = "This cannot be done with an API token."
    remedy = "Sign in and do it in person."
    reason = "this is not possible with an API token"


_MISSING: Mapping[Relation, type[Refusal]] = {
    Relation.OWN_AGENCY: OtherAgency,
    Relation.PARTY: NotAParty,
    Relation.LEAD: NotTheLead,
    Relation.SIGNATORY: NotASignatory,
    Relation.BOARD: NotOnTheBoard,
    Relation.PRESIDING: NotPresiding,
    Relation.STANDING_IN: NotPresiding,
    Relation.OWN: NotYours,
}


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do an operation: any of the grants suffices. Without grants, nobody may."""

    grants: tuple[Grant, ...] = ()
    by_people_alone: bool = False
    """Whether API tokens are refused."""

    @property
    def is_public(self) -> bool:
        """Whether no token is needed."""
        return any(grant.role == Role.PUBLIC for grant in self.grants)

    @property
    def asks_for_relation(self) -> bool:
        """Whether the operation itself must check a relation, because no grant is unconditional."""
        return all(grant.relation != Relation.ANY for grant in self.grants)

    @property
    def refusals(self) -> frozenset[type[Refusal]]:
        """The refusals of :meth:`require`, which depend on the grants."""
        missing = {_MISSING[grant.relation] for grant in self.grants if grant.relation in _MISSING}
        alone = {ForPeopleAlone} if self.by_people_alone else set()
        nobody = set() if self.is_public else {SignInFirst, RoleMissing}
        return frozenset(missing | alone | nobody)

    def require_role(self, actor: Actor) -> None:
        """Refuse a caller without any role for this: ``SignInFirst`` or ``RoleMissing``."""
        if self.by_people_alone:
            require_signed_in(actor)
        if actor.is_system or any(self._of(actor)):
            return
        actor.sign_in()
        raise RoleMissing(role=Term(self.grants[0].role if self.grants else Role.CUSTODIAN))

    def require(self, actor: Actor, relations: Iterable[Relation]) -> frozenset[str]:
        """Refuse an actor who may not do this, given their ``relations`` to its subject.

        Returns the roles in which the actor may.
        """
        if actor.is_system:
            return actor.roles
        if self.by_people_alone:
            require_signed_in(actor)
        held = {Relation.ANY, *relations}
        ours = list(self._of(actor))
        fitting = frozenset(grant.role for grant in ours if grant.relation in held)
        if fitting:
            return fitting
        self.require_role(actor)
        raise _MISSING[ours[0].relation]

    def _of(self, actor: Actor) -> Iterator[Grant]:
        roles = roles_of(actor)
        return (grant for grant in self.grants if grant.role in roles)


def roles_of(actor: Actor) -> frozenset[str]:
    """The actor's roles, including implicit ones."""
    more = {Role.PUBLIC} if actor.is_anonymous else {Role.PUBLIC, Role.ANYBODY}
    return actor.roles | more


def is_staff(actor: Actor) -> bool:
    """Whether the actor is staff of the agency, and may see its data."""
    return not actor.roles.isdisjoint(STAFF)


def require_signed_in(actor: Actor) -> None:
    """Refuse API tokens with :class:`ForPeopleAlone`."""
    if actor.has(AUTOMATED):
        raise ForPeopleAlone


def may(*roles: Role, of: Relation = Relation.ANY) -> tuple[Grant, ...]:
    """Grants for several roles in one relation."""
    return tuple(Grant(role, of) for role in roles)


PUBLIC = may(Role.PUBLIC)
"""Everybody, without a token."""

NOBODY = Permission()
"""The default."""


def by_people(grants: tuple[Grant, ...]) -> Permission:
    """A permission for signed-in people only, not for API tokens."""
    return Permission(grants, by_people_alone=True)
