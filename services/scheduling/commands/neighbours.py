"""The meetings that one comes before or after, as somebody names them or the registry has it."""

from collections.abc import Collection
from datetime import date
from typing import Literal

from sqlmodel import col

from events.moments import Moment
from services import directory
from services.reading import Reader
from services.refusals import UnacceptableError, WrongStateError
from services.scheduling.commands.gatherings import RESTRICTED
from services.scheduling.commands.wanted import Wanted
from services.scheduling.rules.meeting import Meeting, Stage
from services.scheduling.rules.preparing import neighbours, tied
from services.scheduling.rules.slots.search import Neighbour
from services.scheduling.tables import MEETINGS, MeetingRow


async def named(reader: Reader, meeting: Meeting, wanted: Wanted) -> tuple[Neighbour, ...]:
    """Those that `wanted` names; WrongStateError if one has no date.

    UnacceptableError if one is `meeting` itself.
    """
    sides: tuple[tuple[Literal["before", "after"], str | None], ...] = (
        ("before", wanted.prepares),
        ("after", wanted.prepared_by),
    )
    found = []
    for this_comes, key in sides:
        if key is None:
            continue
        if key == meeting.id:
            raise UnacceptableError(f"{key} does not prepare itself; name another meeting")
        other = await reader.get(MEETINGS, key)
        if other.span is None or other.stage is Stage.CANCELLED:
            raise WrongStateError(f"{key} is {other.stage} and has no date; find one for it first")
        found.append(
            Neighbour(
                starts=other.span.starts.at,
                ends=other.span.ends.at,
                label=other.title,
                this_comes=this_comes,
                min_days=wanted.min_days,
                max_days=wanted.max_days,
            )
        )
    return tuple(found)


async def registered(
    reader: Reader,
    meeting: Meeting,
    *,
    zone: str,
    days: int,
    earliest: Moment,
    but: Collection[str | None] = (),
) -> tuple[Neighbour, ...]:
    """Those with a date, `but` some, that `meeting` prepares or is prepared by in the registry.

    It lasts `days` in `zone`, and cannot be called for a date before that of `earliest`, but for
    the one that it has.
    """
    bodies = await directory.everything(reader.session)
    of_the_year = await MEETINGS.all(
        reader.session,
        col(MeetingRow.year) == meeting.year,
        col(MeetingRow.stage) != Stage.CANCELLED,
    )
    ties = [(one, side) for one, side in tied(meeting, bodies, of_the_year) if one.id not in but]
    hidden = await reader.hidden_among(one.id for one, _ in ties)
    names = {one.id: RESTRICTED if one.id in hidden else one.title for one, _ in ties}
    begins = [earliest, meeting.span.starts] if meeting.span else [earliest]
    first: date = min(Moment.of(moment.at, zone).wall.date() for moment in begins)
    return tuple(neighbours(ties, names, zone=zone, days=days, earliest=first))
