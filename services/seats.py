"""Who reads what a restricted meeting is about: whoever has a seat in its mechanism.

One rule for feeds, API, pages, the stream and webhooks. Others see that the time is taken.
"""

from events.mechanisms import MechanismRegistered
from events.vocabulary import Actor, Role
from services.rights import OFFICE


def has_seat(who: Actor | None, body: MechanismRegistered, coordinator: str | None) -> bool:
    """Whether `who` (none: nobody in particular) takes part in the meetings of `body`.

    The secretary does, and whoever acts for one of its parties; as the coordinator only the one
    who was named last, where anybody was: `coordinator` is that name, for the party of `who`.
    """
    if who is None:
        return False
    if who.role in OFFICE:
        return True
    if all(party.id != who.party for party in body.parties):
        return False
    return who.role is not Role.COORDINATOR or coordinator in {None, who.name}
