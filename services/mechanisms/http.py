"""The routes of mechanisms."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from events.mechanisms import ObligationState, Rules
from events.road.session import Session
from services.http.desk import Desk, Paged, desk_of, reader_of, reading, shown
from services.mechanisms import commands
from services.mechanisms.rules.agreement import Agreement, agreement_of
from services.mechanisms.rules.mechanism import Coordinator, Mechanism
from services.mechanisms.rules.registry import DocumentRow, PartyRow
from services.mechanisms.tables import AGREEMENTS, FORMAT, FORMATS, MECHANISMS, Format
from services.reading import Reader
from services.records import Page
from services.refusals import NotFoundError

routes = APIRouter(tags=["mechanisms"])
Here = Annotated[Desk, Depends(desk_of("mechanisms"))]
Reading = Annotated[Session, Depends(reading("mechanisms"), scope="function")]
Guarded = Annotated[Reader, Depends(reader_of("mechanisms"), scope="function")]


@routes.get("/format", response_model=Format)
async def read_format(session: Reading) -> Response:
    """The registry as it was loaded, with the source and the confidence of every row."""
    return shown(await FORMATS.get(session, FORMAT))


@routes.get("/parties")
async def list_parties(session: Reading) -> list[PartyRow]:
    """The parties, with what is external to the source marked so."""
    return list((await FORMATS.get(session, FORMAT)).registry.parties)


@routes.get("/documents")
async def list_documents(session: Reading) -> list[DocumentRow]:
    """The documents, each with the bodies that it belongs to."""
    return list((await FORMATS.get(session, FORMAT)).registry.documents)


@routes.get("/mechanisms")
async def list_mechanisms(session: Reading, paging: Paged) -> Page[Mechanism]:
    """The bodies that meet, in order of their id."""
    return await MECHANISMS.page(session, paging.after, paging.limit)


@routes.get("/mechanisms/{mechanism}", response_model=Mechanism)
async def read_mechanism(mechanism: str, session: Reading) -> Response:
    """A body that meets, with its parties and the rules of procedure in force."""
    return shown(await MECHANISMS.get(session, mechanism))


@routes.get("/mechanisms/{mechanism}/rules")
async def list_rules(mechanism: str, session: Reading) -> list[Rules]:
    """All versions of the rules of procedure; the last is in force."""
    found = await MECHANISMS.get(session, mechanism)
    return [*found.former_rules, found.rules]


@routes.patch("/mechanisms/{mechanism}/rules", response_model=Mechanism)
async def amend_rules(mechanism: str, body: commands.Amendment, desk: Here) -> Response:
    """Amend the rules for meetings convened from now on; what is left out stays (RFC 5789)."""
    return await desk.run(commands.amend_rules, mechanism, body)


@routes.get("/mechanisms/{mechanism}/delegations")
async def list_coordinators(mechanism: str, session: Reading) -> list[Coordinator]:
    """The national coordinators that have been named."""
    return list((await MECHANISMS.get(session, mechanism)).coordinators)


@routes.put("/mechanisms/{mechanism}/delegations/{party}", response_model=Mechanism)
async def name_coordinator(
    mechanism: str, party: str, body: commands.Naming, desk: Here
) -> Response:
    """Name the national coordinator of a party."""
    return await desk.run(commands.name_coordinator, mechanism, party, body)


@routes.get("/agreements")
async def list_agreements(
    reader: Guarded,
    theme: str | None = None,
    mechanism: str | None = None,
    unassigned: bool | None = None,
    state: ObligationState | None = None,
) -> list[Agreement]:
    """The agreements, by number; all, or those that fit every filter given.

    `unassigned` asks for those that no body answers for; `state` for those with an obligation that
    stands so.
    """
    found = sorted(await AGREEMENTS.all(reader.session), key=lambda agreement: agreement.row.number)
    hidden = await reader.hidden_among(key for agreement in found for key in agreement.mentions)
    return [
        agreement.without(hidden)
        for agreement in found
        if theme in {None, agreement.row.theme}
        and (mechanism is None or mechanism in agreement.bodies)
        and unassigned in {None, agreement.unassigned}
        and (state is None or any(s.state is state for s in agreement.standings))
    ]


@routes.get("/agreements/{number}", response_model=Agreement)
async def read_agreement(number: int, reader: Guarded) -> Response:
    """An agreement, what it asks for, and where each obligation stands."""
    return shown(await reader.get(AGREEMENTS, f"A{number}"))


@routes.post("/obligations/{obligation}/state", response_model=Agreement)
async def conclude(obligation: str, body: commands.Finding, desk: Here) -> Response:
    """Say where an obligation stands; a `consider` closes as adopted, declined or deferred."""
    if "." not in obligation:
        raise NotFoundError(f"{agreement_of(obligation)} is an agreement; name one obligation")
    return await desk.run(commands.conclude, obligation, body)
