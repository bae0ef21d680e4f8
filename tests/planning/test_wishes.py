"""The file of wishes that the command line prints: it has all of them, and is taken as it is."""

from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from services.planning.rules import contradictions
from services.planning.rules.brief import Circle, Period, Settings, Weights
from services.planning.rules.need import brief_of
from services.planning.rules.wanted import Custom, Fixture, Wanted
from services.program.cli import app
from services.program.commands.plan import read_wanted
from tests.planning.test_year import registry


def test_all_that_may_be_wanted_is_printed_as_a_file_that_is_taken(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["plan", "wishes"]).stdout
    file = tmp_path / "wishes.yaml"
    file.write_text(printed, encoding="utf-8")
    wanted = Wanted.model_validate(read_wanted(file))
    brief = brief_of(registry(), wanted, 2028, date(2027, 1, 4))
    contradictions.check(brief)
    for part in (Wanted, Settings, Weights, Fixture, Custom, Circle, Period):
        for name in part.model_fields:
            assert f"{name}:" in printed
    assert wanted.settings == Settings()
