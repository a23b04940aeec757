"""The backbone: one transaction per command, an outbox, a relay, projections and reactions.

Read it in this order: ``envelope`` (what travels), ``transaction`` (what a use case sees), ``database``
(how a use case runs), ``outbox`` and ``relay`` (how events leave), ``projection`` and ``reaction`` (how
they arrive), ``dead_letters`` (what could not be handled), ``streams`` (what the broker must hold).
"""
