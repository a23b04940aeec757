"""Programme and problem page data."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from services.portal.queries.partnerships import party_names
from services.portal.queries.reader import NotThere, Reader
from shared.identity.permissions import STAFF, Role


async def program(reader: Reader, program_id: str) -> dict[str, Any]:
    """A programme with its indicators, activities and contributions; raises :class:`NotThere`."""
    program_row = await reader.get("programs", f"programs/{program_id}")
    if program_row is None:
        return {"program": None}
    its = program_row["partnership_id"]
    (
        partnership,
        problems,
        programs,
        indicators,
        activities,
        shares,
        timeline,
        evidence,
    ) = await asyncio.gather(
        reader.find("partners", f"partnerships/{its}"),
        reader.items("programs", "problems", partnership_id=its),
        reader.items("programs", "programs", partnership_id=its),
        reader.items("programs", "indicators", program_id=program_id),
        reader.items("programs", "activities", program_id=program_id),
        reader.find("programs", f"programs/{program_id}/contributions/shares"),
        reader.unpaged("programs", f"programs/{program_id}/timeline"),
        evidence_by_stage(reader, its),
    )
    return {
        "program": program_row,
        "partnership": partnership,
        "names": party_names(partnership),
        "awaited": _awaited(program_row, partnership),
        "problems": [problem for problem in problems if problem["id"] in program_row["problems"]],
        "previous": next(
            (program for program in programs if program["id"] == program_row["previous_id"]), None
        ),
        "following": next(
            (program for program in programs if program["previous_id"] == program_row["id"]), None
        ),
        "indicators": indicators,
        "activities": activities,
        "shares": shares,
        "timeline": timeline,
        "evidence": evidence,
    }


def _awaited(program_row: Mapping[str, Any], partnership: Mapping[str, Any] | None) -> list[str]:
    """The names of the bound parties that have not endorsed a programme."""
    parties = partnership["parties"] if partnership else []
    return [
        party["organisation_name"]
        for party in parties
        if party["role"] != "observer" and party["organisation_id"] not in program_row["endorsed_by"]
    ]


async def evidence_by_stage(reader: Reader, partnership_id: str) -> dict[str, list[Any]]:
    """The evidence of each stage, for readers who may download it; others do not see its names here."""
    by_stage: dict[str, list[Any]] = {}
    if not reader.roles & {*STAFF, Role.REPRESENTATIVE}:
        return by_stage
    with suppress(NotThere):
        for upload in await reader.items("programs", "evidence", partnership_id=partnership_id):
            by_stage.setdefault(str(upload["stage_id"]), []).append(upload)
    return by_stage


async def problem(reader: Reader, problem_id: str) -> dict[str, Any]:
    """A problem with its analysis; raises :class:`NotThere`."""
    problem_row = await reader.get("programs", f"problems/{problem_id}")
    if problem_row is None:
        return {"problem": None}
    partnership, programs, timeline = await asyncio.gather(
        reader.find("partners", f"partnerships/{problem_row['partnership_id']}"),
        reader.items("programs", "programs", problem_id=problem_id),
        reader.unpaged("programs", f"problems/{problem_id}/timeline"),
    )
    return {
        "problem": problem_row,
        "partnership": partnership,
        "names": party_names(partnership),
        "programs": programs,
        "timeline": timeline,
    }
