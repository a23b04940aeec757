"""Who may do what with products: this service's part of the one table."""

from __future__ import annotations

from shared.identity.permissions import PUBLIC, STAFF, Relation, Role, may, table

PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)
PUBLISHER = may(Role.PUBLISHER, of=Relation.OWN_AGENCY)

_MAKING = table(
    draft_product=PARTY,
    edit_product=PARTY,
    add_file=PARTY,
    remove_file=PARTY,
    relate_product=PARTY,
    begin_version=PARTY,
    discard_version=PARTY,
    submit_version=PARTY,
    take_back_review=PARTY,
    request_changes=PARTY,
    approve_version=PARTY,
    publish_version=PARTY + PUBLISHER,
    withdraw_product=PARTY,
    revoke_umbrella=PARTY,
    # Whose they are is asked of each: everybody finds here what they work on, and nothing else.
    list_drafts=may(Role.REPRESENTATIVE, *STAFF),
)
_READING = table(
    list_products=PUBLIC,
    show_product=PUBLIC,
    product_timeline=PUBLIC,
    download_file=PUBLIC,
    download_product=PUBLIC,
    print_product=PUBLIC,
    show_page=PUBLIC,
    resolve_code=PUBLIC,
    list_umbrellas=PUBLIC,
    show_umbrella=PUBLIC,
    show_succession=PUBLIC,
    search=PUBLIC,
    show_catalogue=PUBLIC,
    show_feed=PUBLIC,
)
_RECORDS = table(
    record_use=PARTY + COORDINATOR,
    list_uses=PUBLIC,
    show_use=PUBLIC,
    use_timeline=PUBLIC,
    record_print_batch=PARTY,
    correct_print_batch=PARTY,
    list_print_batches=PUBLIC,
    show_print_batch=PUBLIC,
    print_batch_timeline=PUBLIC,
    declare_coverage=PARTY + COORDINATOR,
    show_coverage=PUBLIC,
    coverage_timeline=PUBLIC,
)
PERMISSIONS = {**_MAKING, **_READING, **_RECORDS}
