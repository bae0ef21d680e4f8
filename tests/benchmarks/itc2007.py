"""ITC-2007 track 3, university timetables, answered by the planner's timetable core as it is.

    python -m tests.benchmarks.itc2007 --seconds N --out DIR FILE.ctt...

looks for N seconds at each instance, writes DIR/NAME.sol, and prints what was reached beside the
published costs.
"""

import argparse
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TextColumn, TimeElapsedColumn
from rich.table import Table

from services.planning.timetable.answer import Answer, Progress
from services.planning.timetable.effort import Effort, Watch
from services.planning.timetable.problem import (
    Activity,
    Cluster,
    Participant,
    Place,
    Problem,
    Series,
)
from services.planning.timetable.solving import solve

# The lowest cost that the competition's finalists and its winner's own report give, for instances
# whose figures are at hand (Müller, ITC2007 Solver Description, table 4).
PUBLISHED = {"comp01": 5, "comp03": 71, "comp05": 298, "comp07": 14, "comp09": 103, "comp11": 0}


@dataclass(frozen=True)
class Instance:
    """The sections of a file; each line as its words."""

    periods: int  # of a day
    days: int
    courses: list[list[str]]
    rooms: list[list[str]]
    curricula: list[list[str]]
    unavailable: list[list[str]]


def read(text: str) -> Instance:
    head: dict[str, str] = {}
    sections: dict[str, list[list[str]]] = defaultdict(list)
    section = ""
    for words in filter(None, (line.split() for line in text.splitlines())):
        if len(words) == 1:
            section = words[0]
        elif section:
            sections[section].append(words)
        else:
            head[words[0]] = words[1]
    return Instance(
        periods=int(head["Periods_per_day:"]),
        days=int(head["Days:"]),
        courses=sections["COURSES:"],
        rooms=sections["ROOMS:"],
        curricula=sections["CURRICULA:"],
        unavailable=sections["UNAVAILABILITY_CONSTRAINTS:"],
    )


def problem(instance: Instance) -> Problem:
    """The instance in the words of the core: a course is a series, a curriculum a cluster."""
    slots = range(instance.days * instance.periods)
    closed: dict[str, set[int]] = defaultdict(set)
    for course, day, period in instance.unavailable:
        closed[course].add(int(day) * instance.periods + int(period))
    lectures = {
        course: tuple(f"{course} {number}" for number in range(int(count)))
        for course, _, count, _, _ in instance.courses
    }
    taught: dict[str, list[str]] = defaultdict(list)
    for course, teacher, *_ in instance.courses:
        taught[teacher] += lectures[course]
    studied = {
        curriculum: tuple(each for course in courses for each in lectures[course])
        for curriculum, _, *courses in instance.curricula
    }
    rooms = tuple(room for room, _ in instance.rooms)
    return Problem(
        days=tuple(slot // instance.periods for slot in slots),
        activities=tuple(
            Activity(
                id=lecture,
                slots={slot: 0 for slot in slots if slot not in closed[course]},
                places=rooms,
                people=int(students),
            )
            for course, _, _, _, students in instance.courses
            for lecture in lectures[course]
        ),
        places=tuple(Place(id=room, seats=int(seats)) for room, seats in instance.rooms),
        participants=(
            *(Participant(id=who, activities=tuple(each)) for who, each in taught.items()),
            *(Participant(id=who, activities=each) for who, each in studied.items()),
        ),
        series=tuple(
            Series(
                id=course,
                activities=lectures[course],
                days=int(days),
                per_missing_day=5,
                per_further_place=1,
            )
            for course, _, _, days, _ in instance.courses
        ),
        clusters=tuple(
            Cluster(id=who, activities=each, per_lone=2) for who, each in studied.items()
        ),
    )


def written(instance: Instance, answer: Answer) -> str:
    """The answer in the words of the benchmark."""
    lines = []
    for lecture, at in answer.timetable.items():
        day, period = divmod(at.slot, instance.periods)
        lines.append(f"{lecture.split()[0]} {at.place} {day} {period}\n")
    return "".join(lines)


def compared(reached: dict[str, int | None]) -> Table:
    table = Table(title="ITC-2007 track 3")
    for column in ("instance", "ours", "published", "ratio", ""):
        table.add_column(column, justify="right")
    for name, cost in reached.items():
        published = PUBLISHED.get(name)
        if cost is None:
            table.add_row(name, "none", str(published), "", "no timetable found")
        elif published is None:
            table.add_row(name, str(cost), "", "", "")
        else:
            ratio = f"{cost / published:.3f}" if published else ""
            short = "falls short" if cost > published else ""
            table.add_row(name, str(cost), str(published), ratio, short)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.itc2007")
    parser.add_argument("--seconds", type=float, required=True, help="for each file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder for the answers")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.ctt")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    reached: dict[str, int | None] = {}
    with Bar(TextColumn("{task.description}"), TimeElapsedColumn()) as bar:
        task = bar.add_task("")
        for file in arguments.files:

            def show(progress: Progress, name: str = file.stem) -> None:
                said = f"{name}: {progress.cost}, at least {progress.bound}"
                bar.update(task, description=said)

            instance = read(file.read_text())
            answer = solve(
                problem(instance),
                Effort(seconds=arguments.seconds),
                seed=arguments.seed,
                watch=Watch(progress=show),
            )
            (arguments.out / f"{file.stem}.sol").write_text(written(instance, answer))
            reached[file.stem] = answer.cost
    Console().print(compared(reached))


if __name__ == "__main__":
    main()
