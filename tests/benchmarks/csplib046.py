"""CSPLib problem 046, meeting scheduling, answered by the planner's timetable core as it is.

    python -m tests.benchmarks.csplib046 [--minimum] --out DIR FILE.json...

writes DIR/NAME.json for each instance: a slot for each meeting, or the verdict `infeasible`. With
`--minimum` the slots may pass the instance's domain, and as few as possible are used.
"""

import argparse
import json
import time
from itertools import combinations
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from services.planning.timetable.answer import Answer, Verdict
from services.planning.timetable.effort import Effort
from services.planning.timetable.problem import Activity, Distance, Objective, Participant, Problem
from services.planning.timetable.solving import solve

EFFORT = Effort(seconds=60)


def read(instance: dict[str, Any], *, minimum: bool) -> Problem:
    """The instance in the words of the core."""
    attended = [[str(meeting) for meeting in meetings] for meetings in instance["agents"]]
    travel = instance["travel"]
    distances = {
        (one, other): travel[int(one)][int(other)] + 1
        for meetings in attended
        for one, other in combinations(meetings, 2)
    }
    slots = enough(instance["meetings"], distances) if minimum else instance["domain"]
    return Problem(
        days=(0,) * slots,
        activities=tuple(Activity(id=str(number)) for number in range(instance["meetings"])),
        participants=tuple(
            Participant(id=f"agent {number}", activities=tuple(meetings))
            for number, meetings in enumerate(attended)
        ),
        distances=tuple(
            Distance(first=one, second=other, slots=slots)
            for (one, other), slots in distances.items()
        ),
        objective=Objective.SPAN if minimum else Objective.COST,
    )


def enough(meetings: int, distances: dict[tuple[str, str], int]) -> int:
    """Slots in which there surely is a timetable: each meeting at the first slot that is free."""
    near: dict[str, dict[str, int]] = {str(number): {} for number in range(meetings)}
    for (one, other), slots in distances.items():
        near[one][other] = near[other][one] = slots
    placed: dict[str, int] = {}
    for meeting, others in near.items():
        taken = [(placed[other], slots) for other, slots in others.items() if other in placed]
        slot = 0
        while any(abs(slot - at) < slots for at, slots in taken):
            slot += 1
        placed[meeting] = slot
    return max(placed.values()) + 1


def written(instance: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The answer in the words of the benchmark."""
    if answer.verdict is Verdict.IMPOSSIBLE:
        return {"instance": instance["id"], "verdict": "infeasible"}
    times = [answer.timetable[str(number)].slot for number in range(instance["meetings"])]
    return {"instance": instance["id"], "times": [slot - min(times) for slot in times]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.csplib046")
    parser.add_argument("--minimum", action="store_true", help="use as few slots as possible")
    parser.add_argument("--out", type=Path, required=True, help="folder for the answers")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.json")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table = Table("instance", "verdict", "slots", "proven least", "seconds", title="CSPLib 046")
    for file in arguments.files:
        instance = json.loads(file.read_text())
        began = time.perf_counter()
        answer = solve(read(instance, minimum=arguments.minimum), EFFORT)
        seconds = time.perf_counter() - began
        answered = written(instance, answer)
        (arguments.out / f"{file.stem}.json").write_text(json.dumps(answered) + "\n")
        slots = max(answered["times"]) + 1 if "times" in answered else "-"
        least = instance["proven_min_slots"]
        table.add_row(file.stem, answer.verdict, str(slots), str(least), f"{seconds:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
