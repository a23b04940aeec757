"""Prometheus metrics of the system."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version
from platform import python_version

from prometheus_client import Counter, Gauge, Histogram, Info, Summary, disable_created_metrics

# One more sample per series, which no alert or dashboard uses.
disable_created_metrics()  # type: ignore[no-untyped-call]

BUILD = Info("kemitraan_build", "The release that runs, and on which Python.")
BUILD.info({"version": version("kemitraan"), "python": python_version()})

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0)

# Buckets cost a dozen samples per combination of labels, so only what has few combinations is a histogram.
# Routes and commands, of which there are hundreds, are summaries: a count and a sum, hence a rate and a mean.
HTTP_REQUESTS = Histogram(
    "kemitraan_http_request_duration_seconds",
    "Time from a request to its response, by method.",
    ("service", "method"),
    buckets=_QUICK,
)
HTTP_ROUTES = Summary(
    "kemitraan_http_route_duration_seconds",
    "Count and total time of requests, by route template and status.",
    ("service", "method", "route", "status"),
)
HTTP_LIMITED = Counter(
    "kemitraan_http_requests_limited_total",
    "Requests that were not served because there were too many, by the limit that they met.",
    ("service", "limit"),
)
COMMANDS = Counter(
    "kemitraan_commands_total",
    "Commands by outcome: accepted, or refused with its reason.",
    ("service", "command", "outcome", "reason"),
)
COMMAND_SECONDS = Summary(
    "kemitraan_command_duration_seconds",
    "Count and total time of accepted commands, to their commit.",
    ("service", "command"),
)
OUTBOX_PENDING = Gauge(
    "kemitraan_outbox_pending", "Events that the broker has not acknowledged.", ("service",)
)
OUTBOX_AGE = Gauge("kemitraan_outbox_oldest_age_seconds", "Age of the oldest waiting event.", ("service",))
EVENTS_PUBLISHED = Counter(
    "kemitraan_events_published_total", "Events acknowledged by the broker.", ("service",)
)
EVENTS_PROJECTED = Counter(
    "kemitraan_events_projected_total", "Events applied by a projection.", ("service", "projection")
)
PROJECTION_LAG = Gauge(
    "kemitraan_projection_lag_events",
    "Events in the stream that a projection has not read.",
    ("service", "projection"),
)
WORKER_FAILING = Gauge(
    "kemitraan_worker_failing", "1 while background work fails and is tried again.", ("service", "worker")
)
WORKER_LAST_BEAT = Gauge(
    "kemitraan_worker_last_beat_timestamp_seconds",
    "When background work last finished a round (Unix time).",
    ("service", "worker"),
)
EVENT_AGE_WHEN_PROJECTED = Histogram(
    "kemitraan_event_age_when_projected_seconds",
    "Time from a command to its effect in another service.",
    ("service",),
    buckets=_QUICK,
)
FORGOTTEN = Counter(
    "kemitraan_rows_forgotten_total",
    "Rows that were dropped or made nameless because they had been kept for long enough.",
    ("service", "table"),
)
REACTIONS = Counter(
    "kemitraan_reactions_total",
    "Deliveries to a reaction by outcome: done, duplicate, retry, parked.",
    ("service", "reaction", "outcome"),
)
TIMERS = Counter(
    "kemitraan_timers_total",
    "Timers by outcome: fired, refused (nothing was left to do), failed, gone.",
    ("service", "timer", "outcome"),
)
TIMER_LATENESS = Histogram(
    "kemitraan_timer_lateness_seconds",
    "Time from when a timer was due to when it fired.",
    ("service",),
    buckets=(0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 600.0, 3600.0, 86400.0),
)
DEAD_LETTERS = Gauge("kemitraan_dead_letters", "Dead letters that wait for a person.", ("service",))
RETRIES = Gauge(
    "kemitraan_retries_waiting", "Work of reactions that failed and waits to be tried again.", ("service",)
)
DATABASE_UP = Gauge("kemitraan_database_up", "1 while the service's database answers.", ("service",))
COMMIT_SECONDS = Histogram(
    "kemitraan_database_commit_duration_seconds",
    "Time of one commit with the work inside; on SQLite a commit holds a group of commands.",
    ("service",),
    buckets=_QUICK,
)
COMMIT_SIZE = Histogram(
    "kemitraan_database_commit_size_commands",
    "Commands and other writes in one commit.",
    ("service",),
    buckets=(1, 2, 4, 8, 16, 32, 64),
)
BROKER_UP = Gauge("kemitraan_broker_up", "1 while the service is connected to NATS.", ("service",))
EVENTS_RECORDED = Counter(
    "kemitraan_events_recorded_total",
    "Facts by type, counted at their commit: partnerships signed, stages completed, products published, …",
    ("service", "event"),
)
DELIVERIES = Counter(
    "kemitraan_deliveries_total",
    "Delivery attempts by channel and the state they led to.",
    ("channel", "state"),
)
DELIVERIES_WAITING = Gauge(
    "kemitraan_deliveries_waiting",
    "Deliveries of a channel that leads nowhere, and wait until it does: of mail, while no server is set.",
    ("channel",),
)
DELIVERIES_UNCERTAIN = Counter(
    "kemitraan_deliveries_uncertain_total",
    "Deliveries of which nobody knows whether they were sent, as the process ended meanwhile; they go again.",
    ("channel",),
)

JOBS = Counter(
    "kemitraan_jobs_total",
    "Jobs of worker processes by outcome: done, refused, turned-away (the line was full), given-up (nobody "
    "waited any more), interrupted (by a busy machine, or from outside), time, died, fault.",
    ("pool", "job", "outcome"),
)
JOBS_TAKEN = Gauge("kemitraan_jobs_taken", "Jobs that are done or wait for their turn.", ("pool",))
JOB_SECONDS = Histogram(
    "kemitraan_job_duration_seconds",
    "Time that a worker process took for a job.",
    ("pool", "job"),
    buckets=_QUICK,
)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@lru_cache(4096)
def of_request(service: str, method: str, route: str, status: str) -> tuple[Histogram, Summary]:
    """The duration metric of requests of one kind, over all routes and of this one; cached."""
    known = method if method in _METHODS else "(other)"
    return HTTP_REQUESTS.labels(service, known), HTTP_ROUTES.labels(service, known, route, status)


@cache
def of_command(service: str, command: str) -> tuple[Counter, Summary]:
    """The count of accepted commands and their duration; cached."""
    return COMMANDS.labels(service, command, "accepted", ""), COMMAND_SECONDS.labels(service, command)


@cache
def of_event(service: str, event: str) -> Counter:
    """The count of one kind of event; cached."""
    return EVENTS_RECORDED.labels(service, event)
