"""The route of lineage."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.http.desk import reader_of
from services.lineage.queries import chain_of
from services.lineage.rules.chain import Chain
from services.reading import Reader

routes = APIRouter(tags=["lineage"])
Reading = Annotated[Reader, Depends(reader_of("lineage", guarded=False), scope="function")]


@routes.get("/lineage/{key:path}")
async def read_chain(key: str, reader: Reading) -> Chain:
    """What `key` came of and what came of it, across all services, with who and when."""
    return await chain_of(reader, key)
