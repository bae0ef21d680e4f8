"""What a delegation owes by a date, as its events have left it. It is nobody else's business."""

from datetime import date, datetime, timedelta

from events.event import Event
from events.followups import (
    FollowUpAccepted,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpWithdrawn,
)
from services.icalendar.bodies import body_in
from services.icalendar.entry import Status, after
from services.icalendar.lines import in_utc, lines, text
from services.icalendar.vevent import DONE, NOBODY, colour
from services.icalendar.wording import WORDS
from services.state import State


class Task(State):
    """One follow-up (the id is its own). It is due by the end of `due`, a whole day.

    `short_name` is that of the body that decided it, in tasks that were begun since it is kept.
    """

    party: str
    short_name: str | None = None
    task: str
    decision: str
    due: date
    sequence: int = 0
    status: Status = Status.CONFIRMED
    done: bool = False
    created: datetime
    changed: datetime

    @property
    def category(self) -> str:
        return self.short_name or self.mechanism

    @property
    def cancelled(self) -> bool:
        return self.status is Status.CANCELLED


HEARD = (FollowUpExtended, FollowUpAccepted, FollowUpWithdrawn)


def begin(event: FollowUpOpened, short_name: str, now: datetime) -> Task:
    return Task(
        id=event.follow_up,
        mechanism=event.mechanism,
        party=event.party,
        short_name=short_name,
        task=event.task,
        decision=event.decision,
        due=event.due,
        created=now,
        changed=now,
    )


def renamed(task: Task, short_name: str, now: datetime) -> Task:
    """The task with the name that its body has at `now`; itself where it has that."""
    if task.short_name == short_name:
        return task
    return task.model_copy(update={"short_name": short_name, "changed": after(task.changed, now)})


def evolve(task: Task, event: Event, now: datetime) -> Task:
    """The task after `event`, one of HEARD, which happened at `now`."""
    change: dict[str, object]
    match event:
        case FollowUpExtended():
            change = {"due": event.due, "sequence": task.sequence + 1}
        case FollowUpAccepted():
            change = {"done": True}
        case FollowUpWithdrawn():
            change = {"status": Status.CANCELLED, "sequence": task.sequence + 1}
        case _:
            raise TypeError(f"no task changes by {event.type}")
    return task.model_copy(update={**change, "changed": after(task.changed, now)})


def vtask(task: Task, *, language: str = "en", organizer: str = NOBODY) -> str:
    """The VEVENT of the day on which a task is due; it keeps nobody busy."""
    words = WORDS[language]
    said = [words.done, task.decision] if task.done else [task.decision]
    return lines(
        [
            "BEGIN:VEVENT",
            f"UID:{task.id}@secretariat",
            f"SEQUENCE:{task.sequence}",
            f"STATUS:{task.status}",
            f"DTSTAMP:{in_utc(task.changed)}",
            f"CREATED:{in_utc(task.created)}",
            f"LAST-MODIFIED:{in_utc(task.changed)}",
            f"DTSTART;VALUE=DATE:{task.due:%Y%m%d}",
            f"DTEND;VALUE=DATE:{task.due + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{text(f'{words.deadline}: {task.task}')}",
            f"DESCRIPTION;LANGUAGE={language}:{text(' · '.join(said))}",
            f"CATEGORIES:{text(body_in(task.category, language))},{text(words.deadline)}",
            f"COLOR:{colour(task.mechanism)}",
            "CLASS:PRIVATE",
            *([DONE] if task.done else []),
            f"ORGANIZER:mailto:{organizer}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    )
