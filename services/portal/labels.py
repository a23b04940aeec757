"""What an event, a kind or a state is called on a page."""

from __future__ import annotations

from shared.i18n import N_

EVENTS = {
    "partners.organisation-registered": N_("Organisation registered"),
    "partners.partnership-formed": N_("Partnership formed"),
    "partners.charter-proposed": N_("Charter proposed"),
    "partners.charter-endorsed": N_("Charter endorsed by a party"),
    "partners.partnership-signed": N_("Partnership signed"),
    "programs.programme-approved": N_("Programme approved"),
    "programs.stage-started": N_("Stage started"),
    "programs.stage-submitted": N_("Stage submitted with evidence"),
    "programs.stage-returned": N_("Stage returned"),
    "programs.stage-completed": N_("Stage completed"),
    "products.product-drafted": N_("Product drafted"),
    "products.product-approved": N_("Product approved by a party"),
    "products.product-published": N_("Product published"),
    "notifications.notice-issued": N_("Notice issued"),
    "notifications.notice-delivered": N_("Notice delivered"),
}
KINDS = {
    "situation_picture": N_("Situation picture"),
    "guidance": N_("Guidance to act"),
    "education_material": N_("Education material"),
    "legal_umbrella": N_("Legal umbrella"),
    "reference": N_("Reference"),
}
PHASES = {
    "prevention": N_("Prevention"),
    "handling": N_("Handling"),
    "rehabilitation": N_("Rehabilitation"),
}
STATES = {
    "forming": N_("Forming"),
    "proposed": N_("Charter proposed"),
    "signed": N_("Signed"),
    "planned": N_("Planned"),
    "in_progress": N_("In progress"),
    "submitted": N_("Submitted"),
    "returned": N_("Returned"),
    "completed": N_("Completed"),
}
