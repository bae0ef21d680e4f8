"""The pages of polls: one that shows how a poll stands, and one that a secret link leads to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any

from babel.dates import format_date
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from events.faults import first_fault
from events.meetings import Change, Finding
from events.moments import Moment
from events.polls import Answer
from events.road.session import Session
from events.vocabulary import Actor
from services import directory
from services.http import forms
from services.http.addresses import address_of
from services.http.desk import Command, Desk, office_of, read_for, reader_of, reading
from services.http.languages import ENGLISH, LOCALES, NAMES, nearest
from services.http.pages import SAFETY, SECRET, Pages
from services.icalendar.names import party_in
from services.inputs import Reason
from services.reading import Reader
from services.refusals import NotFoundError, RefusedError, StaleError
from services.scheduling.commands import choosing
from services.scheduling.commands import polls as commands
from services.scheduling.commands.clashes import near_each
from services.scheduling.commands.wanted import Whereabouts
from services.scheduling.commands.withdrawing import UNANSWERED, standing_polls
from services.scheduling.pages.entries import in_words
from services.scheduling.pages.spoken import ALTHOUGH, in_words_of_page
from services.scheduling.queries import calendar_of
from services.scheduling.rules import poll as rules
from services.scheduling.rules.asking import zone_of
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Poll, Reply, Standing
from services.scheduling.rules.recheck import unsure_of
from services.scheduling.rules.slots.city import unless_online
from services.scheduling.tables import MEETINGS, POLLS, RECHECKS

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Session, Depends(reading("scheduling"), scope="function")]
Unguarded = Annotated[Reader, Depends(reader_of("scheduling", guarded=False), scope="function")]

NOTHING: Mapping[str, str] = MappingProxyType({})

drawing = Pages("scheduling", "services.scheduling")
drawing.environment.globals |= {
    "SIGNS": {"yes": "✓", "if_need_be": "≈", "no": "✕", "silent": "○"},
    "ALTHOUGH": ALTHOUGH,
    "CHANGE": Change,
}


@pages.get("/polls/by-link/{token}")
async def ask(token: str, request: Request, session: Reading) -> Response:
    """The poll, with a form for the party whom the link is for."""
    try:
        poll, actor = await commands.behind_link(session, token)
    except NotFoundError as error:
        return missing(request, error, by_link=True)
    return await show_asked(request, session, poll, actor)


@pages.post("/polls/by-link/{token}")
async def take(token: str, request: Request) -> Response:
    """Take the form's answers, and show the poll again."""
    office = office_of(request, "scheduling")
    try:
        async with office.database.read() as session:
            poll, actor = await commands.behind_link(session, token)
    except NotFoundError as error:
        return missing(request, error, by_link=True)
    sent = await forms.sent(request)
    entered = forms.single(sent, *sent)
    answers = {slot: said for slot, said in entered.items() if slot != "comment"}
    try:
        reply = commands.Reply.model_validate(
            {"answers": answers, "comment": entered.get("comment")}
        )
        await Desk(office, request, actor, None).run(commands.answer, poll.id, reply)
    except RefusedError as error:
        wrong = str(error)
    except ValidationError as error:
        wrong = first_fault(error, "the answer")
    else:
        chosen = request.query_params.get("language")
        spoken = f"&language={nearest(chosen)}" if chosen else ""
        here = f"/polls/by-link/{token}?answered{spoken}#taken"
        return RedirectResponse(here, 303, headers=SAFETY | SECRET)
    async with office.database.read() as session:
        poll, actor = await commands.behind_link(session, token)
        return await show_asked(request, session, poll, actor, wrong=wrong, entered=entered)


@pages.get("/polls/{poll}")
async def look(poll: str, request: Request, reader: Unguarded) -> Response:
    """How a poll stands, at a glance."""
    return await show(request, reader, poll)


@pages.post("/polls/{poll}/close")
async def close(poll: str, request: Request) -> Response:
    """Choose one of the dates, and convoke the meeting for it, or move it there."""
    sent = await forms.sent(request)
    entered = {name: value for name, value in forms.single(sent, *sent).items() if value.strip()}
    try:
        choice = choosing.Choice.model_validate(entered)
    except ValidationError as error:
        return await refused(request, poll, first_fault(error, "the choice"), entered)
    return await done(request, poll, choosing.close, choice, entered)


@pages.post("/polls/{poll}/links")
async def give_links(poll: str, request: Request) -> Response:
    """Make a link for each delegation, and show them this once."""
    made: dict[str, str] = {}
    async with read_for(request, "scheduling") as reader:
        try:
            asked = await reader.get(POLLS, poll)
        except NotFoundError as error:
            return missing(request, error)
    for party in asked.parties:
        named = commands.LinkFor(party=party)
        try:
            link = await forms.carry_out(request, "scheduling", commands.make_link, poll, named)
        except RefusedError as error:
            return await refused(request, poll, str(error))
        made[party] = f"{address_of(request)}{link['address']}"
    async with read_for(request, "scheduling") as reader:
        return await show(request, reader, poll, links=made)


@pages.post("/polls/{poll}/withdraw")
async def withdraw(poll: str, request: Request) -> Response:
    """Give the poll up."""
    try:
        reason = Reason.model_validate(forms.single(await forms.sent(request), "reason"))
    except ValidationError:
        return await refused(request, poll, "say why the poll is withdrawn")
    return await done(request, poll, commands.withdraw, reason)


async def done(
    request: Request,
    poll: str,
    command: Command,
    body: choosing.Choice | Reason,
    entered: Mapping[str, str] = NOTHING,
) -> Response:
    """The poll's page after a command, or with why it was refused and what was `entered`."""
    try:
        await forms.carry_out(request, "scheduling", command, poll, body)
    except StaleError as error:  # the form shows the meeting as it is by now
        kept = {name: said for name, said in entered.items() if name != "place"}
        lost = {name: said for name, said in entered.items() if name == "place"}
        return await refused(request, poll, str(error), kept, lost)
    except RefusedError as error:
        return await refused(request, poll, str(error), entered)
    return RedirectResponse(f"/polls/{poll}", 303, headers=SAFETY)


async def refused(
    request: Request,
    poll: str,
    wrong: str,
    entered: Mapping[str, str] = NOTHING,
    lost: Mapping[str, str] = NOTHING,
) -> Response:
    async with read_for(request, "scheduling") as reader:
        return await show(request, reader, poll, wrong, entered, lost)


def missing(request: Request, error: NotFoundError, *, by_link: bool = False) -> Response:
    template = "poll-link-dead.html" if by_link else "poll-missing.html"
    return drawing.draw(request, template, status=404, secret=by_link, why=str(error))


async def show(
    request: Request,
    reader: Reader,
    key: str,
    wrong: str | None = None,
    entered: Mapping[str, str] = NOTHING,
    lost: Mapping[str, str] = NOTHING,
    links: Mapping[str, str] = NOTHING,
) -> Response:
    """The page of a poll, with what the secretary may do about it, and `links` just made.

    Its form has what was `entered`; what was and is `lost`, or all where there is no form, is
    beside it.
    """
    try:
        poll = await reader.get(POLLS, key)
    except NotFoundError as error:
        return missing(request, error)
    known = await told(reader.session, poll, reader.who, ENGLISH)
    whole = await POLLS.get(reader.session, key)
    acts = forms.offered(request) and poll.stage in UNANSWERED
    return drawing.draw(
        request,
        "poll.html",
        status=422 if wrong else 200,
        scripts=("act.js", "copy.js"),
        secret=bool(links),
        acts=acts,
        near=await near(request, reader, poll, known["meeting"]) if acts else NOTHING,
        wrong=wrong and in_words_of_page(wrong, known["names"]),
        entered=entered,
        lost=in_words(lost if acts else {**entered, **lost}),
        links=links,
        unseen=notes(whole) - notes(poll),
        **known,
    )


async def near(
    request: Request, reader: Reader, poll: Poll, meeting: Meeting
) -> dict[str, tuple[str, ...]]:
    """By slot, the meetings to which it leaves too few days."""
    now = office_of(request, "scheduling").clock.now()
    return await near_each(reader, meeting, poll.slots, Whereabouts(), now)


async def show_asked(
    request: Request,
    session: Session,
    poll: Poll,
    asked: Actor,
    wrong: str | None = None,
    entered: Mapping[str, str] = NOTHING,
) -> Response:
    """The page on which the party of `asked` answers, in its first language or a chosen one.

    Where that was refused: with what was `wrong` with it, and all that was `entered`.
    """
    known = await directory.find(session, poll.mechanism)
    spoken = [one.languages for one in known.parties if one.id == asked.party]
    first = next((language for languages in spoken for language in languages), ENGLISH)
    lang = nearest(request.query_params.get("language", first))
    said = poll.replies.get(asked.party or "")
    return drawing.draw(
        request,
        "poll-answer.html",
        status=422 if wrong else 200,
        lang=lang,
        secret=True,
        languages=NAMES,
        said=said,
        taken=said is not None and "answered" in request.query_params and not wrong,
        entered=entered or entered_by(said),
        wrong=wrong,
        **await told(session, poll.told(asked), asked, lang),
    )


async def told(session: Session, poll: Poll, who: Actor | None, lang: str) -> dict[str, Any]:
    """What both pages tell of a poll: dates in the zone of the place, and in that of `who`."""
    known = await directory.find(session, poll.mechanism)
    meeting = await MEETINGS.get(session, poll.meeting)
    parties = {party.id: party for party in known.parties}
    mine = parties.get(who.party or "") if who else None
    there = zone_of(meeting, parties)
    check = await RECHECKS.find(session, poll.id)
    changed = check.findings if check else ()
    standing = await standing_polls(session, meeting)
    ranked = rules.tally(poll)
    return {
        "poll": poll,
        "meeting": meeting,
        "dated": meeting.span is not None and poll.stage in UNANSWERED,
        "instead": [other.id for other in standing if other.id != poll.id],
        "body": known,
        "in_order": sorted(ranked, key=lambda one: (one.span.starts.at, one.slot)),
        "best": best_of(poll, ranked),
        "chosen": next((one for one in ranked if one.slot == poll.chosen), None),
        "names": {key: party_in(key, lang, party.name) for key, party in parties.items()},
        "there": there,
        "here": mine.zone if mine else there,
        "mine": mine,
        "online": meeting.place is not None and unless_online(meeting.place) is None,
        "over": Moment.of(poll.over, there).wall if poll.over else None,
        "changed": changed,
        "found": list(dict.fromkeys((*changed, *(await unsure(session, poll))))),
        "moment_in": lambda moment, zone: Moment.of(moment.at, zone),
        "long_day": lambda on: long_day(on, lang),
        "ANSWERS": Answer,
    }


def best_of(poll: Poll, ranked: Sequence[Standing]) -> str | None:
    """The slot that suits best so far, while one may be chosen and somebody has answered."""
    if poll.stage not in UNANSWERED or not poll.replies or ranked[0].blocked:
        return None
    return ranked[0].slot


async def unsure(session: Session, poll: Poll) -> Iterable[Finding]:
    """The days of its dates that may yet be off, while one of them may be chosen."""
    if poll.stage not in UNANSWERED:
        return ()
    return unsure_of(poll, await calendar_of(session, poll.parties))


def notes(poll: Poll) -> int:
    """How many delegations wrote to the secretary with their answer."""
    return sum(bool(reply.comment) for reply in poll.replies.values())


def entered_by(said: Reply | None) -> dict[str, str]:
    """What the form shows of an answer that was given before."""
    return {**said.answers, "comment": said.comment or ""} if said else {}


def long_day(on: date, lang: str) -> str:
    """Like Tuesday, 11 May 2027."""
    form = "EEEE, d MMMM y" if lang == ENGLISH else "full"
    return format_date(on, format=form, locale=LOCALES[lang])
