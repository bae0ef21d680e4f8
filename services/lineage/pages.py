"""The same chain for people: one page from the origins down to the consequences, without a script.

The pages are dressed in the portal's style sheet; where no portal runs they are plain and readable.
"""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.ext.asyncio import AsyncSession

from services.http.desk import reading
from services.lineage.queries import chain_of
from services.lineage.rules.chain import in_time
from services.refusals import NotFoundError

SAFETY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[AsyncSession, Depends(reading("lineage"))]


def instant(value: datetime) -> str:
    """Like 14 September 2027, 04:30 UTC."""
    seen = value.astimezone(UTC)
    return f"{seen.day} {seen:%B %Y, %H:%M} UTC"


drawing = Environment(
    loader=PackageLoader(__package__),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
drawing.filters |= {"instant": instant, "address": quote}


@pages.get("/lineage")
async def ask(id: str | None = None) -> Response:  # noqa: A002 - the name of the form's field
    """A field for a symbol or id; what is sent from it leads to its chain."""
    wanted = (id or "").strip()
    if wanted:
        return RedirectResponse(f"/lineage/{quote(wanted)}", 303, headers=SAFETY)
    return drawn("ask.html", wanted=None)


@pages.get("/lineage/{key:path}")
async def show_chain(key: str, session: Reading) -> Response:
    """What `key` came of and what came of it."""
    try:
        chain = await chain_of(session, key)
    except NotFoundError:
        return drawn("ask.html", status=404, wanted=key)
    back, forth = in_time(chain)
    return drawn("chain.html", chain=chain, back=back, forth=forth)


def drawn(template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    return HTMLResponse(drawing.get_template(template).render(**shown), status, headers=SAFETY)
