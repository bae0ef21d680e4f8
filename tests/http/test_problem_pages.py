"""What somebody with a browser sees where a program gets a problem document."""

from typing import Any

import pytest

from services.calendars.service import calendars
from services.planning.service import planning
from services.portal.service import portal

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(portal, calendars)


@pytest.mark.parametrize("path", ["/nowhere", "/polls", "/calendars/parties/nowhere.ics"])
async def test_a_browser_that_finds_nothing_is_told_so_on_a_page(stage: Any, path: str) -> None:
    answer = await stage.http.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>There is nothing at this address</h1>" in answer.text
    assert f">{path}</code>" in answer.text
    assert f'value="{path.rpartition("/")[2]}"' in answer.text
    assert 'href="/plans"' in answer.text
    assert "Accept" in answer.headers["vary"]
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_a_secret_that_leads_nowhere_is_told_to_nobody_else(stage: Any) -> None:
    answer = await stage.http.get("/calendars/by-token/s3cret.ics", headers=BROWSER)
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert "s3cret" not in answer.text
    assert "acts as the secretary" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_what_was_asked_for_is_text_on_that_page(stage: Any) -> None:
    answer = await stage.http.get('/"><script>alert(1)</script>', headers=BROWSER)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/nowhere", "*/*"),
        ("/nowhere", "application/json"),
        ("/nowhere", "application/problem+json, text/html;q=0.5"),
        ("/calendars/parties/nowhere.ics", "text/calendar"),
        ("/api/v1/nowhere", BROWSER["accept"]),
    ],
)
async def test_a_program_gets_a_problem_document(stage: Any, path: str, accept: str) -> None:
    answer = await stage.http.get(path, headers={"accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_actor_that_can_not_be_read_is_refused_on_a_page(stage: Any) -> None:
    answer = await stage.http.get("/", headers={**BROWSER, "actor": "minister"})
    assert answer.status_code == 400
    assert "The Actor header can&#39;t be read: " in answer.text
    assert "nothing at" not in answer.text


async def test_the_address_of_a_form_is_no_page(staged: Any) -> None:
    stage = await staged(planning)
    answer = await stage.http.get("/plans/plan-2028-1/stop", headers=BROWSER)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "only takes what a form sends" in answer.text
