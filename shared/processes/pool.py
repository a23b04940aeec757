"""Process pool: workers started on demand, replaced after failures, with a bounded queue."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle  # nosec B403  # what the parent itself wrote
import signal as signals
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from shared.observability import metrics
from shared.refusal import Refusal

log = structlog.get_logger(__name__)
AT_ONCE = 2
"""The maximum number of concurrent jobs."""
LINE = 16
"""The maximum number of waiting jobs."""
PATIENCE = 20.0
"""The maximum wait of a job, in seconds."""
IDLE = 60.0
"""Seconds after which an idle worker ends."""
ENDING = 5.0
"""Seconds that an unresponsive worker has to end by itself."""
LONGEST_ANSWER = 256 * 1024 * 1024
_ROOT = Path(__file__).parents[2]
_WORKER = Path(__file__).with_name("worker.py")
_SIGNALS = frozenset(signals.Signals)
Reason = Literal["time", "died", "fault"]
OUTSIDE = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")
"""Signals that end a process from outside: out of memory, or stopped by somebody."""


class TooMuchWork(Refusal):
    """The queue for heavy work is full."""

    kind = "busy"
    message = "The system is too busy for this at the moment; nothing was done."
    remedy = "Try again in %(seconds)s seconds."


class TookTooLong(Refusal):
    """The machine was too busy, or interrupted the work; the input itself may be fine."""

    kind = "busy"
    message = "The work took too long, or was interrupted; nothing was changed."
    remedy = "Try again in %(seconds)s seconds."


class NotDone(Exception):
    """A job exhausted its own limits of processor time or memory, crashed its process, or failed."""

    def __init__(self, reason: Reason, complaint: str) -> None:
        super().__init__(complaint)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Job:
    """A function for a worker process: in a module that is light to import, with picklable arguments.

    ``refusals`` are those that it may raise; ``seconds`` are of processor time, ``within`` of wall-clock
    time: a job that has not had its processor time by then was delayed by others. ``memory`` is bytes of
    address space.
    """

    work: Callable[..., bytes]
    refusals: tuple[type[Refusal], ...] = ()
    seconds: int = 30
    within: float = 60.0
    memory: int = 2 * 1024**3

    @property
    def name(self) -> str:
        """Its name in metrics."""
        return self.work.__name__


class Pool:
    """Runs jobs in at most ``at_once`` processes; one pool serves all event loops of this process."""

    def __init__(
        self, name: str, *, at_once: int = AT_ONCE, line: int = LINE, patience: float = PATIENCE
    ) -> None:
        self.name = name
        self.most = at_once + line
        self.patience = patience
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._idle: list[_Worker] = []
        self._taken = 0

    async def run(self, job: Job, arguments: Callable[[], tuple[object, ...]]) -> bytes:
        """Run a job in its turn.

        Raises :class:`TooMuchWork`, :class:`TookTooLong`, :class:`NotDone` and the job's refusals.
        ``arguments`` are made when its turn has come, so that a queue of large files holds none in memory.
        Cancelling the call ends the job's process.
        """
        if self._taken >= self.most:
            raise self._turned_away(job)
        call = _Call(job, arguments)
        self._count(1)
        future = self._threads.submit(self._do, call)
        future.add_done_callback(lambda _: self._count(-1))
        expiry = asyncio.get_running_loop().call_later(self.patience, future.cancel)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if future.cancelled() and task is not None and not task.cancelling():
                raise self._turned_away(job) from None
            call.give_up()
            raise
        finally:
            expiry.cancel()

    def close(self) -> None:
        """End idle workers; a process that exits ends them anyway."""
        self._threads.shutdown(wait=True)
        while self._idle:
            self._idle.pop().end()

    def _count(self, more: int) -> None:
        with _COUNTING:
            self._taken += more
            metrics.JOBS_TAKEN.labels(self.name).set(self._taken)

    def _turned_away(self, job: Job) -> TooMuchWork:
        metrics.JOBS.labels(self.name, job.name, "turned-away").inc()
        return TooMuchWork(seconds=max(1, int(self.patience)))

    def _do(self, call: _Call) -> bytes:
        begun = time.perf_counter()
        outcome = "done"
        try:
            return self._by_some_worker(call)
        except Refusal:
            outcome = "refused"
            raise
        except NotDone as failure:
            outcome = "given-up" if call.given_up else failure.reason
            log.warning("a job was not done", job=call.job.name, outcome=outcome, complaint=str(failure))
            raise
        except _Interrupted as interruption:
            outcome = "given-up" if call.given_up else "interrupted"
            log.warning("a job was not done", job=call.job.name, outcome=outcome, complaint=str(interruption))
            raise TookTooLong(seconds=max(1, int(self.patience))) from interruption
        finally:
            metrics.JOBS.labels(self.name, call.job.name, outcome).inc()
            metrics.JOB_SECONDS.labels(self.name, call.job.name).observe(time.perf_counter() - begun)

    def _by_some_worker(self, call: _Call) -> bytes:
        asked = pickle.dumps((call.job.work, call.arguments(), call.job.seconds, call.job.memory))
        while True:
            worker = self._idle.pop() if self._idle else _Worker()
            try:
                return worker.do(call, asked)
            except _GoneBefore:
                continue  # it had ended because it was idle; a new one never has
            finally:
                if worker.lives:
                    self._idle.append(worker)
                else:
                    worker.end()


_COUNTING = threading.Lock()


class _GoneBefore(Exception):
    """The worker had ended before the job arrived."""


class _Interrupted(Exception):
    """The job was interrupted from outside."""


class _Call:
    """A call of a job, and its process."""

    def __init__(self, job: Job, arguments: Callable[[], tuple[object, ...]]) -> None:
        self.job = job
        self.arguments = arguments
        self.given_up = False
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def begin(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._process = process
        if self.given_up:
            process.kill()

    def finish(self) -> None:
        with self._lock:
            self._process = None

    def give_up(self) -> None:
        """End the process of the job, if there is one."""
        self.given_up = True
        with self._lock:
            if self._process is not None:
                self._process.kill()


class _Worker:
    """One process and the pipes to it; used by one thread at a time."""

    def __init__(self) -> None:
        self.fresh = True
        self.lives = True
        self._late = False
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(_WORKER), str(_ROOT), str(IDLE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,  # Ctrl-C ends us, and closing its standard input ends the worker
        )

    def do(self, call: _Call, asked: bytes) -> bytes:
        """Run a job; after any error the process is not used again."""
        clock = threading.Timer(call.job.within, self._ring)
        clock.start()
        self.lives = False
        call.begin(self._process)
        try:
            kind, said = self._exchange(asked)
        finally:
            call.finish()
            clock.cancel()
        self.fresh = False
        if kind == b"r":
            self.lives = not self._late
            return said
        if kind == b"n":
            self.lives = not self._late
            raise _refusal(call.job, said)
        raise NotDone("fault", said.decode(errors="replace"))

    def _exchange(self, asked: bytes) -> tuple[bytes, bytes]:
        pipe, answers = self._process.stdin, self._process.stdout
        if pipe is None or answers is None:
            raise RuntimeError("the worker has no pipes")
        with contextlib.suppress(BrokenPipeError):
            pipe.write(len(asked).to_bytes(8) + asked)
            pipe.flush()
        head = answers.read(9)
        size = int.from_bytes(head[1:])
        if len(head) == 9 and size <= LONGEST_ANSWER and len(said := answers.read(size)) == size:
            return head[:1], said
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if head else ENDING)  # a process that closes its pipes is about to end
        self._process.kill()
        code = self._process.wait()
        if self._late:
            raise _Interrupted("the machine was too busy for it")
        if not head and not self.fresh and code == 0:
            raise _GoneBefore
        raise _cause(code)

    def _ring(self) -> None:
        self._late = True
        self._process.kill()

    def end(self) -> None:
        """Close the process and its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _cause(code: int) -> Exception:
    """Why a process ended during a job: because of the job itself, or not."""
    signal = signals.Signals(-code).name if -code in _SIGNALS else ""
    told = f"the process ended with {signal or code}"
    if signal in OUTSIDE:
        return _Interrupted(told)
    return NotDone("time" if signal == "SIGXCPU" else "died", told)


def _refusal(job: Job, said: bytes) -> Exception:
    """The refusal that a worker returns, if it is one of the job's."""
    told = json.loads(said)
    for kind in job.refusals:
        if kind.code == told["code"]:
            return kind(**told["params"])
    return NotDone("fault", f"a refusal that nobody expects: {told['code']}")
