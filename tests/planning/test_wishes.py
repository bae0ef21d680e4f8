"""The file of wishes that the command line prints: it has all of them, and is taken as it is."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.planning.rules import contradictions
from services.planning.rules.brief import Circle, Period, Settings, Weights
from services.planning.rules.need import brief_of
from services.planning.rules.wanted import Custom, Fixture, Wanted
from services.program.cli import app
from services.program.commands.plan import read_wanted
from tests.planning.test_year import registry


@pytest.mark.parametrize(
    ("options", "wishes", "says"),
    [
        (["--seconds", "nan"], "{}", "write a number"),
        (["--work", "inf"], "{}", "write a number"),
        ([], "settings: {people_gap_days: 3}\nsettings: {}", "settings stands twice"),
        ([], "settings: {people_gap_days: 3, people_gap_days: 4}", "people_gap_days stands twice"),
        ([], "? [customs-heads]\n: 1", "unhashable key"),
    ],
)
def test_what_a_terminal_cannot_mean_is_refused_before_anything_is_asked(
    tmp_path: Path, options: list[str], wishes: str, says: str
) -> None:
    file = tmp_path / "wishes.yaml"
    file.write_text(wishes, encoding="utf-8")
    nobody = ["--wanted", str(file), "--url", "http://127.0.0.1:9"]
    told = CliRunner().invoke(app, ["plan", "make", "2028", *options, *nobody])
    assert told.exit_code != 0
    assert says in f"{told.output}{told.exception}"


def test_a_folder_is_no_file_of_wishes(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["plan", "make", "2028", "--wanted", str(tmp_path)])
    assert told.exit_code == 2
    assert "directory" in told.output


def test_what_was_left_empty_is_told_as_nothing() -> None:
    with pytest.raises(ValueError, match=r"write a list, like .*, not nothing"):
        Wanted.model_validate({"fixed": ""})


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
