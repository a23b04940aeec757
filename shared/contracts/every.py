"""All event contracts of this release, for consumers of every event."""

from __future__ import annotations

from importlib import import_module
from itertools import chain
from pkgutil import walk_packages

import shared.contracts
from shared.contracts.audit import ACTS
from shared.contracts.event import Event, published_by

for _module in walk_packages(shared.contracts.__path__, f"{shared.contracts.__name__}."):
    import_module(_module.name)
EVENTS: tuple[type[Event], ...] = tuple(chain.from_iterable(published_by(name) for name in ACTS))
"""The newest version of each event, by publisher, in the order of declaration."""
