"""The same chain for people: one page from the origins down to the consequences."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.http.desk import reader_of
from services.http.pages import SAFETY, Pages
from services.lineage.queries import chain_of
from services.lineage.rules.chain import in_time
from services.reading import Reader
from services.refusals import NotFoundError

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("lineage", guarded=False), scope="function")]


drawing = Pages("lineage", __package__)


@pages.get("/lineage")
async def ask(request: Request, id: str | None = None) -> Response:  # noqa: A002 - the name of the form's field
    """A field for a symbol or id; what is sent from it leads to its chain."""
    wanted = (id or "").strip()
    if wanted:
        return RedirectResponse(f"/lineage/{quote(wanted)}", 303, headers=SAFETY)
    return drawing.draw(request, "ask.html", wanted=None)


@pages.get("/lineage/{key:path}")
async def show_chain(key: str, request: Request, reader: Reading) -> Response:
    """What `key` came of and what came of it."""
    try:
        chain = await chain_of(reader, key)
    except NotFoundError:
        return drawing.draw(request, "ask.html", status=404, wanted=key)
    back, forth = in_time(chain)
    return drawing.draw(request, "chain.html", chain=chain, back=back, forth=forth)
