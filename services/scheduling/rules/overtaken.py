"""Whether an accepted date of a plan still holds by the time that delegations are to be asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from events.mechanisms import Rules
from events.moments import written
from events.plans import Planned
from events.polls import Answer
from services import rotation
from services.naming import naming_none
from services.rotation import Rotation
from services.scheduling.rules.meeting import Meeting, Stage, notice_of
from services.scheduling.rules.poll import Poll

MOST_IN_A_YEAR = 366


def overtaken(
    planned: Planned, year: int, meeting: Meeting | None, turns: Rotation, today: date
) -> str | None:
    """Why it does not hold, which names no other meeting that was planned.

    `meeting` is none while it is not even intended.
    """
    if planned.first <= today:
        return f"{written(planned.first)} has passed"
    if meeting is not None and meeting.stage not in {Stage.PLANNED, Stage.SCHEDULED}:
        return f"the meeting is {meeting.stage}"
    if meeting is not None:
        host = meeting.turn.host
        because = naming_none(meeting.turn).because
    else:
        hosts = rotation.coming(turns, year, MOST_IN_A_YEAR)
        if planned.meeting not in hosts:
            return f"the next meeting would be {turns.next_id(year)}, and this is no later one"
        host = hosts[planned.meeting]
        because = turns.naming_none().reason(host)
    if host == planned.host:
        return None
    return f"{turns.name(host)} hosts it, and no longer {turns.name(planned.host)}: {because}"


def refused_by_all(polls: Iterable[Poll], parties: Collection[str]) -> set[date]:
    """The first days that all of `parties` refused in polls of one meeting.

    The last word of each on a day counts. It refuses the day if it wants none of its slots.
    """
    refusing: dict[date, set[str]] = defaultdict(set)
    for poll in sorted(polls, key=lambda each: int(each.id.rpartition(".poll")[2])):
        days = {slot.slot: slot.span.starts.wall.date() for slot in poll.slots}
        for party, reply in poll.replies.items():
            possible = {days[slot] for slot, said in reply.answers.items() if said is not Answer.NO}
            for on in set(days.values()):
                (refusing[on].discard if on in possible else refusing[on].add)(party)
    return {on for on, by in refusing.items() if by >= set(parties)}


def too_late(planned: Planned, latest: date, rules: Rules, today: date) -> str | None:
    """That it cannot be convoked any more when delegations have answered; `latest` to ask them."""
    if today <= latest:
        return None
    return (
        f"the rules ask for {notice_of(rules)}, so that delegations had to be asked about "
        f"{written(planned.first)} by {written(latest)}"
    )
