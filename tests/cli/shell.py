"""Running `kemitraan` as an operator does: a process, its exit code, what it printed."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.system import System
from tests.support.warm import COLUMNS, WarmProcess

COMMAND = (sys.executable, "-m", "services")


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read by a script."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """A shell with these variables and no others; lines are as long as they need to be."""

    variables: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """What a command sees."""
        return {"PATH": os.environ["PATH"], "COLUMNS": COLUMNS, "KEMITRAAN_LANG": "en", **self.variables}

    def using(self, **more: str) -> Shell:
        """The same shell with more variables."""
        return Shell({**self.variables, **more})

    async def kemitraan(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            process = WarmProcess(arguments, self.environment, out, err)
            try:
                code = await process.ended(60)
            except TimeoutError:
                process.kill()
                raise AssertionError(f"kemitraan {' '.join(arguments)} did not end") from None
            ended = Ended(code, out.read_text(), err.read_text())
        assert "Traceback" not in ended.err, ended.err
        return ended


def shell(data: Path, **variables: str) -> Shell:
    """A shell of somebody who keeps the system's data in this folder."""
    return Shell({"HOME": str(data), "KEMITRAAN_DATA": str(data), **variables})


def beside(here: System) -> Shell:
    """A shell whose commands speak to a running system."""
    return shell(here.settings.data, KEMITRAAN_PUBLIC_URL=here.url)
