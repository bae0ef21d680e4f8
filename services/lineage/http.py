"""The route of lineage."""

from typing import Annotated

from fastapi import APIRouter, Depends

from events.road.session import Session
from services.http.desk import reading
from services.lineage.queries import chain_of
from services.lineage.rules.chain import Chain

routes = APIRouter(tags=["lineage"])
Reading = Annotated[Session, Depends(reading("lineage"), scope="function")]


@routes.get("/lineage/{key:path}")
async def read_chain(key: str, session: Reading) -> Chain:
    """What `key` came of and what came of it, across all services, with who and when."""
    return await chain_of(session, key)
