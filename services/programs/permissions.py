"""Who may do what with problems and programmes: this service's part of the one table."""

from __future__ import annotations

from shared.identity.permissions import PUBLIC, STAFF, Relation, Role, may, table

COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)
PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
LEAD = may(Role.REPRESENTATIVE, of=Relation.LEAD)
INSIDE = PARTY + may(*STAFF, of=Relation.OWN_AGENCY)
"""Who sees what the public does not; to everybody else it is not there."""

_PROBLEMS = table(
    register_problem=COORDINATOR + PARTY,
    list_problems=PUBLIC,
    show_problem=PUBLIC,
    show_problem_timeline=PUBLIC,
    record_incident=COORDINATOR + PARTY,
    observe_signal=COORDINATOR + PARTY,
    act_on_signal=PARTY,
    move_problem=COORDINATOR + PARTY,
    identify_root_cause=COORDINATOR + PARTY,
    propose_option=COORDINATOR + PARTY,
    choose_response=COORDINATOR + PARTY,
    carry_out_response=COORDINATOR + PARTY,
)
_PROGRAMS = table(
    add_template=may(Role.COORDINATOR),
    list_templates=PUBLIC,
    show_template=PUBLIC,
    show_template_timeline=PUBLIC,
    plan_template=PUBLIC,
    approve_program=COORDINATOR,
    list_programs=PUBLIC,
    show_program=PUBLIC,
    show_program_timeline=PUBLIC,
    close_program=COORDINATOR + LEAD,
    abandon_program=COORDINATOR + LEAD,
    show_iati=PUBLIC,
    show_calendar=PUBLIC,
)
_STAGES = table(
    start_stage=PARTY,
    submit_stage=PARTY,
    accept_stage=PARTY,
    return_stage=PARTY,
    skip_stage=COORDINATOR + LEAD,
    replan_stage=COORDINATOR + PARTY,
    reassign_stage=COORDINATOR + LEAD,
    upload_evidence=PARTY,
    list_evidence=INSIDE,
    download_evidence=INSIDE,
    show_evidence_timeline=PUBLIC,
    list_stage_evidence=PUBLIC,
)
_RECORDS = table(
    record_activity=PARTY,
    list_activities=PUBLIC,
    show_activity=PUBLIC,
    retract_activity=PARTY,
    show_activity_timeline=PUBLIC,
    record_contribution=PARTY,
    list_contributions=PUBLIC,
    show_contribution=PUBLIC,
    verify_contribution=PARTY,
    dispute_contribution=PARTY,
    correct_contribution=PARTY,
    show_contribution_timeline=PUBLIC,
    show_shares=PUBLIC,
    define_indicator=COORDINATOR + PARTY,
    list_indicators=PUBLIC,
    show_indicator=PUBLIC,
    plan_period=COORDINATOR + PARTY,
    set_target=COORDINATOR + PARTY,
    measure_indicator=PARTY,
    correct_measurement=PARTY,
    show_indicator_timeline=PUBLIC,
)
PERMISSIONS = {**_PROBLEMS, **_PROGRAMS, **_STAGES, **_RECORDS}
