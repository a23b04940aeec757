"""Command line of the reference generator: generate, check."""

from __future__ import annotations

from pathlib import Path

import typer

from shared.console import err, out

app = typer.Typer(no_args_is_help=True, help="The generated references in docs/ and the READMEs.")
ROOT = Path(__file__).parents[2]


@app.command()
def generate() -> None:
    """Write every generated file."""
    from shared.i18n.catalogues import check_catalogues, update_catalogues
    from tools.reference.documents import generated

    for path in update_catalogues():
        out.print(f"wrote {path.relative_to(ROOT)}")
    for path, text in generated(ROOT).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            out.print(f"wrote {path.relative_to(ROOT)}")
    for problem in check_catalogues():
        err.print(problem, highlight=False, soft_wrap=True)


@app.command()
def check() -> None:
    """Fail if a generated file or a message catalogue is stale."""
    from shared.i18n.catalogues import check_catalogues
    from tools.reference.documents import generated

    stale = [
        f"{path.relative_to(ROOT)} is stale; run: make docs"
        for path, text in generated(ROOT).items()
        if not path.exists() or path.read_text() != text
    ]
    problems = stale + check_catalogues()
    for problem in problems:
        err.print(problem, highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
