"""The gateway as it is deployed: deploy/gateway/Caddyfile in a Caddy of the test's own, on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.ports import free_port

CADDYFILE = Path(__file__).parents[2] / "deploy" / "gateway" / "Caddyfile"
UPSTREAMS = ("partners", "programs", "products", "notifications", "identity", "portal")


@contextmanager
def gateway(folder: Path, upstreams: Mapping[str, str], port: int, **settings: str) -> Iterator[str]:
    """Caddy on ``port`` before ``upstreams`` (host:port by service); ``settings`` are its environment."""
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is not installed (Debian: apt install caddy)")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "caddy"),
        "XDG_CONFIG_HOME": str(folder / "caddy"),
        "KEMITRAAN_SITE": f":{port}",
        "KEMITRAAN_GATEWAY_BIND": "127.0.0.1",
        "KEMITRAAN_GATEWAY_HTTP": str(port),
        "KEMITRAAN_GATEWAY_HTTPS": str(free_port()),
        "KEMITRAAN_GATEWAY_HEALTH": str(free_port()),
        **{f"KEMITRAAN_GATEWAY_{service.upper()}": place for service, place in upstreams.items()},
        **settings,
    }
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(
            [caddy, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{environment['KEMITRAAN_GATEWAY_HEALTH']}/healthz"
    finally:
        process.terminate()
        process.wait(20)
