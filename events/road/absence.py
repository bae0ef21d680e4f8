"""The database or the road is away: how to tell that from other failures, and what to say of it."""

from sqlalchemy.exc import DBAPIError

from events.road.interface import RoadUnreachableError

GONE = ("08", "57P", "25P03")


def database_gone(error: Exception) -> bool:
    """Whether the connection to the database ended, which says nothing of what it was used for."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(GONE)


def cause_of(error: DBAPIError | RoadUnreachableError) -> object:
    """What to say in a log: the database's own words, without the statement and its values."""
    return error.orig if isinstance(error, DBAPIError) else error
