"""Heavy work is done elsewhere: within limits, in turn, and without harm to whoever asked for other work."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.processes import pool as pools
from shared.processes.pool import Job, NotDone, Pool, TookTooLong, TooMuchWork
from shared.refusal import Refusal
from tests.support.wait import eventually


class Unwanted(Refusal):
    """A refusal of a job."""

    message = "%(what)s is not wanted."


def echo(said: bytes) -> bytes:
    return said


def pid() -> bytes:
    return str(os.getpid()).encode()


def refuse(what: str) -> bytes:
    raise Unwanted(what=what)


def fail() -> bytes:
    raise LookupError("nothing")


def swallow() -> bytes:
    return bytes(bytearray(1 << 33))


def keeps_byte_code() -> bytes:
    return b"no" if sys.dont_write_bytecode else b"yes"


def die() -> bytes:
    os._exit(3)


def spin() -> bytes:
    while True:
        pass


def wait_for(path: str) -> bytes:
    while not Path(path).exists():
        time.sleep(0.01)
    return b"there"


def abort() -> bytes:
    os.abort()


def be_killed() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def ended(process: int) -> bool:
    """Whether a child of ours is at its end; it is left to be waited for."""
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


ECHO, PID = Job(echo), Job(pid)


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool("test", at_once=1, line=1, patience=30)
    yield made
    made.close()


async def test_one_process_does_one_job_after_another(pool: Pool) -> None:
    first = await pool.run(PID, tuple)
    assert first == await pool.run(PID, tuple)
    assert int(first) != os.getpid()
    large = os.urandom(3_000_000)
    assert await pool.run(ECHO, lambda: (large,)) == large


async def test_a_worker_writes_no_byte_code_which_its_limits_would_cut_short(pool: Pool) -> None:
    assert await pool.run(Job(keeps_byte_code), tuple) == b"no"


async def test_a_refusal_comes_back_by_name_and_others_are_faults(pool: Pool) -> None:
    with pytest.raises(Unwanted, match="rain is not wanted"):
        await pool.run(Job(refuse, (Unwanted,)), lambda: ("rain",))
    with pytest.raises(NotDone, match="unwanted"):
        await pool.run(Job(refuse), lambda: ("rain",))


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (Job(fail), "fault"),
        (Job(swallow, memory=1 << 30), "fault"),
        (Job(die), "died"),
        (Job(abort), "died"),
        (Job(spin, seconds=1), "time"),
    ],
    ids=["fails", "too much memory", "dies", "aborts", "too much processor time"],
)
async def test_a_worker_that_fails_is_replaced(pool: Pool, job: Job, reason: str) -> None:
    before = await pool.run(PID, tuple)
    with pytest.raises(NotDone) as failure:
        await pool.run(job, tuple)
    assert failure.value.reason == reason
    assert await pool.run(PID, tuple) != before


@pytest.mark.parametrize(
    ("job", "arguments"),
    [(Job(wait_for, within=0.5), ("/nowhere",)), (Job(be_killed), ())],
    ids=["no processor time", "killed from outside"],
)
async def test_what_others_did_to_a_job_is_no_fault_of_it(
    pool: Pool, job: Job, arguments: tuple[str, ...]
) -> None:
    before = await pool.run(PID, tuple)
    with pytest.raises(TookTooLong) as refused:
        await pool.run(job, lambda: arguments)
    assert refused.value.wait == 30
    assert await pool.run(PID, tuple) != before


async def test_a_worker_ends_for_want_of_work_and_a_new_one_takes_its_place(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "IDLE", 0.1)
    first = int(await pool.run(PID, tuple))
    await eventually(lambda: ended(first))
    assert int(await pool.run(PID, tuple)) != first


async def test_the_line_is_bounded_in_length_and_in_time(tmp_path: Path) -> None:
    pool = Pool("test", at_once=1, line=1, patience=0.2)
    there = tmp_path / "there"
    made: list[str] = []
    working = asyncio.create_task(pool.run(Job(wait_for), lambda: (str(there),)))
    await asyncio.sleep(0)

    def arguments() -> tuple[bytes]:
        made.append("arguments")
        return (b"x",)

    waiting = asyncio.create_task(pool.run(ECHO, arguments))
    await asyncio.sleep(0)
    with pytest.raises(TooMuchWork) as refused:
        await pool.run(ECHO, arguments)
    assert refused.value.wait == 1
    with pytest.raises(TooMuchWork):
        await waiting
    assert made == [], "what waits holds nothing"
    there.touch()
    assert await working == b"there"
    assert await pool.run(ECHO, arguments) == b"x"
    pool.close()


async def test_who_waits_no_longer_leaves_no_work_behind(pool: Pool) -> None:
    before = await pool.run(PID, tuple)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.run(Job(spin), tuple), 0.2)
    assert await asyncio.wait_for(pool.run(PID, tuple), 20) != before
