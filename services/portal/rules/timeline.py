"""The deadlines of a meeting as a picture: a line of time, to scale, from the first to the last.

One lies for wide windows and one stands for narrow ones; both are the same with other lengths. All
lengths are in the units of the picture. A mark sits where its instant is; the words beside it give
way to their neighbours, and a line leads from one to the other. What was met before the meeting
moved is marked when it was met, since it was due by a date that is none any more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from events.mechanisms import MilestoneKind
from events.moments import Moment, Span
from services.milestones import Deadline
from services.spacing import apart

SHORT = {
    MilestoneKind.INVITATION: "Invitation",
    MilestoneKind.NOMINATIONS: "Nominations",
    MilestoneKind.PROPOSALS: "Proposals",
    MilestoneKind.DOCUMENTS: "Documents",
    MilestoneKind.TRANSLATION: "Translation",
    MilestoneKind.PROVISIONAL_AGENDA: "Provisional agenda",
    MilestoneKind.MINUTES: "Draft minutes",
    MilestoneKind.COMMENTS: "Comments",
    MilestoneKind.SILENCE: "Silence ends",
}
MEETING = "meeting"
TODAY = "today"
LYING_LENGTH, LYING_EDGE, LYING_WORDS = 1120, 76, 152
STANDING_LENGTH, STANDING_EDGE, STANDING_WORDS = 760, 30, 62


class Mark(BaseModel):
    """A point on the line; `at` is where it is, `label_at` where its words are, on which `side`."""

    model_config = ConfigDict(frozen=True)

    kind: MilestoneKind | str
    label: str
    when: Moment
    state: str
    said: str
    at: float
    label_at: float
    side: int


class Timeline(BaseModel):
    """The line, from `edge` to `length` less `edge`; as far as `passed` it lies behind us."""

    model_config = ConfigDict(frozen=True)

    length: int
    edge: int
    marks: tuple[Mark, ...]
    passed: float


class Point(BaseModel):
    """What is to be marked, before it has a place."""

    model_config = ConfigDict(frozen=True)

    kind: MilestoneKind | str
    label: str
    when: Moment
    state: str
    said: str


def points_of(deadlines: Sequence[Deadline], span: Span, stage: str, now: datetime) -> list[Point]:
    """The deadlines, the meeting itself, and today if it lies between; in the order of time."""
    points = [
        Point(
            kind=one.kind,
            label=SHORT[one.kind],
            when=Moment.of(one.met, one.due.zone) if one.kept and one.met else one.due,
            state=one.standing,
            said=one.said.partition(";")[0],
        )
        for one in deadlines
    ]
    points.append(
        Point(kind=MEETING, label="The meeting", when=span.starts, state=MEETING, said=stage)
    )
    points.sort(key=lambda point: point.when.at)
    if points[0].when.at <= now <= points[-1].when.at:
        here = Moment.of(now, span.starts.zone)
        points.append(Point(kind=TODAY, label="Today", when=here, state=TODAY, said=""))
    return sorted(points, key=lambda point: point.when.at)


def lying(points: Sequence[Point], now: datetime) -> Timeline:
    """From left to right, the words by turns above and below the line."""
    return timeline(points, now, LYING_LENGTH, LYING_EDGE, LYING_WORDS, sides=2)


def standing(points: Sequence[Point], now: datetime) -> Timeline:
    """From top to bottom, all words on one side."""
    return timeline(points, now, STANDING_LENGTH, STANDING_EDGE, STANDING_WORDS, sides=1)


def timeline(
    points: Sequence[Point], now: datetime, length: int, edge: int, words: int, *, sides: int
) -> Timeline:
    first, last = points[0].when.at, points[-1].when.at
    whole = max(last - first, timedelta(minutes=1))
    inner = length - 2 * edge

    def place(at: datetime) -> float:
        return round(edge + inner * min(max((at - first) / whole, 0), 1), 1)

    places = [place(point.when.at) for point in points]
    labels = [0.0] * len(points)
    for side in range(sides):
        labels[side::sides] = apart(places[side::sides], words, edge, length - edge)
    marks = tuple(
        Mark(
            **dict(point),
            at=at,
            label_at=label,
            side=number % sides,
        )
        for number, (point, at, label) in enumerate(zip(points, places, labels, strict=True))
    )
    return Timeline(length=length, edge=edge, marks=marks, passed=place(now))
