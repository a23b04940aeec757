"""Who may do what with accounts, sessions, tokens and the audit log."""

from __future__ import annotations

from shared.identity.permissions import PUBLIC, Relation, Role, may, table

OWN = may(Role.ANYBODY, of=Relation.OWN)
ADMINISTRATOR = may(Role.ADMINISTRATOR, of=Relation.OWN_AGENCY)
AUDITOR = may(Role.ADMINISTRATOR, Role.AUDITOR, of=Relation.OWN_AGENCY)

PERMISSIONS = table(
    # Whoever knows a password, or holds a session, an API token or a link, is let in by it.
    sign_in=PUBLIC,
    give_access=PUBLIC,
    sign_out=PUBLIC,
    use_link=PUBLIC,
    start_at_provider=PUBLIC,
    return_from_provider=PUBLIC,
    enter_from_provider=PUBLIC,
    show_ways=PUBLIC,
    show_my_account=OWN,
    export_my_data=OWN,
    erase_myself=OWN,
    change_password=OWN,
    enrol_totp=OWN,
    confirm_totp=OWN,
    drop_totp=OWN,
    drop_account_totp=ADMINISTRATOR,
    list_sessions=OWN,
    end_session=OWN,
    sign_out_everywhere=OWN,
    make_api_token=OWN,
    list_api_tokens=OWN + ADMINISTRATOR,
    revoke_api_token=OWN + ADMINISTRATOR,
    open_account=ADMINISTRATOR,
    list_accounts=AUDITOR,
    show_account=OWN + AUDITOR,
    show_account_timeline=OWN + AUDITOR,
    grant_role=ADMINISTRATOR,
    withdraw_role=ADMINISTRATOR,
    lock_account=ADMINISTRATOR,
    unlock_account=ADMINISTRATOR,
    close_account=ADMINISTRATOR,
    erase_person=ADMINISTRATOR,
    list_erasures=AUDITOR,
    show_erasure=AUDITOR,
    make_link=ADMINISTRATOR,
    end_account_sessions=ADMINISTRATOR,
    show_agency=AUDITOR,
    amend_agency=ADMINISTRATOR,
    found_agency=may(Role.OPERATOR),
    list_agencies=may(Role.OPERATOR),
    # An operator sees what belongs to no agency, such as attempts on accounts that there are not.
    list_audit_entries=AUDITOR + may(Role.OPERATOR),
    export_audit_entries=AUDITOR + may(Role.OPERATOR),
)
