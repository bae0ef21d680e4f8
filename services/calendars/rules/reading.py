"""What of the meetings somebody sees in a feed: decided anew at every change of people or marks."""

from collections.abc import Collection
from typing import NamedTuple

from events.subscriptions import Scope, ScopeKind, Settings
from events.vocabulary import Actor
from services.icalendar.bodies import body_in
from services.icalendar.wording import WORDS, spoken
from services.people import People


class Edition(NamedTuple):
    """All that the bytes of a feed follow from, beside the meetings. Equal editions are one feed.

    `readable` are those of `mechanisms` of which more is shown than everybody may see, as far as
    there is more; `party` is whose tasks are shown. `host` is the party whose turns alone are.
    `busy` is one of which nothing is shown but when it is busy.
    """

    name: str
    mechanisms: tuple[str, ...]
    host: str | None
    readable: frozenset[str]
    party: str | None
    meetings: bool
    deadlines: bool
    hide_cancelled: bool
    language: str
    alarm_minutes: int | None
    all_day: bool
    busy: str | None = None


def edition(
    scope: Scope,
    settings: Settings,
    who: Actor | None,
    people: People,
    *,
    restricted: Collection[str],
    owing: Collection[str],
) -> Edition | None:
    """The feed of `scope` for `who` (none: for everybody); none where there is none any more.

    `restricted` are the mechanisms with restricted meetings, `owing` those of which somebody owes
    something. Who follows a feed by a secret address needs a role in one of its mechanisms, at
    every reading.
    """
    within = people.within(scope, who)
    seats = people.seats(who) if who else frozenset()
    if not within or (who is not None and not seats & within):
        return None
    more = frozenset(restricted).union(owing if settings.deadlines else ())
    return Edition(
        name=name_of(scope, who, spoken(settings.language), people),
        mechanisms=tuple(sorted(within)),
        host=scope.id if scope.kind is ScopeKind.HOST else None,
        readable=seats & within & more,
        party=who.party if who and settings.deadlines else None,
        meetings=settings.meetings,
        deadlines=settings.deadlines,
        hide_cancelled=settings.hide_cancelled,
        language=spoken(settings.language),
        alarm_minutes=settings.alarm_minutes,
        all_day=settings.all_day,
        busy=scope.id if scope.kind is ScopeKind.BUSY else None,
    )


def name_of(scope: Scope, who: Actor | None, language: str, people: People) -> str:
    """What the feed is called: another name than that of the public one where `who` follows it."""
    words, key = WORDS[language], scope.id or ""
    match scope.kind:
        case ScopeKind.ALL:
            name = words.everything
        case ScopeKind.DELEGATE:
            return words.mine
        case ScopeKind.MECHANISM:
            name = body_in(people.bodies[key].short_name, language)
        case ScopeKind.PARTY:
            name = people.name_of(key, language)
        case ScopeKind.HOST:
            name = words.hosted_by.format(people.name_of(key, language))
        case ScopeKind.BUSY:
            return f"{people.name_of(key, language)}: {words.busy.lower()}"
    if who is None:
        return name
    return f"{name}, {words.delegation if who.party else words.secretariat}"
