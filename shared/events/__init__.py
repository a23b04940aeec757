"""Event delivery: relay, projections, reactions.

Read ``relay`` (how they leave), ``projection`` and ``reaction`` (how they arrive), ``dead_letters`` (what
could not be handled) and ``streams`` (what the broker must hold) in this order.
"""
