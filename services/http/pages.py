"""The frame that every page stands in: HTML that takes nothing from elsewhere.

It needs no script. A page that follows what happens, or on which a secretary acts or may read more,
brings our own.
"""

from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from events.moments import written
from services.http import languages, visitors, words
from services.http.desk import office_of
from services.icalendar.bodies import body_in, title_in
from services.icalendar.clocks import span_on_clocks
from services.quantities import counted

SAFETY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
SCRIPTED = SAFETY | {
    "content-security-policy": SAFETY["content-security-policy"]
    + "; script-src 'self'; connect-src 'self'"
}
SECRET = {"cache-control": "no-store", "x-robots-tag": "noindex"}
STATIC = {
    name: ((files(__package__) / "static" / name).read_bytes(), media_type)
    for name, media_type in (
        ("secretariat.css", "text/css"),
        ("mark.svg", "image/svg+xml"),
        ("live.js", "text/javascript"),
        ("act.js", "text/javascript"),
        ("copy.js", "text/javascript"),
        ("once.js", "text/javascript"),
        ("reading.js", "text/javascript"),
    )
}

dress = APIRouter(include_in_schema=False)


@dress.get("/static/{name}")
async def static(name: str, request: Request) -> Response:
    """What the pages are dressed in."""
    if name not in STATIC:
        raise HTTPException(404)
    content, media_type = STATIC[name]
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "x-content-type-options": "nosniff"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


class Pages:
    """The pages of one service, drawn from the templates beside its module in this frame."""

    def __init__(self, service: str, package: str) -> None:
        self.service = service
        self.environment = Environment(
            loader=ChoiceLoader([PackageLoader(package), PackageLoader(__package__)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters |= {
            "address": quote,
            "day": written,
            "on_clocks": span_on_clocks,
            "hours": words.hours,
            "clock": words.place_of_clock,
            "plain": words.plain,
            "sentence": words.sentence,
            "acting": words.acting,
            "body_in": body_in,
            "title_in": title_in,
        }
        self.environment.globals["counted"] = counted
        languages.teach(self.environment)

    def draw(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        scripts: Sequence[str] = (),
        lang: str = languages.ENGLISH,
        secret: bool = False,
        **shown: Any,
    ) -> HTMLResponse:
        """The page, with who sees it and when it was true; `scripts` are static files.

        `lang` is one of the languages of pages. A `secret` one is kept by no cache and no index.
        """
        now = office_of(request, self.service).clock.now()
        by_link, gateway = visitors.holds_link(request), visitors.behind_gateway(request)
        if not (by_link or gateway):
            scripts = (*scripts, "reading.js")
        drawn = self.environment.get_template(template)
        text = drawn.render(
            now=now,
            scripts=scripts,
            lang=lang,
            visitor=visitors.visitor_of(request),
            gateway=gateway,
            by_link=by_link,
            **shown,
        )
        headers = (SCRIPTED if scripts else SAFETY) | (SECRET if secret else {})
        return HTMLResponse(text, status, headers=headers)
