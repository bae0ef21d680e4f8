"""The pages of plans: the list of them, and one with its year as a picture and as a table."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.http.desk import reader_of
from services.http.pages import Pages
from services.planning.rules import picture as drawn
from services.planning.rules.brief import Brief
from services.planning.tables import PLANS, SearchRow
from services.reading import Reader
from services.refusals import NotFoundError

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("planning"), scope="function")]

drawing = Pages("planning", __package__)
MEASURES = {
    name: getattr(drawn, name) for name in ("LEFT", "TOP", "DAY", "ROW", "RIGHT", "BOTTOM", "BAR")
}


async def picture_of(reader: Reader, key: str) -> str:
    """The year of a plan as SVG; NotFoundError when there is no such plan."""
    plan = await reader.get(PLANS, key)
    row = await reader.session.get_one(SearchRow, key)
    shown = drawn.picture(Brief.model_validate_json(row.brief), plan)
    template = drawing.environment.get_template("year.svg")
    return template.render(p=shown, **MEASURES)


@pages.get("/plans/{plan}")
async def look(plan: str, request: Request, reader: Reading) -> Response:
    """A plan: its year at a glance, and why every date."""
    try:
        found = await reader.get(PLANS, plan)
    except NotFoundError as error:
        return drawing.draw(request, "plan-missing.html", status=404, why=str(error))
    row = await reader.session.get_one(SearchRow, plan)
    brief = Brief.model_validate_json(row.brief)
    shown: dict[str, Any] = {
        "plan": found,
        "names": {body.id: body.name for body in brief.bodies},
        "parties": brief.party,
        "line": drawn.line(found),
    }
    return drawing.draw(request, "plan.html", **shown)
