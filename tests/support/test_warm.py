"""A forked `kemitraan` is a process like one that was started: its variables, its output, its end."""

from __future__ import annotations

import os
import signal
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.wait import eventually
from tests.support.warm import WarmProcess


async def test_it_prints_and_ends_as_the_command_does(tmp_path: Path) -> None:
    out, err = tmp_path / "out", tmp_path / "err"
    assert await WarmProcess(["--version"], {"PATH": os.environ["PATH"]}, out, err).ended(60) == 0
    assert (out.read_text(), err.read_text()) == (f"kemitraan {version('kemitraan')}\n", "")
    assert await WarmProcess(["no-such-command"], {"PATH": os.environ["PATH"]}, out, err).ended(60) == 2
    assert "no-such-command" in err.read_text()


async def test_it_sees_the_variables_that_it_is_given_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEMITRAAN_LOG_FORMAT", "none")
    seen = {"PATH": os.environ["PATH"], "KEMITRAAN_DATA": str(tmp_path), "KEMITRAAN_PORT": "none"}
    log = tmp_path / "log"
    assert await WarmProcess(["up"], seen, log, log).ended(60) == 2
    assert "KEMITRAAN_PORT" in log.read_text()
    assert "KEMITRAAN_LOG_FORMAT" not in log.read_text()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_a_signal_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    log = tmp_path / "log"
    variables = {"KEMITRAAN_DATA": str(tmp_path), "KEMITRAAN_PORT": str(free_port())}
    process = WarmProcess(["up"], {"PATH": os.environ["PATH"], **variables}, log, log)
    await eventually(lambda: "Ctrl-C" in log.read_text(), timeout=60)
    assert process.poll() is None
    process.send_signal(number)
    assert await process.ended(20) == (-signal.SIGKILL if number == signal.SIGKILL else 0)
