"""The whole stack as it is deployed: built, started, lived through, broken, mended (make compose-test)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from tests.stack import acts
from tests.stack.engine import ROOT, WORK, Failed, compose, engine, run

LONGEST = 1500.0
"""Seconds for the whole, once the base images are there; whatever hangs ends here."""
EDGE, INSIDE, PORT = "172.30.74", "172.30.75", os.environ.get("KEMITRAAN_PORT", "8000")


def main() -> int:
    """Run every act, or those that are named; returns the exit code."""
    begun = time.monotonic()
    # Told to end, it takes the stack down all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with engine() as name:
            print(f"→ engine: {name} ({time.monotonic() - begun:.0f} s)", flush=True)
            _build(name)
            _settings()
            try:
                compose("down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)
                asyncio.run(asyncio.wait_for(_acts(name, begun), LONGEST))
            except BaseException:
                print(compose("ps", "--all", check=False))
                print(compose("logs", "--no-color", "--tail", "25", check=False))
                raise
            finally:
                print(
                    compose("down", "--volumes", "--remove-orphans", "--timeout", "20", check=False), end=""
                )
    except (Failed, AssertionError, TimeoutError) as error:
        print(f"✗ {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"✓ the stack came up, told its story twice, went down ({time.monotonic() - begun:.0f} s)")
    return 0


def _settings() -> None:
    """Passwords and keys of this run; its networks and where its mail goes differ from an installation's."""
    for made in ("env", "keys"):
        run("rm", "-rf", str(WORK / made))
    run("deploy/make-env", str(WORK / "env"), str(WORK / "keys"))
    smtp = f"KEMITRAAN_SMTP_URL=smtp://{EDGE}.1:{acts.MAIL_PORT}"
    lines = [
        line for line in (WORK / "env").read_text().splitlines() if not line.startswith("KEMITRAAN_SMTP_URL")
    ]
    more = (
        smtp,
        f"KEMITRAAN_EDGE={EDGE}",
        f"KEMITRAAN_INSIDE={INSIDE}",
        f"KEMITRAAN_HTTP=127.0.0.1:{PORT}",
        f"KEMITRAAN_HTTPS=127.0.0.1:{os.environ.get('KEMITRAAN_HTTPS_PORT', '8443')}",
        f"KEMITRAAN_PUBLIC_URL=http://127.0.0.1:{PORT}",
        f"KEMITRAAN_PROMETHEUS=127.0.0.1:{os.environ.get('KEMITRAAN_PROMETHEUS_PORT', '9090')}",
        f"KEMITRAAN_WEBHOOK_ALLOW={EDGE}.1",
        f"KEMITRAAN_KEYS={WORK / 'keys'}",
    )
    (WORK / "env").write_text("\n".join((*lines, *more)) + "\n")


def _build(name: str) -> None:
    print("→ building the image", flush=True)
    how = (
        ["--format", "docker", "--network", "host"] if name == "podman" else []
    )  # OCI's form has no HEALTHCHECK
    version = os.environ.get("KEMITRAAN_VERSION", "0.1.0")
    image = f"{'docker.io/library/' if name == 'podman' else ''}kemitraan:{version}"
    run(name, "build", *how, "--quiet", "--tag", image, "--file", "deploy/Dockerfile", str(ROOT), timeout=400)


async def _acts(name: str, begun: float) -> None:
    stack = acts.Stack(f"http://127.0.0.1:{PORT}", WORK / "keys", f"{EDGE}.1", name)
    told: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = [
        ("starting the stack", stack.start),
        ("what the command line says in a container", stack.command_line),
        ("the story, over the public address", stack.story),
        ("every link of pages, mails, feeds and catalogue", stack.links),
        ("limits and probes, through the gateway", stack.limits),
        ("kill -9: NATS, PostgreSQL, a service", stack.kills),
        ("two instances of a service", stack.instances),
        ("every key is replaced; the story again", stack.rotation),
        ("a half-made database is red", stack.half_made),
    ]
    chosen = sys.argv[1:]  # by the names of acts; the stack is started in any case
    for title, act in told:
        if chosen and act.__name__ not in ("start", *chosen):
            continue
        print(f"→ {title} ({time.monotonic() - begun:.0f} s)", flush=True)
        await act()


if __name__ == "__main__":
    sys.exit(main())
