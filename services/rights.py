"""Who may act: the checks that rules of several services ask for."""

from events.vocabulary import Actor, Role
from services.refusals import NotAllowedError

OFFICE = (Role.SECRETARY, Role.SYSTEM)


def secretary(actor: Actor, what: str) -> None:
    """Refuse anyone but the mechanism's secretary."""
    if actor.role not in OFFICE:
        raise NotAllowedError(f"only the secretary may {what}; you act as {actor}")


def chair(actor: Actor, chair_party: str | None, what: str) -> None:
    """Refuse anyone but the chair's party acting as chair, or the secretary on its behalf.

    `chair_party` is none where nobody has presided yet.
    """
    if actor.role in OFFICE:
        return
    if actor.role is not Role.CHAIR or actor.party != chair_party:
        chair_now = f"the chair ({chair_party}) or " if chair_party else ""
        raise NotAllowedError(f"only {chair_now}the secretary may {what}; you act as {actor}")


def coordinator(actor: Actor, party: str, what: str) -> None:
    """Refuse anyone but the coordinator of `party`, or the secretary on its behalf."""
    if actor.role in OFFICE:
        return
    if actor.role is not Role.COORDINATOR or actor.party != party:
        raise NotAllowedError(
            f"only the secretary or the coordinator of {party} may {what}; you act as {actor}"
        )


def is_of(actor: Actor | None, party: str | None) -> bool:
    """Whether `actor` (none: nobody in particular) speaks for `party`, or is the secretary."""
    return actor is not None and (actor.role in OFFICE or actor.party == party)


def when_busy(actor: Actor, party: str) -> None:
    """Refuse whoever is not to know when `party` is busy."""
    if not is_of(actor, party):
        raise NotAllowedError(
            f"only {party} itself and the secretary may see when it is busy; {actor} is neither"
        )


def party(actor: Actor, parties: tuple[str, ...], what: str) -> str:
    """The party that `actor` speaks for; refuse whoever speaks for none of `parties`."""
    if actor.party is None:
        raise NotAllowedError(f"only a delegation may {what}; you act as {actor}")
    if actor.party not in parties:
        raise NotAllowedError(f"{actor.party} is no party here, so it may not {what}")
    return actor.party
