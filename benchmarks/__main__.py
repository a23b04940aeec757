"""Measures Kemitraan beside the textbook way and beside a bare ceiling, interleaved, in one run.

Trust the ratios: all subjects share the machine, its weather and its disk. ``build/bench.json`` has the
medians; ``make bench BENCH_ARGS="--rounds 3"`` is quicker.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import embedded
from benchmarks.load import Load
from benchmarks.subject import CEILING, KEMITRAAN, SUBJECTS, TEXTBOOK, Subject, running
from tests.support.postgres import Postgres

ENGINES = ("sqlite", "postgresql")
WARM_UP = 300
RATE = 200.0
OUT = Path("build/bench.json")
Key = tuple[str, str, str, str]  # workload, engine, subject, unit


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of a workload. A ratio says how many times as good this subject is as that one."""

    workload: str
    engine: str
    subject: str
    median: float
    unit: str
    ratio_to_textbook: float | None
    ratio_to_ceiling: float | None


async def flooded(load: Load, requests: int) -> dict[tuple[str, str], float]:
    """How much goes through when as much is asked as is answered, and how quickly little does."""
    await load.flood(WARM_UP)
    await load.applied(WARM_UP)
    begun = time.perf_counter()
    await load.flood(requests)
    await load.applied(WARM_UP + requests)
    throughput = requests / (time.perf_counter() - begun)
    await load.latencies()
    paced = int(RATE * 5)
    await load.trickle(paced, RATE)
    await load.applied(WARM_UP + requests + paced)
    hundredths = statistics.quantiles(await load.latencies(), n=100)
    return {
        ("POST → commit → relay → projection", "events/s"): throughput,
        (f"commit → projection at {RATE:.0f}/s, p50", "ms"): hundredths[49] * 1000,
        (f"commit → projection at {RATE:.0f}/s, p99", "ms"): hundredths[98] * 1000,
    }


async def measure(rounds: int, requests: int, engines: Iterable[str], progress: Progress) -> list[Figure]:
    """Every subject on every engine, in turn, as often as asked."""
    turns = [(engine, subject) for engine in engines for subject in SUBJECTS]
    task = progress.add_task("", total=rounds * (len(turns) + 1))
    found: dict[Key, list[float]] = defaultdict(list)
    with Postgres(fsync=True) as postgres, tempfile.TemporaryDirectory() as scratch:
        for number in range(rounds):
            for engine, subject in turns:
                progress.update(task, description=f"round {number + 1}: {subject.name}, {engine}")
                folder = Path(scratch) / f"{number}-{engine}-{subject.name}"
                async with running(subject, engine, folder, postgres) as load:
                    for (workload, unit), value in (await flooded(load, requests)).items():
                        found[workload, engine, subject.name, unit].append(value)
                progress.advance(task)
            progress.update(task, description=f"round {number + 1}: the whole system, idle")
            whole = await embedded.measure(Path(scratch) / f"{number}-embedded")
            for workload, unit, value in (
                ("start to ready, whole system", "s", whole.start),
                ("idle memory, whole system", "MiB", whole.memory),
                ("idle CPU, whole system", "% of a core", whole.cpu),
            ):
                found[workload, "sqlite", KEMITRAAN.name, unit].append(value)
            progress.advance(task)
    return summarised(found)


def summarised(found: dict[Key, list[float]]) -> list[Figure]:
    """Medians, and how they compare."""
    medians = {key: statistics.median(values) for key, values in found.items()}

    def ratio(key: Key, to: Subject) -> float | None:
        workload, engine, _, unit = key
        other = medians.get((workload, engine, to.name, unit))
        if other is None:
            return None
        better = medians[key] / other if unit == "events/s" else other / medians[key]
        return round(better, 2)

    return [
        Figure(
            workload=key[0],
            engine=key[1],
            subject=key[2],
            median=round(median, 3),
            unit=key[3],
            ratio_to_textbook=ratio(key, TEXTBOOK),
            ratio_to_ceiling=ratio(key, CEILING),
        )
        for key, median in medians.items()
    ]


def shown(figures: list[Figure], rounds: int) -> Table:
    """The figures as a table."""
    table = Table(title=f"medians of {rounds} interleaved rounds", title_justify="left")
    for name in ("workload", "engine", "subject"):
        table.add_column(name)
    for name in ("median", "× textbook", "× ceiling"):
        table.add_column(name, justify="right")
    earlier = ""
    for one in sorted(figures, key=lambda figure: (figure.workload, figure.engine, figure.subject)):
        if earlier and earlier != one.workload + one.engine:
            table.add_section()
        earlier = one.workload + one.engine
        ratios = [
            "" if value is None else f"{value:.2f}" for value in (one.ratio_to_textbook, one.ratio_to_ceiling)
        ]
        table.add_row(one.workload, one.engine, one.subject, f"{one.median:,.1f} {one.unit}", *ratios)
    return table


def main() -> None:
    """Measure, show, write."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all subjects (default: 5)")
    parser.add_argument("--requests", type=int, default=3000, help="requests of a flood (default: 3000)")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="an engine alone; may be repeated")
    options = parser.parse_args()
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        figures = uvloop.run(measure(options.rounds, options.requests, options.engine or ENGINES, progress))
    console.print(shown(figures, options.rounds))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(orjson.dumps([asdict(one) for one in figures], option=orjson.OPT_INDENT_2) + b"\n")
    console.print(f"written to {OUT}")


if __name__ == "__main__":
    main()
