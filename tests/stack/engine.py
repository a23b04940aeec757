"""The container engine of this machine: Docker where it answers, else podman with what it lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.host.nats_server import nats_server_binary

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "stack"
PROJECT = "kemitraan-test"
COMPOSE = ROOT / ".venv" / "bin" / "docker-compose"
_PODMAN = """\
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
[network]
network_backend = "netavark"
"""
# With runc 1.1 a tmpfs below a read-only root takes the mode of the folder that it covers.
_OVERRIDE = """\
services:
  postgres:
    tmpfs: !override
      - /tmp:size=256m,mode=1777,noexec,nosuid,nodev
      - /var/run:size=1m,mode=1777,noexec,nosuid,nodev
"""
_OFFICIAL = ("python", "nats", "postgres", "caddy", "prometheus")


class Failed(RuntimeError):
    """A command did not do what it should; the text ends with what it said."""


def run(*command: str, timeout: float = 120, check: bool = True, errors: bool = False) -> str:
    """What a command prints; raises :class:`Failed`, also when it does not end in time."""
    try:
        ran = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(command)[:200]} did not end within {timeout:.0f} s") from None
    if check and ran.returncode:
        raise Failed(
            f"{' '.join(command)[:200]} ended with {ran.returncode}:\n{(ran.stdout + ran.stderr)[-2000:]}"
        )
    return ran.stdout + (ran.stderr if errors else "")


def compose(*command: str, timeout: float = 240, check: bool = True, errors: bool = False) -> str:
    """`docker compose` on the stack under its own name."""
    files = ["--file", "docker-compose.yml"]
    if (extra := WORK / "podman.yml").exists():
        files += ["--file", str(extra)]
    start = (str(COMPOSE), "--project-name", PROJECT, "--env-file", str(WORK / "env"), *files)
    return run(*start, *command, timeout=timeout, check=check, errors=errors)


def container(service: str) -> str:
    """The id of a service's (first) container."""
    return compose("ps", "--all", "--quiet", service).split()[0]


@contextmanager
def engine() -> Iterator[str]:
    """The engine's command, with the base images there; raises :class:`Failed` where there is none."""
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "podman.yml").unlink(missing_ok=True)
    if (
        shutil.which("docker")
        and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    ):
        yield "docker"
    elif shutil.which("podman"):
        with _podman():
            yield "podman"
    else:
        raise Failed("neither podman nor a running Docker is here (Debian: apt install podman runc netavark)")


@contextmanager
def _podman() -> Iterator[None]:
    settings, socket = WORK / "containers.conf", WORK / "podman.sock"
    settings.write_text(_PODMAN)
    (WORK / "podman.yml").write_text(_OVERRIDE)
    os.environ |= {"CONTAINERS_CONF": str(settings), "DOCKER_HOST": f"unix://{socket}"}
    _base_images()
    socket.unlink(missing_ok=True)
    with (WORK / "podman.log").open("ab") as log:
        service = subprocess.Popen(
            ["podman", "system", "service", "--time=0", f"unix://{socket}"], stdout=log, stderr=log
        )
    ended = threading.Event()
    timer = threading.Thread(target=_check_health, args=(ended,), daemon=True)
    timer.start()
    try:
        while not socket.exists():
            if service.poll() is not None or ended.wait(0.1):
                raise Failed((WORK / "podman.log").read_text()[-2000:])
        yield
    finally:
        ended.set()
        timer.join(20)
        service.terminate()
        service.wait(20)


def _check_health(ended: threading.Event) -> None:
    """Podman leaves healthchecks to systemd's timers; without systemd, this is the timer.

    Who is healthy is not asked again: that would cost more than the stack.
    """
    ours = ("--filter", f"label=com.docker.compose.project={PROJECT}")
    ill = ("--filter", "health=starting", "--filter", "health=unhealthy")
    while not ended.wait(2):
        try:
            for name in run("podman", "ps", "--quiet", *ours, *ill).split():
                run("podman", "healthcheck", "run", name, timeout=15, check=False)
        except Failed as error:
            print(f"  (healthchecks: {error})", file=sys.stderr)


def _base_images() -> None:
    """Official images where a registry answers, else their stand-ins; what is there already is taken."""
    wanted = _images()
    missing = [name for name in wanted.values() if run("podman", "images", "--quiet", name) == ""]
    for name in missing:
        try:
            run(
                "podman",
                "pull",
                "--quiet",
                name,
                timeout=float(os.environ.get("KEMITRAAN_PULL_SECONDS", "20")),
            )
        except Failed:
            break
    else:
        return
    if shutil.which("mmdebstrap") is None or os.geteuid() != 0:
        raise Failed(
            "no registry answers, and stand-ins need mmdebstrap and root (Debian: apt install mmdebstrap)"
        )
    print("→ no registry answers: stand-ins for the official images")
    pairs = [f"{which}={name}" for which, name in wanted.items()]
    script = Path(__file__).parent / "stand_ins" / "prepare"
    print(run(str(script), str(nats_server_binary()), *pairs, timeout=420), end="")


def _images() -> dict[str, str]:
    """The tags in docker-compose.yml, by what they are, with the registry that Docker would ask."""
    found: dict[str, str] = {}
    for word in (ROOT / "docker-compose.yml").read_text().split("${KEMITRAAN_")[1:]:
        name, separator, rest = word.partition("_IMAGE:-")
        if separator:
            tag = rest.partition("}")[0]
            which = name.lower()
            found[which] = f"docker.io/{tag if '/' in tag else f'library/{tag}'}"
    if set(found) != set(_OFFICIAL):
        raise Failed(
            f"docker-compose.yml names {sorted(found)}, and stand-ins are known of {sorted(_OFFICIAL)}"
        )
    return found
