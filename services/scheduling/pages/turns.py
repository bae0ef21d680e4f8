"""The page below a body's own that says whose turn it is to host, and on which turns change."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from events.faults import first_fault
from services import directory
from services.http import forms
from services.http.desk import Command, office_of, read_for, reader_of
from services.http.pages import SAFETY, SECRET, Pages
from services.inputs import Reason
from services.reading import Reader
from services.refusals import RefusedError, UnacceptableError
from services.scheduling.commands import turns
from services.scheduling.pages.spoken import ALTHOUGH, in_words_of_page
from services.scheduling.queries import meetings_of
from services.scheduling.rules.meeting import Stage
from services.scheduling.rules.troika import ahead
from services.scheduling.tables import ROTATIONS

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]
Entered = Mapping[str, str]

NOTHING: Entered = MappingProxyType({})
TAKEN: Mapping[str, tuple[Command, Callable[[Entered], tuple[Any, ...]]]] = MappingProxyType(
    {
        "decline": (
            turns.decline_turn,
            lambda entered: (
                turns.Decline(
                    reason=entered["reason"],
                    meeting=entered.get("meeting"),
                    despite_polls="despite_polls" in entered,
                ),
            ),
        ),
        "take-back": (
            turns.take_turn_back,
            lambda entered: (entered.get("party", ""), Reason(reason=entered["reason"])),
        ),
        "swap": (turns.swap_turns, lambda entered: (turns.Swap.model_validate(entered),)),
    }
)

drawing = Pages("scheduling", "services.scheduling")
drawing.environment.globals |= {"PLANNED": Stage.PLANNED, "ALTHOUGH": ALTHOUGH}


@pages.get("/bodies/{mechanism}/turns")
async def look(mechanism: str, request: Request, reader: Reading, done: str = "") -> Response:
    """Who hosts next and why, who comes after, and who hosts what is planned."""
    return await show(request, reader, mechanism, done=done)


async def take(mechanism: str, request: Request) -> Response:
    """Change turns, or say why that cannot be and keep what was entered."""
    act = request.url.path.rpartition("/")[2]
    command, form = TAKEN[act]
    sent = await forms.sent(request)
    entered = {name: said.strip() for name, said in forms.single(sent, *sent).items()}
    entered = {name: said for name, said in entered.items() if said}
    try:
        body = read(form, entered)
        made = await forms.carry_out(request, "scheduling", command, mechanism, *body)
    except RefusedError as error:
        async with read_for(request, "scheduling") as reader:
            await reader.check(mechanism)
            wrong = str(error)
            return await show(
                request, reader, mechanism, wrong=wrong, entered={**entered, "act": act}
            )
    what = made.get("handed_over") or act
    there = f"/bodies/{quote(mechanism)}/turns?done={quote(what)}"
    return RedirectResponse(there, 303, headers=SAFETY | SECRET)


for each in TAKEN:
    pages.add_api_route(f"/bodies/{{mechanism}}/turns/{each}", take, methods=["POST"])


def read(form: Callable[[Entered], tuple[Any, ...]], entered: Entered) -> tuple[Any, ...]:
    """What the command is told; UnacceptableError where what was entered makes no sense."""
    if "reason" not in entered:
        raise UnacceptableError("say why; it is shown beside the turn")
    try:
        return form(entered)
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, "the form")) from None


async def show(
    request: Request,
    reader: Reader,
    mechanism: str,
    *,
    done: str = "",
    wrong: str | None = None,
    entered: Entered = NOTHING,
) -> Response:
    body = await directory.find(reader.session, mechanism)
    rotation = await reader.get(ROTATIONS, mechanism)
    now = office_of(request, "scheduling").clock.now()
    hosted = ahead(await meetings_of(reader, mechanism), now)
    return drawing.draw(
        request,
        "turns.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        secret=True,
        body=body,
        turns=rotation,
        hosted=hosted,
        undated=[meeting for meeting in hosted if meeting.stage is Stage.PLANNED],
        acts=forms.offered(request),
        done=done in TAKEN,
        handed=next((meeting for meeting in hosted if meeting.id == done), None),
        wrong=wrong and in_words_of_page(wrong, rotation.names),
        entered=entered,
    )
