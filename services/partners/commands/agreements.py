"""Agreements: registration, signing, entry into force, renewal, expiry, termination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.partners.commands.authority import permit, permit_bound, speaks_for
from services.partners.commands.parties import named
from services.partners.model.agreement import Agreement, AgreementFile, OfficeOfNobody, Signatory
from services.partners.model.charter import ObserversDoNotSign
from services.partners.model.organisation import Organisation
from services.partners.model.partnership import Partnership
from services.partners.model.party import MOST
from services.partners.tables.agreements import agreements
from shared.command import Command, Part
from shared.contracts.partners import (
    AgreementEnteredIntoForce,
    AgreementExpired,
    AgreementExpiring,
    AgreementFileAttached,
    AgreementRegistered,
    AgreementTerminated,
    SignatoryFacts,
    SigningAwaited,
    SigningConfirmed,
)
from shared.contracts.vocabulary import AgreementKind, AgreementState, DisclosureException, PartnershipState
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.days import require_past
from shared.fields import Day, Line, Prose
from shared.identity.actor import NotAParty
from shared.storage import StoredFile

BEGINS = "agreement-entered-into-force"
WARNS = "agreement-expiring"
ENDS = "agreement-expired"


class SigningOffice(Part):
    """The office of who signed for an organisation, such as “Head of the village”: no name of a person."""

    organisation_id: UUID
    office: Line


class RegisterAgreement(Command):
    """Register an agreement (representative of a bound party, or coordinator of the partnership's agency).

    Both days in force are included; ``in_force_until`` null means no end. ``signatories`` are
    organisations: at least two, or one for a decree. A representative confirms for their own organisation,
    a coordinator for those of the agency; each other signatory confirms its own signing before the
    agreement becomes public. ``offices`` are those in which people signed for them. It is public (Law
    14/2008, Art. 11(1)(e)) unless ``exception_class`` (Art. 17) and ``exception_reason`` say why not.
    ``renews`` is the previous agreement of the same partnership that this one renews.
    """

    partnership_id: UUID
    kind: AgreementKind
    number: Line
    title: Line
    signed_on: Day
    in_force_from: Day
    in_force_until: Day | None = None
    signatories: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST)]
    offices: Annotated[tuple[SigningOffice, ...], Field(max_length=MOST)] = ()
    public: bool = True
    exception_class: DisclosureException | None = None
    exception_reason: Prose | None = None
    renews: UUID | None = None


class ConfirmSigning(Command):
    """Confirm that your organisation signed, and the office of who signed (representative of a signatory)."""

    agreement_id: UUID
    office: Line | None = None


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Store the signed text of an agreement."""

    agreement_id: UUID
    filename: str
    file: StoredFile


class TerminateAgreement(Command):
    """Terminate an agreement early (representative of a signatory, or coordinator of the agency)."""

    agreement_id: UUID
    on: Day
    reason: Prose


def register_agreement(tx: Transaction, command: RegisterAgreement) -> Agreement:
    """Register an agreement, as a bound party or as a coordinator.

    If the actor speaks for every signatory, it takes effect at once; else each other signatory first
    confirms that it signed.
    """
    partnership = tx.get(Partnership, command.partnership_id)
    permit_bound(tx, partnership)
    partnership.require_running()
    require_past(command.signed_on, tx.today_in(partnership.area))
    agreement = _agreement(tx, partnership, command)
    if command.renews is not None:
        agreement.follow(tx.get(Agreement, command.renews))
        tx.drop_timer(WARNS, command.renews)
    tx.add(agreement)
    if agreement.awaited:
        awaited = tuple(signatory.id for signatory in agreement.awaited)
        tx.record(
            SigningAwaited(agreement_id=agreement.id, partnership_id=partnership.id, organisations=awaited)
        )
    else:
        _register(tx, agreement)
    return agreement


def confirm_signing(tx: Transaction, command: ConfirmSigning) -> Agreement:
    """Confirm for the actor's organisation that it signed; the last confirmation registers the agreement."""
    agreement = tx.get(Agreement, command.agreement_id)
    permit(tx, agreement)
    organisation = tx.actor.organisation
    if organisation is None:
        raise NotAParty
    complete = agreement.confirm(organisation, tx.now, command.office)
    tx.record(
        SigningConfirmed(
            agreement_id=agreement.id,
            partnership_id=agreement.partnership_id,
            organisation_id=organisation,
        )
    )
    if complete:
        _register(tx, agreement)
    return agreement


def for_its_file(tx: Transaction, agreement_id: UUID) -> Agreement:
    """The agreement, for an actor who may upload its text."""
    agreement = tx.get(Agreement, agreement_id)
    permit_bound(tx, tx.get(Partnership, agreement.partnership_id))
    return agreement


def attach_file(tx: Transaction, command: AttachFile) -> Agreement:
    """Store the signed text, as a bound party or as a coordinator."""
    agreement = for_its_file(tx, command.agreement_id)
    file = command.file
    agreement.attach(
        AgreementFile(command.filename, file.media_type, file.size, file.sha256, file.key, tx.now)
    )
    tx.record(
        AgreementFileAttached(
            agreement_id=agreement.id,
            partnership_id=agreement.partnership_id,
            sha256=file.sha256,
            size=file.size,
            media_type=file.media_type,
        )
    )
    return agreement


def terminate_agreement(tx: Transaction, command: TerminateAgreement) -> Agreement:
    """Terminate an agreement, as a signatory or coordinator; the one it renewed gets its reminder back."""
    agreement = tx.get(Agreement, command.agreement_id)
    permit(tx, agreement)
    partnership = tx.get(Partnership, agreement.partnership_id)
    agreement.terminate(command.on, command.reason, tx.today_in(partnership.area))
    for name in (BEGINS, WARNS, ENDS):
        tx.drop_timer(name, agreement.id)
    tx.record(
        AgreementTerminated.model_validate(_facts(agreement) | {"on": command.on, "reason": command.reason})
    )
    if agreement.renews is not None:
        earlier = tx.get(Agreement, agreement.renews)
        agreement.release(earlier)
        if partnership.state is not PartnershipState.ENDED:
            _warn(tx, earlier)
    return agreement


def drop_reminders(tx: Transaction, partnership_id: UUID) -> None:
    """Drop the reminders of ending agreements; an ended partnership renews nothing."""
    theirs = sa.select(agreements.c.id).where(agreements.c.partnership_id == partnership_id)
    for agreement_id in tx.session.scalars(theirs.order_by(agreements.c.id)).all():
        tx.drop_timer(WARNS, agreement_id)


def agreement_entered_into_force(tx: Transaction, due: Due) -> None:
    """Fires on the first day in force."""
    agreement = tx.get(Agreement, due.about)
    if agreement.state is AgreementState.REGISTERED:
        _enter_into_force(tx, agreement)


def agreement_expiring(tx: Transaction, due: Due) -> None:
    """Announce the coming end, unless a renewal exists or the end has passed during a downtime."""
    agreement = tx.get(Agreement, due.about)
    until = agreement.in_force_until
    if until is None or agreement.ended or agreement.renewed_by is not None or tx.today > until:
        return
    days = (until - tx.today).days
    tx.record(AgreementExpiring.model_validate(_facts(agreement) | {"in_force_until": until, "days": days}))


def agreement_expired(tx: Transaction, due: Due) -> None:
    """Fires after the last day in force."""
    agreement = tx.get(Agreement, due.about)
    if agreement.ended:
        return
    if agreement.state is AgreementState.REGISTERED:
        _enter_into_force(tx, agreement)
    _expire(tx, agreement)


def _register(tx: Transaction, agreement: Agreement) -> None:
    agreement.complete()
    told = {
        "agreement_id": agreement.id,
        "signatories": [
            SignatoryFacts(
                organisation_id=signatory.id,
                organisation_name=signatory.organisation.name,
                office=signatory.office,
            )
            for signatory in agreement.signatories
        ],
    }
    named_facts = AgreementRegistered.model_fields.keys() - told.keys()
    tx.record(
        AgreementRegistered.model_validate(told | {name: getattr(agreement, name) for name in named_facts})
    )
    _follow_its_days(tx, agreement)


def _agreement(tx: Transaction, partnership: Partnership, command: RegisterAgreement) -> Agreement:
    offices = {signing.organisation_id: signing.office for signing in command.offices}
    if len(offices) < len(command.offices) or not offices.keys() <= set(command.signatories):
        raise OfficeOfNobody
    return Agreement(
        id=tx.new_id(),
        agency=partnership.agency,
        partnership_id=partnership.id,
        kind=command.kind,
        number=command.number,
        title=command.title,
        signed_on=command.signed_on,
        in_force_from=command.in_force_from,
        in_force_until=command.in_force_until,
        signatories=[
            _signatory(tx, partnership, signatory, offices.get(signatory))
            for signatory in command.signatories
        ],
        registered_at=tx.now,
        public=command.public,
        exception_reason=command.exception_reason,
        exception_class=command.exception_class,
    )


def _signatory(
    tx: Transaction, partnership: Partnership, organisation_id: UUID, office: str | None
) -> Signatory:
    party = named(partnership, organisation_id)
    if not party.must_sign:
        raise ObserversDoNotSign(party=party.organisation_name)
    partnership.require_bound(party)
    organisation = tx.get(Organisation, party.organisation_id)
    return Signatory(organisation, tx.now if speaks_for(tx, organisation) else None, office)


def _follow_its_days(tx: Transaction, agreement: Agreement) -> None:
    """Do what is due by today, and set timers for later."""
    if agreement.in_force_from <= tx.today:
        _enter_into_force(tx, agreement)
    else:
        tx.set_timer(BEGINS, agreement.id, tx.start_of(agreement.in_force_from))
    until = agreement.in_force_until
    if until is None:
        return
    if until < tx.today:
        _expire(tx, agreement)
    else:
        _warn(tx, agreement)
        tx.set_timer(ENDS, agreement.id, tx.start_of(until + timedelta(days=1)))


def _warn(tx: Transaction, agreement: Agreement) -> None:
    """Set the reminder of its end, at once if its time has passed and the end has not."""
    if agreement.warn_from is not None and not agreement.ended:
        tx.set_timer(WARNS, agreement.id, max(tx.now, tx.start_of(agreement.warn_from)))


def _enter_into_force(tx: Transaction, agreement: Agreement) -> None:
    agreement.enter_into_force()
    tx.record(
        AgreementEnteredIntoForce.model_validate(
            _facts(agreement) | {"in_force_until": agreement.in_force_until}
        )
    )


def _expire(tx: Transaction, agreement: Agreement) -> None:
    agreement.expire()
    tx.record(
        AgreementExpired.model_validate(_facts(agreement) | {"in_force_until": agreement.in_force_until})
    )


def _facts(agreement: Agreement) -> dict[str, object]:
    return {
        "agreement_id": agreement.id,
        "partnership_id": agreement.partnership_id,
        "kind": agreement.kind,
        "title": agreement.title,
    }
