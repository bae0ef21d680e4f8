"""What was entered in the forms on a meeting's pages, as the commands want to be told."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from events.faults import first_fault
from events.mechanisms import MilestoneKind
from events.moments import MINUTE, Moment, written
from services.inputs import WallTime
from services.refusals import UnacceptableError
from services.scheduling.commands.asking import NewPoll
from services.scheduling.commands.meetings import Cancellation, Convocation, Move, Restriction
from services.scheduling.pages.spoken import ALTHOUGH
from services.scheduling.rules.meeting import LONGEST, Meeting
from services.scheduling.rules.slots.answer import Slot

Entered = Mapping[str, str]
AGREED = ("short_notice", "despite_clashes")  # what is refused unless it is said
FIXING = (*AGREED, "despite_polls")
DATES = tuple(f"date{number}" for number in range(1, 5))
LABELS = {
    "begins": "It begins",
    "ends": "It ends",
    "closes": "Answers are taken until",
    "first": "From",
    "last": "To",
    **{name: f"Date {number}" for number, name in enumerate(DATES, 1)},
    "zone": "As clocks show it in",
    "place": "The place",
    "minutes": "Minutes from beginning to end",
    "reason": "Why",
}
BY_MINUTE = "%Y-%m-%dT%H:%M"  # as browsers send a date with its hour


def convocation(_: Meeting, entered: Entered) -> Convocation:
    if "begins" not in entered:
        raise UnacceptableError("say when the meeting begins")
    if "place" not in entered:
        raise UnacceptableError("say where the meeting is held, or that it is online")
    said = {"when": when(entered), "place": entered["place"], **agreed(entered, FIXING)}
    return Convocation.model_validate(said)


def move(meeting: Meeting, entered: Entered) -> Move:
    """The date is none where it is as it was, and so is the place."""
    if "reason" not in entered:
        raise UnacceptableError("say why the meeting moves; everybody invited is told")
    place = entered.get("place", meeting.place)
    return Move.model_validate(
        {
            "when": None if same_date(meeting, entered) else when(entered),
            "place": None if place == meeting.place else place,
            "reason": entered["reason"],
            "sequence": entered.get("sequence"),
            **agreed(entered, FIXING),
        }
    )


def same_date(meeting: Meeting, entered: Entered) -> bool:
    if "ends" in entered or meeting.span is None:
        return False
    starts = meeting.span.starts
    there = (f"{starts.wall:{BY_MINUTE}}", starts.zone)
    return (entered.get("begins", there[0]), entered.get("zone", starts.zone)) == there


def new_poll(meeting: Meeting, entered: Entered) -> NewPoll:
    """Of the dates that are entered, or else of the best between two days."""
    if "closes" not in entered:
        raise UnacceptableError("say until when answers are taken")
    if meeting.span is not None and "reason" not in entered:
        raise UnacceptableError("say why another date is asked for; the delegations are told")
    closes = {"wall": entered["closes"], "zone": entered.get("zone")}
    length = {"minutes": entered["minutes"]} if "minutes" in entered else {}
    place = {"place": entered["place"]} if "place" in entered else {}
    again = {"ask_again": "ask_again" in entered, "reason": entered.get("reason")}
    asked = {"closes": closes, **again}
    slots = [
        {"wall": entered[name], "zone": entered.get("zone"), **length}
        for name in DATES
        if name in entered
    ]
    if "look" not in entered:
        slots += [marked(one) for one in entered.get("marked", "").split()]
        if "shown" in entered and not slots:
            raise UnacceptableError("mark the dates that are to be asked, or enter others")
    if slots:
        return NewPoll.model_validate({**asked, **place, **agreed(entered), "slots": slots})
    found = {name: entered[name] for name in ("first", "last", "limit") if name in entered}
    wanted = {**found, **length, **place, "short_notice": "short_notice" in entered}
    return NewPoll.model_validate({**asked, "propose": wanted})


def mark_of(slot: Slot) -> str:
    """A date that was found, as the form sends it back where it is marked."""
    span = slot.span
    lasts = (span.ends.at - span.starts.at) // MINUTE
    return f"{span.starts.wall:{BY_MINUTE}}/{lasts}/{span.starts.zone}"


def marked(mark: str) -> dict[str, Any]:
    wall, minutes, zone = mark.split("/", 2)
    return {"wall": wall, "zone": zone, "minutes": minutes}


def milestone(_: Meeting, entered: Entered) -> MilestoneKind:
    try:
        return MilestoneKind(entered.get("kind", ""))
    except ValueError:
        raise UnacceptableError("choose what is done") from None


def restriction(_: Meeting, entered: Entered) -> Restriction:
    if entered.get("restricted") not in {"true", "false"}:
        raise UnacceptableError("say whether it is restricted, or open to all readers")
    return Restriction(restricted=entered["restricted"] == "true")


def cancellation(_: Meeting, entered: Entered) -> Cancellation:
    if "reason" not in entered:
        raise UnacceptableError("say why the meeting is cancelled; everybody invited is told")
    if "sure" not in entered:
        raise UnacceptableError("mark that it is given up for good; nobody can take that back")
    said = {"reason": entered["reason"], "sequence": entered.get("sequence")}
    return Cancellation.model_validate(said)


def when(entered: Entered) -> dict[str, Any]:
    """From when, in the zone that was chosen, and for how long where the end is entered."""
    if "begins" not in entered:
        raise UnacceptableError("say when the meeting begins")
    starts = wall_time(entered, "begins")
    said = {"wall": entered["begins"], "zone": entered.get("zone")}
    if "ends" not in entered:
        return said
    lasts = wall_time(entered, "ends").at - starts.at
    if lasts < MINUTE:
        raise UnacceptableError("the meeting ends before it begins; change one of the two")
    if lasts > LONGEST:
        raise UnacceptableError(f"a meeting lasts at most {LONGEST.days} days; let it end earlier")
    return {**said, "minutes": lasts // MINUTE}


def wall_time(entered: Entered, name: str) -> Moment:
    said = {"wall": entered[name], "zone": entered.get("zone")}
    return WallTime.model_validate(said).moment


def agreed(entered: Entered, names: Collection[str] = AGREED) -> dict[str, bool]:
    return {name: name in entered for name in names}


def kept_when_stale(entered: Entered) -> dict[str, str]:
    """What stays in a form that was filled in with what the meeting was before."""
    return {name: said for name, said in entered.items() if name == "reason"}


def in_words(entered: Entered) -> list[tuple[str, str]]:
    """What was entered in which field, for who cannot see it in the form any more."""
    fields = [(LABELS[name], as_shown(said)) for name, said in entered.items() if name in LABELS]
    return [*fields, *(("Ticked", said) for name, said in ALTHOUGH.items() if name in entered)]


def as_shown(said: str) -> str:
    """The same; a date, or a date with its hour, as pages write them."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said
    return f"{written(at.date())}, {at:%H:%M}" if "T" in said else written(at.date())


def read(form: Callable[[Meeting, Entered], Any], meeting: Meeting, entered: Entered) -> Any:
    """What `form` makes of what was entered; UnacceptableError where that makes no sense."""
    try:
        return form(meeting, entered)
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, "the form")) from None
