"""What the pages of a poll tell of it, whoever reads them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from events.mechanisms import PartyFacts
from events.meetings import Change, Finding
from events.moments import Moment
from events.polls import Answer
from events.road.session import Session
from services import directory
from services.http.languages import ENGLISH, LOCALES
from services.http.pages import Pages
from services.icalendar.names import party_in
from services.reading import Reader
from services.scheduling.commands.asking import doubts
from services.scheduling.commands.withdrawing import UNANSWERED, standing_polls
from services.scheduling.pages.reasons import taken_apart
from services.scheduling.pages.spoken import ALTHOUGH
from services.scheduling.queries import calendar_of
from services.scheduling.rules import poll as rules
from services.scheduling.rules.asking import zone_of
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Poll, Stage, Standing
from services.scheduling.rules.recheck import unsure_of
from services.scheduling.rules.slots.city import unless_online
from services.scheduling.tables import MEETINGS, RECHECKS

drawing = Pages("scheduling", "services.scheduling")
drawing.environment.filters |= {
    "taken_apart": taken_apart,
    "date_in": lambda on, lang: format_date(on, format="long", locale=LOCALES[lang]),
}
drawing.environment.globals |= {
    "SIGNS": {"yes": "✓", "if_need_be": "≈", "no": "✕", "silent": "○"},
    "ALTHOUGH": ALTHOUGH,
    "CHANGE": Change,
}


async def told(reader: Reader, poll: Poll, lang: str, now: datetime) -> dict[str, Any]:
    """What both pages tell of a poll: dates in the zone of the place, and in the reader's."""
    session, who = reader.session, reader.who
    known = await directory.find(session, poll.mechanism)
    meeting = await reader.shown(await MEETINGS.get(session, poll.meeting))
    parties = {party.id: party for party in known.parties}
    mine = parties.get(who.party or "") if who else None
    there = zone_asked(poll) or zone_of(meeting, parties)
    check = await RECHECKS.find(session, poll.id)
    changed = check.findings if check else ()
    standing = await standing_polls(session, meeting)
    near, unsure = await doubts(reader, poll, now)
    doubtful = {*near, *unsure}
    ranked = rules.tally(poll, doubtful)
    return {
        "poll": poll,
        "meeting": meeting,
        "dated": meeting.span is not None and poll.stage in UNANSWERED,
        "instead": [other.id for other in standing if other.id != poll.id],
        "body": known,
        "host": host_of(poll, meeting),
        "in_order": sorted(ranked, key=lambda one: (one.span.starts.at, one.slot)),
        "best": best_of(poll, ranked, doubtful),
        "chosen": next((one for one in ranked if one.slot == poll.chosen), None),
        "names": {key: party_in(key, lang, party.name) for key, party in parties.items()},
        "called": called_in(lang, known.parties),
        "there": there,
        "here": mine.zone if mine else there,
        "mine": mine,
        "online": meeting.place is not None and unless_online(meeting.place) is None,
        "over": Moment.of(poll.over, there).wall if poll.over else None,
        "changed": changed,
        "near": near,
        "found": list(dict.fromkeys((*changed, *(await days_in_doubt(session, poll))))),
        "moment_in": lambda moment, zone: Moment.of(moment.at, zone),
        "long_day": lambda on: long_day(on, lang),
        "ANSWERS": Answer,
    }


def called_in(lang: str, parties: Iterable[PartyFacts]) -> dict[str, str]:
    """What the parties are called, by the names that reasons have of them."""
    return {party.name: party_in(party.id, lang, party.name) for party in parties}


def host_of(poll: Poll, meeting: Meeting) -> str:
    """Who hosts the meeting; of a withdrawn poll, who did when it was asked."""
    if poll.stage is Stage.WITHDRAWN and poll.host:
        return poll.host
    return meeting.turn.host


def zone_asked(poll: Poll) -> str | None:
    """The zone that a withdrawn poll was asked in, whoever hosts the meeting by now."""
    return poll.slots[0].span.starts.zone if poll.stage is Stage.WITHDRAWN else None


def best_of(poll: Poll, ranked: Sequence[Standing], doubtful: Collection[str]) -> tuple[str, ...]:
    """The slots that suit best so far, while one may be chosen."""
    if poll.stage not in UNANSWERED:
        return ()
    return tuple(one.slot for one in rules.best_of(ranked, doubtful))


async def days_in_doubt(session: Session, poll: Poll) -> Iterable[Finding]:
    """The days of its dates that may yet be off, while one of them may be chosen."""
    if poll.stage not in UNANSWERED:
        return ()
    return unsure_of(poll, await calendar_of(session, poll.parties))


def long_day(on: date, lang: str) -> str:
    """Like Tuesday, 11 May 2027."""
    form = "EEEE, d MMMM y" if lang == ENGLISH else "full"
    return format_date(on, format=form, locale=LOCALES[lang])
