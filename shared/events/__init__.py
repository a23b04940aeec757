"""How events leave a service and how they arrive at another.

Read ``relay`` (how they leave), ``projection`` and ``reaction`` (how they arrive), ``dead_letters`` (what
could not be handled) and ``streams`` (what the broker must hold) in this order.
"""
