"""Feeds as somebody wishes them and may read them, after any history: as a model says."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.event import Event
from events.followups import FollowUpExtended, FollowUpOpened, FollowUpWithdrawn
from events.mechanisms import MilestoneKind
from events.meetings import (
    MeetingCancelled,
    Milestone,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
)
from events.moments import Moment
from services.icalendar import task as tasks
from services.icalendar.calendar import Method, calendar
from services.icalendar.wording import LANGUAGES, WORDS
from tests.calendars.readers import Reader, Seen
from tests.calendars.strict import faults
from tests.calendars.test_feed import (
    INSTANTS,
    ZONES,
    as_told,
    block_of,
    entry_after,
    histories,
    written,
)
from tests.conftest import CUSTOMS, START

MOMENTS = st.builds(Moment.of, INSTANTS, st.sampled_from(ZONES))
KINDS = st.lists(st.sampled_from(list(MilestoneKind)), min_size=1, max_size=3, unique=True)
WISHES = st.fixed_dictionaries(
    {
        "deadlines": st.booleans(),
        "hide_cancelled": st.booleans(),
        "language": st.sampled_from(LANGUAGES),
        "alarm_minutes": st.sampled_from([None, 15, 10080]),
        "all_day": st.booleans(),
        "readable": st.sampled_from([frozenset(), frozenset({"customs-heads"})]),
    }
).flatmap(
    lambda wishes: st.builds(
        lambda meetings: {**wishes, "meetings": meetings or not wishes["deadlines"]}, st.booleans()
    )
)


@st.composite
def dealt_with(draw: st.DrawFn) -> list[tuple[list[Any], list[Event]]]:
    """Of each meeting what was said of its date, and what of its deadlines and its readers."""
    told = []
    for said in draw(histories()):
        here = {"mechanism": "customs-heads", "meeting": said[0].meeting}
        more: list[Event] = []
        if draw(st.booleans()):
            kinds = draw(KINDS)
            due = tuple(Milestone(kind=kind, due=draw(MOMENTS)) for kind in kinds)
            more.append(MilestonesSet(**here, milestones=due))
            if draw(st.booleans()):
                more.append(MilestonesMet(**here, kinds=(kinds[0],), at=START))
        if draw(st.booleans()):
            more.append(RestrictionSet(**here, restricted=draw(st.booleans())))
        told.append((said, more))
    return told


def after(said: list[Any], more: list[Event]) -> list[Any]:
    """All that was said of a meeting; it is cancelled last."""
    return [said[0], *more, *said[1:]]


def expected(said: list[Any], more: list[Event], wishes: dict[str, Any]) -> list[Seen]:
    """What a reader must see of one meeting, from the events alone."""
    cancelled = isinstance(said[-1], MeetingCancelled)
    restricted = any(isinstance(one, RestrictionSet) and one.restricted for one in more)
    words = WORDS[wishes["language"]]
    if cancelled and wishes["hide_cancelled"]:
        return []
    told = as_told(said, wishes["language"])
    if restricted and not wishes["readable"]:
        spans = [said[0].span, *(one.span for one in said[1:])]
        busy = told._replace(
            uid=block_of(said[0].meeting),
            sequence=sum(before != after for before, after in pairwise(spans)) + cancelled,
            summary=words.busy,
            location="",
            description="",
        )
        return [busy] if wishes["meetings"] else []
    meeting = in_days(told, said, wishes["all_day"])
    planned = [one for one in more if isinstance(one, MilestonesSet)]
    met = {kind for one in more if isinstance(one, MilestonesMet) for kind in one.kinds}
    deadlines = [
        Seen(
            uid=f"{said[0].meeting}.{due.kind}@secretariat",
            sequence=int(cancelled),
            status="CANCELLED" if cancelled and due.kind not in met else "CONFIRMED",
            starts=due.due.at,
            ends=due.due.at,
            summary=f"{words.due[due.kind]}: {said[0].title}",
            location="",
            description=words.done if due.kind in met else "",
        )
        for one in planned
        for due in one.milestones
    ]
    return [
        *([meeting] if wishes["meetings"] else []),
        *(deadlines if wishes["deadlines"] else []),
    ]


def in_days(meeting: Seen, said: list[Any], all_day: bool) -> Seen:
    span = said[-1].span
    first, last = span.starts.wall.date(), (span.ends.wall - timedelta(microseconds=1)).date()
    if not all_day or span.ends.wall - span.starts.wall <= timedelta(days=1):
        return meeting
    after_last: date = last + timedelta(days=1)
    return meeting._replace(starts=first, ends=after_last)


def check(
    readers: tuple[Reader, ...],
    told: list[tuple[list[Any], list[Event]]],
    wishes: dict[str, Any],
) -> None:
    content = written([entry_after(after(*each)) for each in told], **wishes)
    assert faults(content) == []
    wanted = [one for each in told for one in expected(*each, wishes)]
    for read in readers:
        seen = read(content)
        assert [one._replace(description="") for one in seen] == [
            one._replace(description="") for one in wanted
        ]
        for one, model in zip(seen, wanted, strict=True):
            assert model.description in one.description
    alarms = content.count(b"BEGIN:VALARM")
    uncancelled = sum(not isinstance(said[-1], MeetingCancelled) for said, _ in told)
    assert (alarms > 0) <= bool(wishes["alarm_minutes"] and uncancelled)


def test_four_parsers_read_what_is_owed_as_a_whole_day(readers: tuple[Reader, ...]) -> None:
    owed = FollowUpOpened(
        mechanism="customs-heads",
        follow_up="customs-heads-2027-d1-kazakhstan",
        decision="CAC/CUSTOMS/2027/DEC/1",
        party="kazakhstan",
        task="Назвать ведомство; до 22 июня",
        due=date(2027, 6, 22),
    )
    here = {"mechanism": "customs-heads", "follow_up": owed.follow_up}
    moved = FollowUpExtended(**here, party="kazakhstan", due=date(2027, 12, 31), reason="Выборы")
    task = tasks.evolve(tasks.begin(owed, CUSTOMS.short_name, START), moved, START)
    given_up = tasks.evolve(task, FollowUpWithdrawn(**here, reason="Ошибка"), START)
    for state, sequence, status in ((task, 1, "CONFIRMED"), (given_up, 2, "CANCELLED")):
        content = calendar(Method.PUBLISH, [(tasks.vtask(state), Moment.of(START, "Asia/Almaty"))])
        assert faults(content) == []
        for read in readers:
            (seen,) = read(content)
            assert (seen.sequence, seen.status) == (sequence, status)
            assert (seen.starts, seen.ends) == (date(2027, 12, 31), date(2028, 1, 1))
            assert seen.summary == "Deadline: Назвать ведомство; до 22 июня"


@settings(deadline=None, max_examples=100)
@given(told=dealt_with(), wishes=WISHES)
def test_a_feed_is_what_was_said_as_it_is_wished_for_who_may_read_it(
    readers: tuple[Reader, ...],
    told: list[tuple[list[Any], list[Event]]],
    wishes: dict[str, Any],
) -> None:
    check(readers, told, wishes)


@pytest.mark.soak
@settings(deadline=None, max_examples=5000)
@given(told=dealt_with(), wishes=WISHES)
def test_a_feed_is_what_was_said_whatever_was_said(
    readers: tuple[Reader, ...],
    told: list[tuple[list[Any], list[Event]]],
    wishes: dict[str, Any],
) -> None:
    check(readers, told, wishes)
