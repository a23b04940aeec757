"""Viewer of rows: an actor in a query, or PostgreSQL settings in a policy, as SQL expressions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import False_, True_

from shared.identity.actor import Actor
from shared.identity.permissions import STAFF, Role

Condition = sa.ColumnElement[bool]
Column = sa.ColumnElement[Any]
EVERYTHING = "kemitraan.everything"
"""The setting that lifts every policy: “on” for the system itself."""
_OF_ACTOR = {name: f"kemitraan.{name}" for name in ("person", "person_id", "agency", "organisation", "roles")}


class Viewer(ABC):
    """The viewer in a visibility condition; each method returns an SQL expression."""

    @abstractmethod
    def has(self, *roles: Role) -> Condition:
        """Whether the viewer has one of these roles."""

    @abstractmethod
    def is_of(self, agency: Column) -> Condition:
        """Whether the column is the viewer's agency."""

    @abstractmethod
    def is_named(self, person: Column) -> Condition:
        """Whether the column of texts contains the viewer's opaque id."""

    @abstractmethod
    def is_person(self, person: Column) -> Condition:
        """Whether the column of UUIDs is the viewer's id; never if that is no UUID."""

    @abstractmethod
    def acts_for(self, organisation: Column) -> Condition:
        """Whether the column is the viewer's organisation, or none if there is none."""

    @abstractmethod
    def _is_for(self, organisation: Column) -> Condition:
        """Whether the column is the viewer's organisation; never if there is none."""

    def works_for(self, agency: Column) -> Condition:
        """Whether the column is the agency that the viewer is staff of."""
        return all_of(self.has(*STAFF), self.is_of(agency))

    def represents(self, organisation: Column) -> Condition:
        """Whether the column is the organisation that the viewer represents."""
        return all_of(self.has(Role.REPRESENTATIVE), self._is_for(organisation))


class ActorViewer(Viewer):
    """A known actor: conditions that cannot hold are left out of the statement."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._id = _uuid(actor.person)

    def has(self, *roles: Role) -> Condition:
        return sa.false() if self._actor.roles.isdisjoint(roles) else sa.true()

    def is_of(self, agency: Column) -> Condition:
        return agency == self._actor.agency

    def is_named(self, person: Column) -> Condition:
        return person == self._actor.person

    def is_person(self, person: Column) -> Condition:
        return sa.false() if self._id is None else person == self._id

    def acts_for(self, organisation: Column) -> Condition:
        return organisation.is_(None) if self._actor.organisation is None else self._is_for(organisation)

    def _is_for(self, organisation: Column) -> Condition:
        own = self._actor.organisation
        return sa.false() if own is None else organisation == own


class SettingsViewer(Viewer):
    """The viewer named by PostgreSQL settings: unset ones match nobody."""

    def has(self, *roles: Role) -> Condition:
        held = sa.func.string_to_array(_setting("roles"), ",")
        return held.op("&&", is_comparison=True)(array([str(role) for role in sorted(roles)]))

    def is_of(self, agency: Column) -> Condition:
        return agency == _setting("agency")

    def is_named(self, person: Column) -> Condition:
        return person == _setting("person")

    def is_person(self, person: Column) -> Condition:
        return person == sa.cast(_setting("person_id"), sa.Uuid)

    def acts_for(self, organisation: Column) -> Condition:
        return organisation.is_not_distinct_from(sa.cast(_setting("organisation"), sa.Uuid))

    def _is_for(self, organisation: Column) -> Condition:
        return organisation == sa.cast(_setting("organisation"), sa.Uuid)


def settings_of(actor: Actor) -> Mapping[str, str]:
    """The settings of an actor for :class:`SettingsViewer`; the system sees everything."""
    told = {
        "person": actor.person,
        "person_id": str(_uuid(actor.person) or ""),
        "agency": actor.agency,
        "organisation": str(actor.organisation or ""),
        "roles": ",".join(sorted(actor.roles)),
    }
    return {_OF_ACTOR[name]: value for name, value in told.items()} | {
        EVERYTHING: "on" if actor.is_system else ""
    }


def all_of(*conditions: Condition) -> Condition:
    """Whether every condition holds; constant ones are left out of the statement."""
    if any(isinstance(condition, False_) for condition in conditions):
        return sa.false()
    open_ones = [condition for condition in conditions if not isinstance(condition, True_)]
    return sa.and_(*open_ones) if open_ones else sa.true()


def any_of(*conditions: Condition) -> Condition:
    """Whether any condition holds; see :func:`all_of`."""
    if any(isinstance(condition, True_) for condition in conditions):
        return sa.true()
    open_ones = [condition for condition in conditions if not isinstance(condition, False_)]
    return sa.or_(*open_ones) if open_ones else sa.false()


def some(*tables: sa.FromClause, where: Sequence[Condition]) -> Condition:
    """Whether rows of these tables meet every condition."""
    met = all_of(*where)
    return met if isinstance(met, False_) else sa.exists().where(met).correlate_except(*tables)


def is_somebody() -> Condition:
    """Whether the settings name a viewer."""
    return _setting("person").is_not(None)


def sees_everything() -> Condition:
    """Whether every policy is lifted; an unset setting is NULL, which is not true."""
    return _current(EVERYTHING) == "on"


def _setting(name: str) -> Column:
    """A setting; one that was set in an earlier transaction is empty, not NULL."""
    return sa.func.nullif(_current(_OF_ACTOR[name]), "", type_=sa.Text)


def _current(name: str) -> Column:
    return sa.func.current_setting(name, sa.true(), type_=sa.Text)


def _uuid(person: str) -> UUID | None:
    try:
        return UUID(person)
    except ValueError:
        return None
