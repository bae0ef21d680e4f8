"""Whose turn it is to host, as far as the turns that were taken, declined and swapped say.

The same queue as scheduling's, without its reasons: who plans a meeting goes to the end.
"""

from events.event import Event
from events.meetings import MeetingPlanned, TurnDeclined, TurnsSwapped
from events.vocabulary import Identifier
from services.state import State


class Turns(State):
    """The queue of one mechanism (the id is the mechanism's), and how many it planned a year."""

    queue: tuple[Identifier, ...]
    planned_in: dict[int, int] = {}


def evolve(turns: Turns, event: Event) -> Turns:
    """The turns after `event`."""
    queue = turns.queue
    match event:
        case MeetingPlanned():
            host, year = event.turn.host, event.year
            queue = (*(party for party in queue if party != host), host)
            count = {**turns.planned_in, year: turns.planned_in.get(year, 0) + 1}
            return turns.model_copy(update={"queue": queue, "planned_in": count})
        case TurnDeclined():
            first, second, *others = queue
            queue = (second, first, *others)
        case TurnsSwapped():
            exchanged = {event.first: event.second, event.second: event.first}
            queue = tuple(exchanged.get(party, party) for party in queue)
        case _:
            raise TypeError(f"no turns change by {event.type}")
    return turns.model_copy(update={"queue": queue})


def given_back(turns: Turns, host: str) -> Turns:
    """A meeting was cancelled before it opened: its host comes first again."""
    others = (party for party in turns.queue if party != host)
    return turns.model_copy(update={"queue": (host, *others)})


def reordered(turns: Turns, order: tuple[str, ...]) -> Turns:
    """The host order was amended: who stays keeps the place, who joins comes last."""
    kept = tuple(party for party in turns.queue if party in order)
    joined = tuple(party for party in order if party not in kept)
    return turns.model_copy(update={"queue": kept + joined})
