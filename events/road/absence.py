"""What says nothing of the work that it kept from being done: the same may succeed later."""

from events.road.conflicts import ConflictError, TakenError
from events.road.interface import RoadUnreachableError


class DatabaseUnreachableError(Exception):
    """The database does not answer now; the same call may succeed later.

    Nothing has happened, unless it was the commit that got no answer.
    """


class BehindError(DatabaseUnreachableError):
    """Its tables are not those that the program knows, until somebody migrates them."""


PASSING = (DatabaseUnreachableError, RoadUnreachableError, ConflictError)


def passes(error: Exception) -> bool:
    """Whether what was being done may succeed later, as it is."""
    return isinstance(error, PASSING) and not isinstance(error, TakenError)
