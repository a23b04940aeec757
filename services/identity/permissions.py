"""Who may do what with accounts, sessions, tokens and the audit log."""

from __future__ import annotations

from shared.identity.permissions import PUBLIC, Relation, Role, by_people, may, table

OWN = may(Role.ANYBODY, of=Relation.OWN)
ADMINISTRATOR = may(Role.ADMINISTRATOR, of=Relation.OWN_AGENCY)
AUDITOR = may(Role.ADMINISTRATOR, Role.AUDITOR, of=Relation.OWN_AGENCY)

PERMISSIONS = table(
    # What opens accounts, or tells of their owner, is nothing for a system that acts in somebody's name.
    # Whoever knows a password, or holds a session, an API token or a link, is let in by it.
    sign_in=PUBLIC,
    give_access=PUBLIC,
    give_token=PUBLIC,
    sign_out=PUBLIC,
    use_link=PUBLIC,
    start_at_provider=PUBLIC,
    return_from_provider=PUBLIC,
    enter_from_provider=PUBLIC,
    show_ways=PUBLIC,
    show_my_account=by_people(OWN),
    export_my_data=by_people(OWN),
    erase_myself=by_people(OWN),
    change_password=by_people(OWN),
    enrol_totp=by_people(OWN),
    confirm_totp=by_people(OWN),
    drop_totp=by_people(OWN),
    drop_account_totp=by_people(ADMINISTRATOR),
    list_sessions=by_people(OWN),
    end_session=by_people(OWN),
    sign_out_everywhere=by_people(OWN),
    make_api_token=by_people(OWN),
    list_api_tokens=OWN + ADMINISTRATOR,
    revoke_api_token=by_people(OWN + ADMINISTRATOR),
    open_account=by_people(ADMINISTRATOR),
    list_accounts=AUDITOR,
    show_account=OWN + AUDITOR,
    show_account_timeline=OWN + AUDITOR,
    grant_role=by_people(ADMINISTRATOR),
    withdraw_role=by_people(ADMINISTRATOR),
    lock_account=by_people(ADMINISTRATOR),
    unlock_account=by_people(ADMINISTRATOR),
    close_account=by_people(ADMINISTRATOR),
    erase_person=by_people(ADMINISTRATOR),
    list_erasures=AUDITOR,
    show_erasure=AUDITOR,
    make_link=by_people(ADMINISTRATOR),
    end_account_sessions=by_people(ADMINISTRATOR),
    show_agency=AUDITOR,
    amend_agency=by_people(ADMINISTRATOR),
    found_agency=by_people(may(Role.OPERATOR)),
    list_agencies=may(Role.OPERATOR),
    # An operator sees what belongs to no agency, such as attempts on accounts that there are not.
    list_audit_entries=AUDITOR + may(Role.OPERATOR),
    export_audit_entries=AUDITOR + may(Role.OPERATOR),
)
