"""The page that a secret link leads to: on it a delegation answers a poll."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from events.faults import first_fault
from events.polls import Answer
from events.road.session import Session
from events.vocabulary import Actor
from services import directory
from services.http import forms
from services.http.desk import Desk, office_of, reading
from services.http.languages import ENGLISH, NAMES, nearest
from services.http.pages import SAFETY, SECRET
from services.reading import Reader
from services.refusals import NotFoundError, RefusedError
from services.scheduling.commands import polls as commands
from services.scheduling.pages.poll_facts import drawing, told
from services.scheduling.rules.poll import Poll, Reply

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Session, Depends(reading("scheduling"), scope="function")]

NOTHING: Mapping[str, str] = MappingProxyType({})


@pages.get("/polls/by-link/{token}")
async def ask(token: str, request: Request, session: Reading) -> Response:
    """The poll, with a form for the party whom the link is for."""
    try:
        poll, actor = await commands.behind_link(session, token)
    except NotFoundError as error:
        return dead(request, error)
    return await show_asked(request, session, poll, actor)


@pages.post("/polls/by-link/{token}")
async def take(token: str, request: Request) -> Response:
    """Take the form's answers, and show the poll again."""
    office = office_of(request, "scheduling")
    try:
        async with office.database.read() as session:
            poll, actor = await commands.behind_link(session, token)
    except NotFoundError as error:
        return dead(request, error)
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


def dead(request: Request, error: NotFoundError) -> Response:
    return drawing.draw(request, "poll-link-dead.html", status=404, secret=True, why=str(error))


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
    reader, now = await Reader.of(session, asked), office_of(request, "scheduling").clock.now()
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
        late=now >= poll.closes.at,
        incomplete=any(entered.get(slot.slot) not in list(Answer) for slot in poll.slots),
        **await told(reader, poll.told(asked), lang, now),
    )


def entered_by(said: Reply | None) -> dict[str, str]:
    """What the form shows of an answer that was given before."""
    return {**said.answers, "comment": said.comment or ""} if said else {}
