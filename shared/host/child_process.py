"""Child processes that end with their parent, even when it is killed."""

import os
import subprocess
import sys
from pathlib import Path

from shared.private_files import OTHERS

# Runs before the program in the same process, so that its pid stays. A wrapper rather than preexec_fn, which
# may deadlock a parent with threads. Checking the parent closes the gap between fork and prctl.
_DIE_WITH_PARENT = """
import ctypes, os, sys
parent, command = int(sys.argv[1]), sys.argv[2:]
if sys.platform == "linux":
    ctypes.CDLL(None, use_errno=True).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL
    if os.getppid() != parent:
        os._exit(1)
os.execv(command[0], command)
"""


def start_child(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program whose output is appended to `log`; on Linux it is killed when this process ends.

    Linux ties its death to the thread that started it, so start it from one that lives as long.
    """
    guard = [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid())]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*guard, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Its own session: Ctrl-C reaches only us, and we stop the child after our last work.
            start_new_session=True,
            umask=OTHERS,  # its files are readable only by their owner
        )


def command_line(pid: int) -> str:
    """The command line of a living process, empty when there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    ps = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout
