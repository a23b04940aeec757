"""Event consumers of identity: the audit log of all services, and the progress of erasures.

From the registry it copies which agency has registered an organisation or a person, as that agency opens
their accounts; and memberships, as a former member no longer acts for the organisation.
"""

from __future__ import annotations

from typing import cast
from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.resting_roles import membership_ended
from services.identity.model.audit import outcome_of
from services.identity.tables.accounts import memberships, organisations, persons
from services.identity.tables.audit import audit_entries
from services.identity.tables.erasures import erasure_steps
from shared.contracts.audience import Audience
from shared.contracts.audit import ACTS
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.every import EVENTS
from shared.contracts.partners import (
    MembershipBegan,
    MembershipEnded,
    OrganisationRegistered,
    PersonRegistered,
    PersonRetired,
)
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.events.reaction import Reaction


class AuditLog(Projection):
    """Stores each audited act as its envelope describes it: when, by whom, about what."""

    def apply(self, tx: Transaction, envelope: Envelope) -> None:
        """Store one act. An attempt to sign in is about the account, if there is one."""
        tx.insert(
            audit_entries,
            {
                "id": envelope.id,
                "at": envelope.time,
                "agency": envelope.agency,
                "service": envelope.publisher,
                "kind": envelope.name,
                "actor": envelope.actor,
                "organisation": envelope.organisation,
                "about": UUID(envelope.data.get("account_id") or str(envelope.aggregate_id)),
                "outcome": outcome_of(envelope.name),
                "correlation_id": envelope.correlation_id,
                "details": envelope.data,
            },
        )


AUDIT = AuditLog("audit", tables=[audit_entries])


class Erasures(Projection):
    """Stores which service has erased whom."""

    def apply(self, tx: Transaction, envelope: Envelope) -> None:
        """Record that a service has finished; the last event of each counts."""
        row = {
            "erasure_id": UUID(envelope.data["erasure_id"]),
            "service": envelope.publisher,
            "rows": envelope.data["rows"],
            "finished_at": envelope.time,
        }
        tx.upsert(erasure_steps, row)


ERASURES = Erasures("erasures", tables=[erasure_steps])


REGISTERED = Projection("organisations", tables=[organisations])


@REGISTERED.on(OrganisationRegistered)
def organisation_registered(tx: Transaction, event: OrganisationRegistered) -> None:
    """Record which agency registered an organisation."""
    tx.insert(organisations, {"id": event.organisation_id, "agency": tx.agency})


PERSONS = Projection("persons", tables=[persons])


@PERSONS.on(PersonRegistered)
def person_registered(tx: Transaction, event: PersonRegistered) -> None:
    """Record which agency registered a person."""
    tx.insert(persons, {"id": event.whom, "agency": tx.agency, "has_retired": False})


@PERSONS.on(PersonRetired)
def person_retired(tx: Transaction, event: PersonRetired) -> None:
    """Record that a person is retired; a person unknown so far is added."""
    tx.upsert(persons, {"id": event.whom, "has_retired": True}, {"agency": tx.agency})


BELONGING = Projection("memberships", tables=[memberships])
RESTING = Reaction("resting", (MembershipEnded,), membership_ended)


@BELONGING.on(MembershipBegan)
def membership_began(tx: Transaction, event: MembershipBegan) -> None:
    """Record a membership."""
    row = {
        "id": event.membership_id,
        "agency": tx.agency,
        "organisation_id": event.organisation_id,
        "person_id": event.member,
        "has_ended": False,
    }
    tx.insert(memberships, row)


@BELONGING.on(MembershipEnded)
def membership_is_over(tx: Transaction, event: MembershipEnded) -> None:
    """Record the end of a membership; a reaction does what follows from it, once."""
    ours = memberships.c.id == event.membership_id
    tx.execute(sa.update(memberships).where(ours).values(has_ended=True))


def _kept_whole(_tx: Transaction, _event: Event) -> None:
    """Do nothing: the envelope holds everything, see :meth:`AuditLog.apply`."""


for _contract in EVENTS:
    if _contract.told_to is Audience.AUDIT:
        AUDIT.on(_contract)(_kept_whole)
for _acts in ACTS.values():
    ERASURES.on(cast("type[Event]", _acts.erased))(_kept_whole)
