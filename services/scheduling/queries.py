"""Reading what scheduling keeps."""

from events.road.session import Session
from services.scheduling.tables import ROUTINES
from services.working_time.calendar import Calendar


async def calendar_of(session: Session, parties: tuple[str, ...]) -> Calendar:
    """The offices of `parties`, with all that they announced."""
    routines = [await ROUTINES.get(session, party) for party in parties]
    return Calendar(
        tuple(routine.office for routine in routines),
        tuple(override for routine in routines for override in routine.overrides),
    )
