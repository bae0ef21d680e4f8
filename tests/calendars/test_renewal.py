"""A feed that is made out of what it was is the feed that is made out of everything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.calendars.rules.assembly import (
    LONG_AGO,
    NEVER,
    Fragment,
    Meeting,
    Move,
    feed,
    renewed,
)
from services.icalendar.task import Task, vtask
from services.icalendar.wording import LANGUAGES
from tests.calendars.test_feed import EDITION, entry_after, meeting_of
from tests.calendars.test_wishes import WISHES, after, dealt_with
from tests.conftest import START

MECHANISMS = ("customs-heads", "heads-of-state")
DAYS = st.integers(0, 1200).map(lambda days: START + timedelta(days=days))


def task_of(number: int, party: str) -> Meeting:
    task = Task(
        id=f"customs-heads-2027-d{number}-{party}",
        mechanism="customs-heads",
        party=party,
        task="Назвать ведомство",
        decision="CAC/CUSTOMS/2027/DEC/1",
        due=date(2027, 6, 22),
        created=START,
        changed=START + timedelta(minutes=number),
    )
    due = {one: vtask(task, language=one).encode() for one in LANGUAGES}
    return Meeting(
        id=task.id,
        host="",
        starts=START,
        ends=START,
        cancelled=False,
        leaves=NEVER,
        fragments={one: Fragment.of(b"", b"", text) for one, text in due.items()},
        party=party,
    )


@st.composite
def histories_of_all(draw: st.DrawFn) -> list[tuple[str, Meeting]]:
    """How meetings and tasks of two bodies stood after each change, one after the other."""
    lines = []
    for said, more in draw(dealt_with()):
        mechanism = draw(st.sampled_from(MECHANISMS))
        told = after(said, more)
        stood = [entry_after(told[: number + 1]) for number in range(len(told))]
        lines.append([(mechanism, meeting_of(entry)) for entry in stood])
    for number in range(draw(st.integers(0, 2))):
        party = draw(st.sampled_from(["kazakhstan", "china"]))
        lines.append([("customs-heads", task_of(number, party))])
    mixed = draw(st.permutations([at for at, line in enumerate(lines) for _ in line]))
    rest = [iter(line) for line in lines]
    return [next(rest[at]) for at in mixed]


def known_after(changes: Sequence[tuple[str, Meeting]]) -> dict[str, dict[str, Meeting]]:
    known: dict[str, dict[str, Meeting]] = {}
    for mechanism, meeting in changes:
        known.setdefault(mechanism, {})[meeting.id] = meeting
    return known


@settings(deadline=None, max_examples=200)
@given(
    changes=histories_of_all(),
    wishes=WISHES,
    host=st.sampled_from([None, "uzbekistan", "china"]),
    party=st.sampled_from([None, "kazakhstan"]),
    now=DAYS,
    data=st.data(),
)
def test_whatever_moves_it_is_the_same_feed(
    changes: list[tuple[str, Meeting]],
    wishes: dict[str, Any],
    host: str | None,
    party: str | None,
    now: Any,
    data: st.DataObject,
) -> None:
    bodies = data.draw(st.sampled_from([MECHANISMS, MECHANISMS[:1]]))
    wanted = EDITION._replace(**wishes, mechanisms=bodies, host=host, party=party)
    first = data.draw(st.integers(0, len(changes)))
    overlap = data.draw(st.integers(0, first))

    def whole(changes: Sequence[tuple[str, Meeting]]) -> Any:
        meetings = {key: known.values() for key, known in known_after(changes).items()}
        return feed(wanted, meetings, since=LONG_AGO, now=now)

    moves = []
    for number in range(overlap, len(changes)):
        mechanism, meeting = changes[number]
        before = known_after(changes[:number]).get(mechanism, {}).get(meeting.id)
        moves.append(Move(mechanism, before, meeting))
    kept, all_of_it = whole(changes[:first]), whole(changes)
    made = renewed(kept, wanted, moves, since=LONG_AGO, now=now)
    assert replace(made, changed=all_of_it.changed) == all_of_it
    assert kept == whole(changes[:first])


def test_what_is_no_business_of_its_readers_does_not_touch_a_feed() -> None:
    ours = EDITION._replace(deadlines=True, party="china", readable=frozenset({"customs-heads"}))
    kept = feed(ours, {}, since=LONG_AGO, now=START)
    moves = [Move("customs-heads", None, task_of(1, "kazakhstan"))]
    assert renewed(kept, ours, moves, since=LONG_AGO, now=START) == kept
    theirs = Move("customs-heads", None, task_of(1, "china"))
    assert renewed(kept, ours, [theirs], since=LONG_AGO, now=START).tag != kept.tag
