"""Running `kemitraan` as an operator does: a process, its exit code, what it printed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.system import System

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
        return {"PATH": os.environ["PATH"], "COLUMNS": "300", **self.variables}

    def using(self, **more: str) -> Shell:
        """The same shell with more variables."""
        return Shell({**self.variables, **more})

    async def kemitraan(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *arguments, env=self.environment, stdout=pipe, stderr=pipe
        )
        try:
            async with asyncio.timeout(60):
                out, err = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"kemitraan {' '.join(arguments)} did not end") from None
        assert process.returncode is not None
        ended = Ended(process.returncode, out.decode(), err.decode())
        assert "Traceback" not in ended.err, ended.err
        return ended


def shell(data: Path, **variables: str) -> Shell:
    """A shell of somebody who keeps the system's data in this folder."""
    return Shell({"HOME": str(data), "KEMITRAAN_DATA": str(data), **variables})


def beside(here: System) -> Shell:
    """A shell whose commands speak to a running system."""
    return shell(here.settings.data, KEMITRAAN_PUBLIC_URL=here.url)
