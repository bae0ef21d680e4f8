"""The routes of minutes and decisions."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response

from events.decisions import DecisionText
from events.minutes import BreakKind
from services.http.desk import Desk, Paged, desk_of, reader_of, shown
from services.inputs import Reason
from services.minutes import commands
from services.minutes.rules.decision import Corrigendum, Decision
from services.minutes.rules.draft import Minutes, Stage
from services.minutes.rules.silence import Silence
from services.minutes.tables import CORRIGENDA, DECISIONS, MINUTES, SILENCES
from services.reading import Reader
from services.records import Page

routes = APIRouter()
minuting = APIRouter(tags=["minutes"])
silence = APIRouter(tags=["silence procedures"])
decisions = APIRouter(tags=["decisions"])
Here = Annotated[Desk, Depends(desk_of("minutes"))]
Reading = Annotated[Reader, Depends(reader_of("minutes"), scope="function")]
BY_THE_RULES = commands.SilenceOnMinutes()


@minuting.get("/minutes")
async def list_minutes(
    reader: Reading, paging: Paged, mechanism: str | None = None, stage: Stage | None = None
) -> Page[Minutes]:
    """Minutes, in order of their meeting's id; all, or those that fit the filters."""
    return await reader.page(MINUTES, paging, mechanism=mechanism, stage=stage)


@minuting.get("/minutes/{meeting}", response_model=Minutes)
async def read_minutes(meeting: str, reader: Reading) -> Response:
    """The minutes of a meeting, as they stand; its ETag is what an edit sends as If-Match."""
    return shown(await reader.get(MINUTES, meeting))


@minuting.put("/minutes/{meeting}/entries/{item}", response_model=Minutes)
async def write(meeting: str, item: str, body: commands.Summary, desk: Here) -> Response:
    """Write what was said under an item."""
    return await desk.run(commands.write, meeting, item, body)


@minuting.post(
    "/minutes/{meeting}/entries/{item}/decisions", status_code=201, response_model=Minutes
)
async def propose_decision(meeting: str, item: str, body: DecisionText, desk: Here) -> Response:
    """Put a decision under an item; it gets its symbol when the minutes are adopted."""
    return await desk.run(commands.propose_decision, meeting, item, body, status=201)


@minuting.put("/minutes/{meeting}/decisions/{decision}", response_model=Minutes)
async def reword(meeting: str, decision: str, body: DecisionText, desk: Here) -> Response:
    """Change a proposed decision; positions that parties attached stay."""
    return await desk.run(commands.reword_decision, meeting, decision, body)


@minuting.delete("/minutes/{meeting}/decisions/{decision}", response_model=Minutes)
async def drop(meeting: str, decision: str, desk: Here) -> Response:
    """Take a proposed decision out."""
    return await desk.run(commands.drop_decision, meeting, decision)


@minuting.post("/minutes/{meeting}/decisions/{decision}/positions", response_model=Minutes)
async def attach(meeting: str, decision: str, body: commands.Attached, desk: Here) -> Response:
    """Attach a party's position to a proposed decision, in place of one of that kind."""
    return await desk.run(commands.attach_position, meeting, decision, body)


@minuting.post("/minutes/{meeting}/circulation", response_model=Minutes)
async def circulate(meeting: str, desk: Here) -> Response:
    """Send the draft to all parties; the comment period begins."""
    return await desk.run(commands.circulate, meeting)


@minuting.post("/minutes/{meeting}/comments", response_model=Minutes)
async def comment(meeting: str, body: commands.Remark, desk: Here) -> Response:
    """A party comments on the draft."""
    return await desk.run(commands.comment, meeting, body)


@minuting.post("/minutes/{meeting}/objections", response_model=Minutes)
async def object_formally(meeting: str, body: commands.Text, desk: Here) -> Response:
    """A party objects formally; there is no consensus until it lifts its objection."""
    return await desk.run(commands.object_formally, meeting, body)


@minuting.delete("/minutes/{meeting}/objections", response_model=Minutes)
async def lift_objection(meeting: str, desk: Here) -> Response:
    """The party lifts its objection."""
    return await desk.run(commands.lift_objection, meeting)


@minuting.post("/minutes/{meeting}/step-back", response_model=Minutes)
async def take_back(meeting: str, body: Reason, desk: Here) -> Response:
    """Take a circulated text back to the draft, to change it and circulate a revision."""
    return await desk.run(commands.take_back, meeting, body)


@minuting.post("/minutes/{meeting}/adoption", response_model=Minutes)
async def adopt(meeting: str, desk: Here) -> Response:
    """Adopt by consensus: symbols are given, and nothing changes any more."""
    return await desk.run(commands.adopt, meeting)


@minuting.post("/minutes/{meeting}/silence", response_model=Minutes)
async def silence_on_minutes(
    meeting: str,
    desk: Here,
    body: Annotated[commands.SilenceOnMinutes, Body()] = BY_THE_RULES,
) -> Response:
    """Put circulated minutes under silence; at its expiry they are adopted."""
    return await desk.run(commands.silence_on_minutes, meeting, body)


@silence.post("/mechanisms/{mechanism}/silence-procedures", status_code=201, response_model=Silence)
async def silence_on_decision(
    mechanism: str, body: commands.SilenceOnDecision, desk: Here
) -> Response:
    """Propose a decision between meetings; it gets its symbol when silence has held."""
    return await desk.run(commands.silence_on_decision, mechanism, body, status=201)


@silence.get("/silence-procedures")
async def list_silences(
    reader: Reading, paging: Paged, mechanism: str | None = None, stage: str | None = None
) -> Page[Silence]:
    """Silence procedures, in order of their id."""
    return await reader.page(SILENCES, paging, mechanism=mechanism, stage=stage)


@silence.get("/silence-procedures/{procedure}", response_model=Silence)
async def read_silence(procedure: str, reader: Reading) -> Response:
    """A silence procedure: the text proposed, its expiry, and how it ended."""
    return shown(await reader.get(SILENCES, procedure))


@silence.post("/silence-procedures/{procedure}/objection", response_model=Silence)
async def break_by_objection(procedure: str, body: commands.Text, desk: Here) -> Response:
    """A party objects before the expiry; silence is broken."""
    return await desk.run(commands.break_silence, procedure, BreakKind.OBJECTION, body)


@silence.post("/silence-procedures/{procedure}/amendment", response_model=Silence)
async def break_by_amendment(procedure: str, body: commands.Text, desk: Here) -> Response:
    """A party proposes an amendment before the expiry; silence is broken."""
    return await desk.run(commands.break_silence, procedure, BreakKind.AMENDMENT, body)


@decisions.get("/decisions")
async def list_decisions(
    reader: Reading, paging: Paged, mechanism: str | None = None, meeting: str | None = None
) -> Page[Decision]:
    """Adopted decisions, in order of their symbol."""
    return await reader.page(DECISIONS, paging, mechanism=mechanism, meeting=meeting)


@decisions.get("/decisions/{symbol:path}", response_model=Decision)
async def read_decision(symbol: str, reader: Reading) -> Response:
    """An adopted decision, as it was adopted."""
    return shown(await reader.get(DECISIONS, symbol))


@decisions.post("/corrigenda", status_code=201, response_model=Corrigendum)
async def correct(body: commands.Correction, desk: Here) -> Response:
    """Issue a corrigendum to adopted minutes or to a decision."""
    return await desk.run(commands.correct, body, status=201)


@decisions.get("/corrigenda")
async def list_corrigenda(
    reader: Reading, paging: Paged, mechanism: str | None = None, corrects: str | None = None
) -> Page[Corrigendum]:
    """Corrigenda, in order of their symbol."""
    return await reader.page(CORRIGENDA, paging, mechanism=mechanism, corrects=corrects)


routes.include_router(minuting)
routes.include_router(silence)
routes.include_router(decisions)
