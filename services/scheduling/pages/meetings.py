"""The pages below a meeting's own, on which the secretary takes the next step with it.

What a page shows is scheduling's own state, which another service's page may show a moment later:
so each page tells itself what came of its form.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import col

from events.mechanisms import MechanismRegistered
from events.moments import Moment
from services import directory
from services.http import forms
from services.http.desk import Command, office_of, read_for, reader_of
from services.http.pages import SAFETY, SECRET, Pages
from services.icalendar.clocks import span_on_clocks
from services.icalendar.wording import WORDS
from services.milestones import deadlines
from services.reading import Reader
from services.refusals import RefusedError, StaleError, UnacceptableError
from services.scheduling.commands import meetings as commands
from services.scheduling.commands.asking import NewPoll, open_poll, proposed
from services.scheduling.commands.clashes import beside_each
from services.scheduling.commands.gatherings import rhythm_of
from services.scheduling.commands.lengths import usual_sessions
from services.scheduling.commands.slots import rules_of
from services.scheduling.commands.wanted import Whereabouts
from services.scheduling.commands.withdrawing import UNANSWERED
from services.scheduling.pages import entries
from services.scheduling.pages.spoken import ALTHOUGH, in_words_of_page
from services.scheduling.queries import calendar_of
from services.scheduling.rules import length
from services.scheduling.rules.asking import suggestion, zone_of
from services.scheduling.rules.meeting import TAKING_TIME, Meeting, Stage, notice_of
from services.scheduling.rules.poll import Stage as Ended
from services.scheduling.rules.slots.answer import Slot
from services.scheduling.tables import MEETINGS, POLLS, PollRow
from services.steps import Step, steps, to_note
from services.working_time.counting import first_start

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]
Entries = Callable[[Meeting, entries.Entered], Any]

NOTHING: Mapping[str, str] = MappingProxyType({})
TAKEN: Mapping[Step, tuple[Command, Entries]] = MappingProxyType(
    {
        Step.ASK: (open_poll, entries.new_poll),
        Step.FIX: (commands.convoke, entries.convocation),
        Step.MOVE: (commands.reschedule, entries.move),
        Step.NOTE: (commands.meet_milestone, entries.milestone),
        Step.RESTRICT: (commands.restrict, entries.restriction),
        Step.CANCEL: (commands.cancel, entries.cancellation),
    }
)

DATED = (Step.FIX, Step.MOVE)

drawing = Pages("scheduling", "services.scheduling")
drawing.environment.globals |= {
    "STEP": Step,
    "STAGE": Stage,
    "WHAT": WORDS["en"].due,
    "DATES": entries.DATES,
    "mark_of": entries.mark_of,
    "ALTHOUGH": ALTHOUGH,
}


async def look(meeting: str, request: Request, reader: Reading) -> Response:
    """The form of a step, or what came of it."""
    asked = request.query_params
    return await show(
        request,
        reader,
        meeting,
        step_of(request),
        done="done" in asked,
        withdrawn=asked.getlist("withdrawn"),
        entered={"kind": asked["kind"]} if "kind" in asked else NOTHING,
    )


async def take(meeting: str, request: Request) -> Response:
    """Take a step, or say why it is not taken and keep what was entered."""
    step = step_of(request)
    command, form = TAKEN[step]
    sent = await forms.sent(request)
    entered = {name: said.strip() for name, said in forms.single(sent, *sent).items()}
    entered["marked"] = " ".join(sent.get("marked", ()))
    entered = {name: said for name, said in entered.items() if said}
    async with read_for(request, "scheduling") as reader:
        found = await reader.get(MEETINGS, meeting)
    try:
        body = entries.read(form, found, entered)
        if "look" in entered:
            return await look_first(request, found, step, body, entered)
        made = await forms.carry_out(request, "scheduling", command, meeting, body)
    except RefusedError as error:
        kept = entries.kept_when_stale(entered) if isinstance(error, StaleError) else entered
        lost = {name: said for name, said in entered.items() if name not in kept}
        async with read_for(request, "scheduling") as reader:
            return await show(
                request, reader, meeting, step, wrong=str(error), entered=kept, lost=lost
            )
    if step is Step.RESTRICT and made["restricted"]:  # others find nothing there any more
        async with read_for(request, "scheduling") as reader:
            return await show(request, reader, meeting, step, done=True)
    ended = "".join(f"&withdrawn={quote(poll)}" for poll in made.get("withdrawn", ()))
    here = f"/meetings/{quote(meeting)}/{step}?done{ended}"
    there = f"/polls/{quote(made['id'])}" if step is Step.ASK else here
    return RedirectResponse(there, 303, headers=SAFETY | SECRET)


async def look_first(
    request: Request, meeting: Meeting, step: Step, body: Any, entered: Mapping[str, str]
) -> Response:
    """The form again, with what would come of it; RefusedError where nothing could."""
    if isinstance(body, NewPoll):
        return await look_at_dates(request, meeting, body, entered)
    would = await forms.rehearse(request, "scheduling", TAKEN[step][0], meeting.id, body)
    assert isinstance(would, Meeting)
    async with read_for(request, "scheduling") as reader:
        return await show(request, reader, meeting.id, step, entered=entered, would=would)


async def look_at_dates(
    request: Request, meeting: Meeting, body: NewPoll, entered: Mapping[str, str]
) -> Response:
    """The dates that would be asked, with what each costs whom: those that stay marked are asked.

    UnacceptableError where none fits.
    """
    if body.propose is None:
        raise UnacceptableError("leave the dates that you name yourself empty to see others")
    now = office_of(request, "scheduling").clock.now()
    async with read_for(request, "scheduling") as reader:
        found = await proposed(reader, meeting, body, body.propose, now)
        return await show(request, reader, meeting.id, Step.ASK, entered=entered, found=found)


for each in TAKEN:
    path = f"/meetings/{{meeting}}/{each}"
    pages.add_api_route(path, look)
    pages.add_api_route(path, take, methods=["POST"])


def step_of(request: Request) -> Step:
    return Step(request.url.path.rpartition("/")[2])


def shows(step: Step, meeting: Meeting) -> bool:
    """Whether the meeting stands as it does after the step, so that its page may say so."""
    match step:
        case Step.FIX | Step.MOVE:
            return meeting.stage in TAKING_TIME
        case Step.CANCEL:
            return meeting.stage is Stage.CANCELLED
        case _:
            return step is not Step.ASK


async def show(
    request: Request,
    reader: Reader,
    key: str,
    step: Step,
    *,
    done: bool = False,
    withdrawn: Collection[str] = (),
    wrong: str | None = None,
    entered: Mapping[str, str] = NOTHING,
    lost: Mapping[str, str] = NOTHING,
    found: Sequence[Slot] = (),
    would: Meeting | None = None,
) -> Response:
    """The page of a step: its form with what was `entered`, and beside it what was and is `lost`.

    Dates that were `found`, to be asked, are told with what they cost, the best first; and of the
    meeting as it `would` be, what its date is beside. Where the
    meeting does not allow the step, and there is no form, all of it is beside.
    """
    meeting = await reader.get(MEETINGS, key)
    body = await directory.find(reader.session, meeting.mechanism)
    shown = await told(request, reader, meeting, body, would)
    ahead = meeting.stage in {Stage.PLANNED, Stage.SCHEDULED}
    noting = to_note(meeting.milestones, ahead=ahead, cancelled=meeting.stage is Stage.CANCELLED)
    offered = steps(
        ahead=ahead,
        dated=meeting.span is not None,
        noting=noting,
        restricted=meeting.restricted,
    )
    return drawing.draw(
        request,
        f"meeting-{step}.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        secret=True,
        meeting=meeting,
        body=body,
        step=step,
        steps=offered,
        to_note=noting,
        asking=entered.get("kind") if entered.get("kind") in noting else None,
        withdrawn=await POLLS.all(
            reader.session,
            col(PollRow.meeting) == meeting.id,
            col(PollRow.stage) == Ended.WITHDRAWN,
            col(PollRow.id).in_(withdrawn),
        ),
        acts=forms.offered(request),
        done=done and shows(step, meeting),
        wrong=wrong and in_words_of_page(wrong, shown["names"]),
        entered=entered,
        found=found,
        lost=entries.in_words(lost if step in offered else {**entered, **lost} if wrong else {}),
        would=would,
        neighbours=await beside(request, reader, would or meeting)
        if would or (done and step in DATED)
        else (),
        **shown,
    )


async def beside(request: Request, reader: Reader, meeting: Meeting) -> tuple[str, ...]:
    """What its date is too near to, and which other polls ask the same people about it."""
    if meeting.span is None:
        return ()
    now = office_of(request, "scheduling").clock.now()
    span = span_on_clocks(meeting.span)
    return (await beside_each(reader, meeting, [span], Whereabouts(), now))[span]


async def told(
    request: Request,
    reader: Reader,
    meeting: Meeting,
    body: MechanismRegistered,
    would: Meeting | None,
) -> dict[str, Any]:
    """What the forms propose, and what their sending would bring about."""
    stands = would or meeting
    session = reader.session
    parties = {party.id: party for party in body.parties}
    there = zone_of(meeting, parties)
    now = office_of(request, "scheduling").clock.now()
    rules = await rules_of(session, meeting)
    calendar = await calendar_of(session, meeting.parties)
    return {
        "parties": body.parties,
        "names": {party.id: party.name for party in body.parties},
        "there": there,
        "lasts": length.in_words(*await usual_sessions(session, meeting)),
        "notice": notice_of(rules),
        "earliest": first_start(Moment.of(now, there), rules, calendar, meeting.turn.host),
        "asked": await POLLS.all(
            session, col(PollRow.meeting) == meeting.id, col(PollRow.stage).in_(UNANSWERED)
        ),
        "due": deadlines(
            stands.milestones,
            rules,
            stands.span,
            now=now,
            begun=meeting.stage in {Stage.OPEN, Stage.CLOSED},
            cancelled=meeting.stage is Stage.CANCELLED,
        )
        if stands.span
        else [],
        "proposed": suggestion(
            meeting, there, rules, calendar, await rhythm_of(reader, meeting), now
        ),
    }
