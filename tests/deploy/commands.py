"""Whether the command `secretariat` knows what a file under deploy/ would have it do."""

from collections.abc import Sequence

from typer.testing import CliRunner

from services.program.cli import app


def assert_known(arguments: Sequence[str]) -> None:
    """There is such a subcommand, and it has these options; nothing is done."""
    answer = CliRunner().invoke(app, [*arguments, "--help"])
    assert answer.exit_code == 0, answer.output
