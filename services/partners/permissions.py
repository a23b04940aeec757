"""Who may do what in the registry."""

from __future__ import annotations

from shared.identity.permissions import PUBLIC, STAFF, Relation, Role, may, table

REGISTRARS = (Role.ADMINISTRATOR, Role.COORDINATOR)
"""Who looks after an agency's organisations and people."""
THEIR_READERS = (*REGISTRARS, Role.AUDITOR)

REGISTRAR = may(*REGISTRARS, of=Relation.OWN_AGENCY)
COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)
SECRETARY = may(Role.SECRETARY, of=Relation.OWN_AGENCY)
OFFICE = SECRETARY + COORDINATOR
PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
LEAD = may(Role.REPRESENTATIVE, of=Relation.LEAD)
OWN = may(Role.REPRESENTATIVE, of=Relation.OWN)
READS_MEMBERSHIPS = may(*THEIR_READERS, of=Relation.OWN_AGENCY) + OWN
READS_CONTACTS = may(*STAFF, of=Relation.OWN_AGENCY) + PARTY

PERMISSIONS = table(
    # Organisations and people.
    register_organisation=may(*REGISTRARS),
    list_organisations=PUBLIC,
    show_organisation=PUBLIC,
    amend_organisation=REGISTRAR,
    show_organisation_timeline=PUBLIC,
    register_person=may(*REGISTRARS),
    list_persons=may(*THEIR_READERS, of=Relation.OWN_AGENCY),
    show_person=may(*THEIR_READERS, of=Relation.OWN_AGENCY),
    amend_person=REGISTRAR,
    retire_person=REGISTRAR,
    begin_membership=REGISTRAR,
    list_memberships=READS_MEMBERSHIPS,
    show_membership=READS_MEMBERSHIPS,
    end_membership=REGISTRAR,
    show_membership_timeline=READS_MEMBERSHIPS,
    # Partnerships and their charters; before it was signed, one is there for its own people alone.
    list_lifecycle_stages=PUBLIC,
    form_partnership=may(Role.COORDINATOR),
    list_partnerships=PUBLIC,
    show_partnership=PUBLIC,
    join_partnership=COORDINATOR + LEAD,
    accept_invitation=PARTY,
    take_back_invitation=COORDINATOR + LEAD,
    leave_partnership=PARTY,
    name_senior=PARTY,
    advance_lifecycle=COORDINATOR + LEAD,
    plan_exit=LEAD,
    end_partnership=COORDINATOR + LEAD,
    show_timeline=PUBLIC,
    show_calendar=PUBLIC,
    propose_charter=LEAD,
    withdraw_charter=LEAD,
    sign_charter=PARTY,
    list_charters=PUBLIC,
    show_charter=PUBLIC,
    show_charter_changes=PUBLIC,
    # Agreements, contacts and ceremonies; of an agreement that is not public, the text is withheld.
    register_agreement=COORDINATOR + PARTY,
    confirm_signing=may(Role.REPRESENTATIVE, of=Relation.SIGNATORY),
    list_agreements=PUBLIC,
    show_agreement=PUBLIC,
    attach_file=COORDINATOR + PARTY,
    download_file=PUBLIC,
    terminate_agreement=COORDINATOR + may(Role.REPRESENTATIVE, of=Relation.SIGNATORY),
    show_agreement_timeline=PUBLIC,
    record_contact=COORDINATOR + PARTY,
    correct_contact=COORDINATOR + PARTY,
    list_contacts=READS_CONTACTS,
    show_contact=READS_CONTACTS,
    show_contact_timeline=READS_CONTACTS,
    record_ceremony=COORDINATOR + PARTY,
    correct_ceremony=COORDINATOR + PARTY,
    list_ceremonies=PUBLIC,
    show_ceremony=PUBLIC,
    show_ceremony_timeline=PUBLIC,
    # Boards and their meetings.
    constitute_board=COORDINATOR,
    list_boards=PUBLIC,
    show_board=PUBLIC,
    elect_member=SECRETARY,
    vacate_seat=SECRETARY,
    dissolve_board=COORDINATOR,
    show_board_timeline=PUBLIC,
    call_meeting=OFFICE,
    list_meetings=PUBLIC,
    show_meeting=PUBLIC,
    reschedule_meeting=OFFICE,
    cancel_meeting=OFFICE,
    hold_meeting=SECRETARY,
    correct_attendance=SECRETARY,
    record_outcome=SECRETARY,
    correct_outcome=SECRETARY,
    write_minutes=SECRETARY,
    # Members of a board need no role beside their seat.
    approve_minutes=may(Role.ANYBODY, of=Relation.BOARD),
    show_meeting_timeline=PUBLIC,
    # Promises, and what parties think of one another.
    make_commitment=PARTY,
    list_commitments=PUBLIC,
    show_commitment=PUBLIC,
    confirm_commitment=PARTY,
    give_up_commitment=OWN,
    show_commitment_timeline=PUBLIC,
    open_trust_round=OFFICE,
    list_trust_rounds=PUBLIC,
    show_trust_round=PUBLIC,
    score_parties=PARTY,
    close_trust_round=SECRETARY,
    show_trust_round_timeline=PUBLIC,
    find_areas=PUBLIC,
    show_area=PUBLIC,
)
