"""The registry over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.partners import commands, queries
from services.partners.model import Organisation, Partnership
from shared.contracts.partners import OrganisationKind, PartyRole
from shared.http.door import DoorDep, etag
from shared.http.fields import Line, Prose
from shared.http.paging import Page, PageDep

router = APIRouter(prefix="/v1")


class OrganisationIn(BaseModel):
    """An organisation to register; ``area`` is an administrative code, such as 35.15 for Sidoarjo."""

    name: Line
    kind: OrganisationKind
    area: Line


class OrganisationOut(OrganisationIn):
    """A registered organisation."""

    id: UUID
    agency: str
    registered_at: datetime

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """The view of an organisation."""
        return cls.model_validate(organisation, from_attributes=True)


class PartyIn(BaseModel):
    """An organisation as a party: its role, what it contributes, what it gains."""

    organisation_id: UUID
    role: PartyRole = "member"
    contributes: Prose
    gains: Prose


class PartnershipIn(BaseModel):
    """A partnership to form: its parties and the problem that brings them together."""

    title: Line
    area: Line
    problem: Prose
    parties: list[PartyIn] = Field(min_length=2, max_length=50)


class CharterIn(BaseModel):
    """The shared vision and mission."""

    vision: Prose
    mission: Prose


class SignatureIn(BaseModel):
    """Which version of the charter is signed (the one that was read)."""

    charter_version: int = Field(ge=1)


class PartyOut(BaseModel):
    """A party and when it signed the current charter."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: str
    role: str
    contributes: str
    gains: str
    signed_at: datetime | None


class PartnershipOut(BaseModel):
    """A partnership with its parties, its charter and how far it is signed."""

    id: UUID
    agency: str
    title: str
    area: str
    problem: str
    state: str
    vision: str
    mission: str
    charter_version: int
    formed_at: datetime
    signed_at: datetime | None
    parties: list[PartyOut]

    @classmethod
    def of(cls, partnership: Partnership) -> Self:
        """The view of a partnership."""
        signed = {one.party_id: one.signed_at for one in partnership.current_signatures}
        parties = [
            PartyOut.model_validate({**vars(party), "signed_at": signed.get(party.id)})
            for party in partnership.parties
        ]
        return cls.model_validate({**vars(partnership), "parties": parties})


class HappenedOut(BaseModel):
    """One event of a timeline: what, when, for which organisation, in which correlation."""

    id: UUID
    event: str
    time: datetime
    organisation: str | None
    correlation_id: str
    data: dict[str, Any]


@router.post("/organisations", status_code=201, response_model=OrganisationOut)
async def register_organisation(body: OrganisationIn, door: DoorDep) -> Response:
    """Register an organisation (role coordinator)."""
    command = commands.RegisterOrganisation(name=body.name, kind=body.kind, area=body.area)
    return await door.create(commands.register_organisation, command, OrganisationOut.of)


@router.get("/organisations")
async def list_organisations(door: DoorDep, paging: PageDep) -> Page[OrganisationOut]:
    """List organisations."""
    found = await door.read(queries.list_organisations, paging.after, paging.limit + 1)
    return paging.page(found, OrganisationOut.of, lambda one: one.id)


@router.get("/organisations/{organisation_id}")
async def show_organisation(organisation_id: UUID, door: DoorDep, response: Response) -> OrganisationOut:
    """Show one organisation."""
    found = await door.read(queries.organisation, organisation_id)
    response.headers["ETag"] = etag(found.version)
    return OrganisationOut.of(found)


@router.post("/partnerships", status_code=201, response_model=PartnershipOut)
async def form_partnership(body: PartnershipIn, door: DoorDep) -> Response:
    """Form a partnership (role coordinator)."""
    terms = tuple(
        commands.PartyTerms(one.organisation_id, one.role, one.contributes, one.gains) for one in body.parties
    )
    command = commands.FormPartnership(body.title, body.area, body.problem, terms)
    return await door.create(commands.form_partnership, command, PartnershipOut.of)


@router.get("/partnerships")
async def list_partnerships(door: DoorDep, paging: PageDep) -> Page[PartnershipOut]:
    """List partnerships with their parties."""
    found = await door.read(queries.list_partnerships, paging.after, paging.limit + 1)
    return paging.page(found, PartnershipOut.of, lambda one: one.id)


@router.get("/partnerships/{partnership_id}")
async def show_partnership(partnership_id: UUID, door: DoorDep, response: Response) -> PartnershipOut:
    """Show one partnership."""
    found = await door.read(queries.partnership, partnership_id)
    response.headers["ETag"] = etag(found.version)
    return PartnershipOut.of(found)


@router.post("/partnerships/{partnership_id}/charter", status_code=201, response_model=PartnershipOut)
async def propose_charter(partnership_id: UUID, body: CharterIn, door: DoorDep) -> Response:
    """Propose a charter, or a new version of it (representative of the lead party)."""
    command = commands.ProposeCharter(partnership_id, body.vision, body.mission)
    return await door.create(commands.propose_charter, command, PartnershipOut.of)


@router.post("/partnerships/{partnership_id}/signatures", status_code=201, response_model=PartnershipOut)
async def sign_charter(partnership_id: UUID, body: SignatureIn, door: DoorDep) -> Response:
    """Sign the charter for one's own organisation (role representative)."""
    command = commands.SignCharter(partnership_id, body.charter_version)
    return await door.create(commands.sign_charter, command, PartnershipOut.of)


@router.get("/partnerships/{partnership_id}/timeline")
async def show_timeline(partnership_id: UUID, door: DoorDep) -> list[HappenedOut]:
    """Everything that happened to a partnership, oldest first."""
    return [
        HappenedOut(
            id=one.id,
            event=f"{one.name}.v{one.version}",
            time=one.time,
            organisation=one.organisation,
            correlation_id=one.correlation_id,
            data=one.data,
        )
        for one in await door.read(queries.timeline, partnership_id)
    ]
