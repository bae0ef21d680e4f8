"""The database or the road is away, which says nothing of what it was wanted for."""

from events.road.interface import RoadUnreachableError


class DatabaseUnreachableError(Exception):
    """The database does not answer now; the same call may succeed later. Nothing has happened."""


class BehindError(DatabaseUnreachableError):
    """Its tables are not those that the program knows, until somebody migrates them."""


AWAY = (DatabaseUnreachableError, RoadUnreachableError)
