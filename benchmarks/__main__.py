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
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import embedded, growth
from benchmarks.load import Load
from benchmarks.subject import CEILING, ENGINES, KEMITRAAN, SUBJECTS, TEXTBOOK, UNGROUPED, Subject, running
from benchmarks.workload import WORKLOADS, Workload
from tests.support.postgres import Postgres

RATE = 200.0
BRIEF = 100
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
    ratio_to_ungrouped: float | None


async def flooded(load: Load, requests: int) -> dict[tuple[str, str], float]:
    """How much goes through when as much is asked as is answered, and how quickly little does."""
    await load.first()
    warm_up = 1 + requests // 10
    await load.flood(warm_up - 1)
    await load.applied(warm_up)
    begun = time.perf_counter()
    await load.flood(requests)
    await load.applied(warm_up + requests)
    throughput = requests / (time.perf_counter() - begun)
    await load.latencies()
    paced = min(int(RATE * 5), requests)
    await load.trickle(paced, RATE)
    await load.applied(warm_up + requests + paced)
    hundredths = statistics.quantiles(await load.latencies(), n=100)
    name = load.workload.name
    return {
        (f"{name}: POST → commit → relay → projection", "events/s"): throughput,
        (f"{name}: event → copy at {RATE:.0f}/s, p50", "ms"): hundredths[49] * 1000,
        (f"{name}: event → copy at {RATE:.0f}/s, p99", "ms"): hundredths[98] * 1000,
    }


async def measure(
    rounds: int, requests: int, engines: Iterable[str], workloads: Iterable[Workload], progress: Progress
) -> dict[Key, list[float]]:
    """Every subject with every workload on every engine, in turn, as often as asked."""
    turns = [
        (workload, engine, subject)
        for workload in workloads
        for engine in engines
        for subject in SUBJECTS
        if engine in subject.engines
    ]
    task = progress.add_task("", total=rounds * len(turns))
    found: dict[Key, list[float]] = defaultdict(list)
    with Postgres(fsync=True) as postgres, tempfile.TemporaryDirectory() as scratch:
        for number in range(rounds):
            for workload, engine, subject in turns:
                described = f"round {number + 1}: {workload.name}, {subject.name}, {engine}"
                progress.update(task, description=described)
                folder = Path(scratch) / f"{number}-{workload.name}-{engine}-{subject.module}"
                async with running(subject, workload, engine, folder, postgres) as load:
                    for (name, unit), value in (await flooded(load, requests)).items():
                        found[name, engine, subject.name, unit].append(value)
                progress.advance(task)
    return found


async def measure_whole(rounds: int, progress: Progress) -> dict[Key, list[float]]:
    """What the whole system takes to start, and while nothing happens."""
    task = progress.add_task("the whole system, idle", total=rounds)
    found: dict[Key, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(rounds):
            whole = await embedded.measure(Path(scratch) / str(number))
            for name, unit, value in (
                ("whole system: start to ready", "s", whole.start),
                ("whole system: idle memory", "MiB", whole.memory),
                ("whole system: idle CPU", "% of a core", whole.cpu),
            ):
                found[name, "sqlite", KEMITRAAN.name, unit].append(value)
            progress.advance(task)
    return found


async def measure_growth(rounds: int, sizes: Sequence[int], progress: Progress) -> dict[Key, list[float]]:
    """With which power of the number of partnerships the whole system's times grow, and what they are."""
    task = progress.add_task("growth of the whole system", total=rounds * len(sizes))
    found: dict[Key, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(rounds):
            folder = Path(scratch) / str(number)
            times = await growth.measure(folder, sizes, lambda: progress.advance(task))
            for name, seconds in times.items():
                power = growth.exponent(sizes, seconds)
                found[f"growth: {name}, exponent", "sqlite", KEMITRAAN.name, ""].append(power)
                for size, taken in zip(sizes, seconds, strict=True):
                    key = f"growth: {name}, {size:,} partnerships", "sqlite", KEMITRAAN.name, "ms"
                    found[key].append(taken * 1000)
    return found


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
            ratio_to_ungrouped=ratio(key, UNGROUPED),
        )
        for key, median in medians.items()
    ]


def shown(figures: list[Figure], rounds: int) -> Table:
    """The figures as a table."""
    table = Table(title=f"medians of {rounds} interleaved rounds", title_justify="left")
    for name in ("workload", "engine", "subject"):
        table.add_column(name)
    for name in ("median", "× textbook", "× ceiling", "× ungrouped"):
        table.add_column(name, justify="right")
    earlier = ""
    for row in sorted(figures, key=lambda figure: (figure.workload, figure.engine, figure.subject)):
        if earlier and earlier != row.workload + row.engine:
            table.add_section()
        earlier = row.workload + row.engine
        ratios = [
            "" if value is None else f"{value:.2f}"
            for value in (row.ratio_to_textbook, row.ratio_to_ceiling, row.ratio_to_ungrouped)
        ]
        table.add_row(row.workload, row.engine, row.subject, f"{row.median:,.1f} {row.unit}", *ratios)
    return table


def main() -> None:
    """Measure, show, write."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all subjects (default: 5)")
    parser.add_argument("--requests", type=int, default=3000, help="requests of a flood (default: 3000)")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="an engine alone; may be repeated")
    parser.add_argument("--workload", action="append", help="a workload alone; may be repeated")
    parser.add_argument(
        "--brief",
        action="store_true",
        help=f"one round of {BRIEF} requests and little growth, for whether everything works; writes nothing",
    )
    options = parser.parse_args()
    engines = options.engine or ENGINES
    workloads = [
        workload for workload in WORKLOADS if not options.workload or workload.name in options.workload
    ]
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        if options.brief:
            uvloop.run(measure(1, BRIEF, engines, workloads, progress))
            uvloop.run(measure_growth(1, growth.BRIEF_SIZES, progress))
            return
        found = uvloop.run(measure(options.rounds, options.requests, engines, workloads, progress))
        if not options.workload:
            found |= uvloop.run(measure_whole(options.rounds, progress))
            found |= uvloop.run(measure_growth(1, growth.SIZES, progress))
    figures = summarised(found)
    console.print(shown(figures, options.rounds))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(orjson.dumps([asdict(figure) for figure in figures], option=orjson.OPT_INDENT_2) + b"\n")
    console.print(f"written to {OUT}")


if __name__ == "__main__":
    main()
