"""Reading what scheduling keeps."""

from sqlmodel import col

from events.road.session import Session
from services.reading import Reader
from services.scheduling.rules.meeting import Meeting
from services.scheduling.tables import MEETINGS, ROUTINES, MeetingRow
from services.working_time.calendar import Calendar


async def calendar_of(session: Session, parties: tuple[str, ...]) -> Calendar:
    """The offices of `parties`, with all that they announced."""
    routines = [await ROUTINES.get(session, party) for party in parties]
    return Calendar(
        tuple(routine.office for routine in routines),
        tuple(override for routine in routines for override in routine.overrides),
    )


async def meetings_of(reader: Reader, mechanism: str) -> list[Meeting]:
    """All meetings of a body as far as they are for the reader, also those that are over."""
    found = await MEETINGS.all(
        reader.session,
        col(MeetingRow.mechanism) == mechanism,
        reader.may_see(MeetingRow.id),
    )
    return [await reader.shown(meeting) for meeting in found]
