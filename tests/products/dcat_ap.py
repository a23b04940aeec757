"""A catalogue held to DCAT-AP 3: what is violated, and which recommendations are not followed."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

from pyshacl import validate
from rdflib import RDF, SH, Graph, URIRef

VCARD = "http://www.w3.org/2006/vcard/ns#"
NOT_FOLLOWED = {
    "Agent: type (R)": "what kind of organisation publishes is not known to the catalogue",
    "Distribution: availability (R)": "nobody promises how long something stays",
    "Distribution: description (R)": "a title says which text it is, and in which form",
    "Location: name": "codes of villages have no name here",
}
"""Recommendations that are not followed, and why."""


@cache
def shapes() -> Graph:
    """The shapes, read once."""
    return Graph().parse(Path(__file__).with_name("dcat_ap.ttl"), format="turtle")


def judged(data: Graph) -> tuple[set[str], set[str]]:
    """The rules that are violated, and the recommendations that are not followed, by their names."""
    # vCard's kinds are subclasses of one class (vcard:Kind); its ontology is not fetched for that.
    for kind in ("Organization", "Individual"):
        for point in list(data.subjects(RDF.type, URIRef(VCARD + kind))):
            data.add((point, RDF.type, URIRef(f"{VCARD}Kind")))
    _, report, _ = validate(data, shacl_graph=shapes(), advanced=False, inference="none")
    assert isinstance(report, Graph)
    found: dict[URIRef, Counter[str]] = {SH.Violation: Counter(), SH.Warning: Counter()}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        rule = report.value(result, SH.sourceShape)
        name = shapes().value(rule, SH.name) or report.value(result, SH.resultPath) or rule
        severity = report.value(result, SH.resultSeverity)
        assert isinstance(severity, URIRef)
        found[severity][str(name)] += 1
    return set(found[SH.Violation]), set(found[SH.Warning])
