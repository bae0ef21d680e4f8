"""`secretariat registry`: the file that describes a format."""

from pathlib import Path
from typing import Annotated

import typer

from services.program.terminal import out

app = typer.Typer(no_args_is_help=True, help="The file that describes a format.")
File = Annotated[Path | None, typer.Argument(help="The file; the project's own when none.")]


@app.command()
def check(file: File = None) -> None:
    """Read a registry file and say what it holds, or every error in it with its line."""
    from services.program.formats import read_format

    registry = read_format(file)
    unassigned = [str(a.number) for a in registry.agreements if a.unassigned]
    out.print(
        f"{registry.meta.title}: {len(registry.parties)} parties, {len(registry.bodies)} bodies "
        f"that meet, {len(registry.agreements)} agreements, {len(registry.documents)} documents."
    )
    if unassigned:
        out.print(f"No body answers for the agreements {', '.join(unassigned)}.")
