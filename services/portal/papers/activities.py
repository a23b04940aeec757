"""Activity report."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from services.portal.papers.sheet import Json, Paper, Status, Writer
from services.portal.queries.partnerships import party_names
from services.portal.queries.reader import Reader
from shared.contracts.vocabulary import ActivityState, Impact, Means, Phase, Prohibition, StageState
from shared.i18n import N_
from shared.i18n.audiences import audience_label

NOTE_LINES = 4
SHOWN = (
    *(
        "id",
        "program_id",
        "stage_id",
        "problem_id",
        "organisation_id",
        "title",
        "means",
        "intensity",
        "phase",
    ),
    *("phase", "impact", "legal_umbrella", "legal_citation", "area", "on", "reached", "audience", "state"),
)


async def read(reader: Reader, activity_id: str) -> Json:
    """An activity with its programme, problem, area and partnership; raises :class:`NotThere`."""
    activity = await reader.get("programs", f"activities/{activity_id}")
    if activity is None:
        return {}
    problem_id = activity["problem_id"]
    program, partnership, area, problem = await asyncio.gather(
        reader.get("programs", f"programs/{activity['program_id']}"),
        reader.get("partners", f"partnerships/{activity['partnership_id']}"),
        reader.find("partners", activity["area"] and f"areas/{activity['area']}"),
        reader.find("programs", problem_id and f"problems/{problem_id}"),
    )
    return {
        "activity": activity,
        "program": program,
        "partnership": partnership,
        "area": area,
        "problem": problem,
    }


def report(writer: Writer, told: Mapping[str, Any]) -> Paper:
    """The report of an activity, with lines for what only those who were there can say."""
    activity, program, problem = told["activity"], told["program"], told["problem"]
    names = party_names(told["partnership"])
    stage = next((item for item in program["stages"] if item["id"] == activity["stage_id"]), None)
    means = f"{writer.word(activity['means'], Means)} · {writer.say(activity['intensity_name'])}"
    trained = len(activity["trained"])
    reached = writer.number(activity["reached"])
    if activity["audience"]:
        reached += f" · {audience_label(activity['audience'], writer.say)}"
    blocks = [
        writer.heading(N_("Basis")),
        writer.facts(
            (
                (N_("Programme"), f"{program['title']} · {_cycle(writer, program)}"),
                (N_("Stage"), f"{stage['position']}. {stage['title']}" if stage else None),
                (N_("Problem"), problem["title"] if problem else None),
                (N_("Impact"), writer.word(activity["impact"], Impact) if activity["impact"] else None),
                (N_("Legal basis"), _legal_basis(activity)),
            )
        ),
        writer.heading(N_("What was done")),
        writer.facts(
            (
                (N_("Done by"), names.get(activity["organisation_id"], "–")),
                (N_("Day"), writer.day(activity["on"])),
                (N_("Place"), told["area"]["name"] if told["area"] else activity["area"]),
                (N_("Means"), means),
                (N_("Phase"), writer.word(activity["phase"], Phase)),
                (N_("People reached"), reached),
                (
                    N_("People trained"),
                    writer.number(trained) if trained else None,
                ),
                (N_("State of the stage"), writer.word(stage["state"], StageState) if stage else None),
                (N_("Files of evidence"), writer.number(stage["evidence"]) if stage else None),
            )
        ),
    ]
    if activity["prohibitions"]:
        blocks += [
            writer.heading(N_("Prohibitions that were violated")),
            writer.points(
                f"{writer.word(item['prohibition'], Prohibition)}: {item['note']}"
                for item in activity["prohibitions"]
            ),
        ]
    blocks += [
        writer.heading(N_("Result and notes")),
        writer.blank_lines(NOTE_LINES),
        writer.signatures(N_("Reported by"), N_("Acknowledged by another party")),
    ]
    retracted = ActivityState.RETRACTED
    over = Status(retracted.label, N_("This activity was retracted and does not count."), "over")
    return Paper(
        title=activity["title"],
        summary=told["partnership"]["problem"],
        partnership=told["partnership"]["title"],
        record={name: activity[name] for name in SHOWN},
        status=over if activity["state"] == retracted else None,
        blocks=blocks,
    )


def _cycle(writer: Writer, program: Mapping[str, Any]) -> str:
    return writer.say(N_("cycle %(number)s")) % {"number": program["cycle"]}


def _legal_basis(activity: Mapping[str, Any]) -> str | None:
    legal = activity["legal"]
    cited = f"{legal['number']} · {legal['title']}" if legal else ""
    return " · ".join(part for part in (cited, activity["legal_citation"]) if part) or None
