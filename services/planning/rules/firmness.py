"""How firm the dates of a body's meetings are: convoked, asked about, proposed, or none yet."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.planning.rules.brief import Firmness
from services.planning.rules.known import Basis
from services.planning.rules.poll import Poll, Refusal, blocked, refusals
from services.planning.rules.standing import Standing
from services.preparation import numbered


@dataclass(frozen=True, slots=True)
class Firm:
    """How firm each meeting's date is, and which it is.

    `were` is what each was called in the plan before, `bound` has those that stand on the date that
    they were convoked for. `asked` are dates that delegations are asked about, of no plan, and
    `refused` what they refused.
    """

    dates: Mapping[str, tuple[Firmness, date | None]]
    were: Mapping[str, str]
    bound: Mapping[str, Standing]
    asked: Mapping[str, tuple[date, ...]]
    refused: Mapping[str, tuple[Refusal, ...]]


def firm_dates(
    standing: Sequence[Standing],
    further: Collection[str],
    of: int,
    *,
    polls: Sequence[Poll],
    parties: Collection[str],
    planned: Collection[str],
    today: date,
    basis: Basis | None,
) -> Firm:
    """Of the meetings that stand, and of `further` ones of the `of` that the body has in a year.

    `planned` are all that it ever planned.
    """
    ids = [*(one.id for one in standing), *further]
    refused = {id_: refusals(of_meeting(polls, id_)) for id_ in ids}
    out = {id_: set(blocked(refused[id_], parties)) for id_ in ids}
    dated = {one.id: one for one in standing if one.first}
    moving = moving_to(dated, polls, out, today, basis)
    bound = {id_: one for id_, one in dated.items() if id_ not in moving}
    held = [(one.id, firmness_of(one.id, bound.get(one.id), today, basis)[1]) for one in standing]
    were = {
        **{one.id: one.id for one in standing},
        **proposed_as(further, held, of, planned, today, basis),
    }
    dates = {id_: firmness_of(were[id_], bound.get(id_), today, basis) for id_ in ids}
    return Firm(dates, were, bound, asked_about(polls, dates, out), refused)


def of_meeting(polls: Iterable[Poll], meeting: str) -> list[Poll]:
    return [poll for poll in polls if poll.meeting == meeting]


def firmness_of(
    meeting: str, standing: Standing | None, today: date, basis: Basis | None
) -> tuple[Firmness, date | None]:
    """How firm a meeting's date is, and which it is; a date that has passed unused is none."""
    if standing is not None:
        return Firmness.CONVOKED, standing.first
    on = basis.dates.get(meeting) if basis else None
    if basis is None or on is None or on <= today:
        return Firmness.NONE, None
    return (Firmness.ASKED if meeting in basis.confirmed else Firmness.PROPOSED), on


def stays(meeting: str, on: date | None, today: date, basis: Basis | None) -> bool:
    """Whether its date may not move: in a plan made anew, none does."""
    if on is None:
        return False
    return basis is None or meeting in basis.keep or on <= today


def is_held(
    meeting: str, firmness: Firmness, on: date | None, today: date, basis: Basis | None
) -> bool:
    """Whether its date binds so many that it moves only if the secretary releases it."""
    released = basis is not None and meeting in basis.release
    return firmness is Firmness.CONVOKED and on is not None and on > today and not released


def moving_to(
    dated: Mapping[str, Standing],
    polls: Sequence[Poll],
    out: Mapping[str, Collection[date]],
    today: date,
    basis: Basis | None,
) -> set[str]:
    """The convoked meetings whose delegations are asked about the date that a plan moved them to.

    Not where nobody can come then, that has passed, or the secretary let it stand: it stays then.
    """
    if basis is None:
        return set()
    return {
        id_
        for id_, standing in dated.items()
        if id_ in basis.confirmed and (standing.lost or not standing.let_stand)
        if basis.dates[id_] not in {standing.first, *out[id_]}
        if basis.dates[id_] > today and any(poll.waits for poll in of_meeting(polls, id_))
    }


def asked_about(
    polls: Iterable[Poll],
    firm: Mapping[str, tuple[Firmness, date | None]],
    out: Mapping[str, Collection[date]],
) -> dict[str, tuple[date, ...]]:
    """The dates of the year's polls about meetings that have none of which delegations know.

    Without those that are `out`: nobody can come.
    """
    found: dict[str, set[date]] = {id_: set() for id_ in firm}
    for poll in polls:
        if poll.waits and poll.meeting in firm:
            found[poll.meeting].update(on for on in poll.dates if on not in out[poll.meeting])
    loose = {Firmness.NONE, Firmness.PROPOSED}
    return {id_: tuple(sorted(found[id_])) if firm[id_][0] in loose else () for id_ in firm}


def proposed_as(
    further: Collection[str],
    held: list[tuple[str, date | None]],
    of: int,
    planned: Collection[str],
    today: date,
    basis: Basis | None,
) -> dict[str, str]:
    """What each meeting that is still to be planned was called when its date was proposed.

    Those ids are not given away before a meeting is planned, so they come in the order of dates:
    a new meeting in spring takes the number that one in autumn would have had.
    """
    if basis is None or not further or basis.confirmed & set(further):
        return {id_: id_ for id_ in further}
    body = next(iter(further)).rpartition("-")[0]
    before = sorted(
        (on, id_)
        for id_, on in basis.dates.items()
        if id_.rpartition("-")[0] == body and id_ not in planned and on > today
    )
    proposals = [(id_, on) for on, id_ in before[: len(further)]]
    new = [(id_, None) for id_ in further if id_ not in dict(proposals)]
    all_of_them = [*proposals, *new][: len(further)]
    numbers = numbered(of, [*held, *all_of_them])
    in_order = sorted((id_ for id_, _ in all_of_them), key=lambda id_: numbers[id_])
    return dict(zip(further, in_order, strict=True))
