"""A skip is visible, and a failure where KEMITRAAN_NO_SKIPS is set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = """
import pytest

def test_passes(): pass

def test_skips(): pytest.skip("no chromium here")

@pytest.mark.skipif(True, reason="no such system")
def test_marked(): pass

@pytest.mark.xfail
def test_expected_to_fail(): assert False
"""
MODULE = "import pytest\npytest.skip('no postgres here', allow_module_level=True)\n"


@pytest.mark.parametrize(("no_skips", "code"), [("", 0), ("1", 1)])
def test_skips_fail_only_where_nothing_may_be_missing(tmp_path: Path, no_skips: str, code: int) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    run = run_pytest(tmp_path, no_skips)
    assert run.returncode == code, run.stdout
    if no_skips:
        assert "1 failed, 1 passed, 1 xfailed, 1 error" in run.stdout
        assert "test_skips was skipped, and KEMITRAAN_NO_SKIPS allows none" in run.stdout
        assert "no chromium here" in run.stdout


def test_a_module_that_skips_itself_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "test_module.py").write_text(MODULE)
    run = run_pytest(tmp_path, "1")
    assert run.returncode != 0
    assert "no postgres here" in run.stdout


def run_pytest(folder: Path, no_skips: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-ra",
            "-p",
            "tests.support.no_skips",
            "-p",
            "no:cacheprovider",
            ".",
        ],
        cwd=folder,
        env={**os.environ, "KEMITRAAN_NO_SKIPS": no_skips, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
