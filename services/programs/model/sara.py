"""SARA phases: scanning, analysis, response, assessment (problem-oriented policing)."""

from __future__ import annotations

from shared.contracts.vocabulary import ProblemPhase
from shared.states import Machine

PROBLEM = Machine(
    "problem",
    {
        (ProblemPhase.SCANNING, "move to analysis"): ProblemPhase.ANALYSIS,
        (ProblemPhase.ANALYSIS, "name a root cause"): ProblemPhase.ANALYSIS,
        (ProblemPhase.ANALYSIS, "propose an option"): ProblemPhase.ANALYSIS,
        (ProblemPhase.ANALYSIS, "choose a response"): ProblemPhase.ANALYSIS,
        (ProblemPhase.ANALYSIS, "move to response"): ProblemPhase.RESPONSE,
        (ProblemPhase.ANALYSIS, "move to scanning"): ProblemPhase.SCANNING,
        (ProblemPhase.RESPONSE, "name a root cause"): ProblemPhase.RESPONSE,
        (ProblemPhase.RESPONSE, "propose an option"): ProblemPhase.RESPONSE,
        (ProblemPhase.RESPONSE, "choose a response"): ProblemPhase.RESPONSE,
        (ProblemPhase.RESPONSE, "record the response"): ProblemPhase.RESPONSE,
        (ProblemPhase.RESPONSE, "move to assessment"): ProblemPhase.ASSESSMENT,
        (ProblemPhase.RESPONSE, "move to scanning"): ProblemPhase.SCANNING,
        (ProblemPhase.RESPONSE, "move to analysis"): ProblemPhase.ANALYSIS,
        (ProblemPhase.ASSESSMENT, "name a root cause"): ProblemPhase.ASSESSMENT,
        (ProblemPhase.ASSESSMENT, "move to closed"): ProblemPhase.CLOSED,
        (ProblemPhase.ASSESSMENT, "move to scanning"): ProblemPhase.SCANNING,
        (ProblemPhase.ASSESSMENT, "move to analysis"): ProblemPhase.ANALYSIS,
        (ProblemPhase.ASSESSMENT, "move to response"): ProblemPhase.RESPONSE,
        (ProblemPhase.CLOSED, "move to scanning"): ProblemPhase.SCANNING,
        (ProblemPhase.CLOSED, "move to analysis"): ProblemPhase.ANALYSIS,
        (ProblemPhase.CLOSED, "move to response"): ProblemPhase.RESPONSE,
        (ProblemPhase.CLOSED, "move to assessment"): ProblemPhase.ASSESSMENT,
    },
)


def backward(before: ProblemPhase, after: ProblemPhase) -> bool:
    """Whether the move goes back to an earlier phase."""
    order = list(ProblemPhase)
    return order.index(after) < order.index(before)
