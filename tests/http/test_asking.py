"""What an address answers to a question or a body that it can not read; names of schemas."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

import services
from events.meetings import MeetingPlanned
from services.http.naming import short_names
from services.program.app import create_app
from services.program.services import SERVICES
from tests.conftest import Stage, Staging

NAME = re.compile(r"\{\w+\}")
TOLD = re.compile(r"\b(GET|PUT|POST|DELETE) (/api/v1/[\w/{}.-]*\w)")
BETWEEN = re.compile(r'"\s*f?"')  # two parts of one text
PLACEHOLDER = re.compile(r"\{[^}]*\}|\b[A-Z]+\b")
SECRETARY = {"actor": "secretary"}
PLAN = b'{"mechanism": "customs-heads", "year": 2027}'
FORM = "application/x-www-form-urlencoded"
JSON = {**SECRETARY, "content-type": "application/json"}


@pytest.fixture
async def stage(staged: Staging) -> Stage:
    stage: Stage = await staged(*SERVICES)
    return stage


@pytest.fixture
def app() -> FastAPI:
    return create_app(SERVICES, {})


def ways(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    """Every route under /api/v1, with some name for each in its path, and its description."""
    return [
        (method.upper(), NAME.sub("x", path), said)
        for path, operations in app.openapi()["paths"].items()
        if path.startswith("/api/v1/")
        for method, said in operations.items()
    ]


async def test_no_address_passes_over_a_parameter_that_it_does_not_know(
    stage: Stage, app: FastAPI
) -> None:
    for method, path, said in ways(app):
        known = [one["name"] for one in said.get("parameters", ()) if one["in"] == "query"]
        answer = await stage.http.request(method, f"{path}?foo=1", headers=SECRETARY)
        problem = answer.json()
        assert (answer.status_code, problem["errors"][0]["field"]) == (422, "query.foo"), path
        for name in known:
            assert name in problem["detail"], path


async def test_a_list_says_what_it_can_be_asked(stage: Stage) -> None:
    answer = await stage.get("/follow-ups", foo=1, party="china")
    assert answer.json()["detail"] == (
        "query.foo: this address has no such parameter; "
        "it takes mechanism, party, stage, decision, after, limit"
    )


@pytest.mark.parametrize(
    ("headers", "content", "says"),
    [
        (
            SECRETARY,
            b'{"mechanism": "customs-heads", "year": 2027}',
            "Content-Type: application/json",
        ),
        (
            {**SECRETARY, "content-type": "application/x-www-form-urlencoded"},
            b'{"mechanism": "customs-heads", "year": 2027}',
            "Content-Type: application/json",
        ),
        (JSON, b'{"mechanism": "customs-heads",', "this is not JSON"),
        (JSON, b'["customs-heads"]', "send a JSON object, in braces"),
        (JSON, b"", "this command takes a JSON object"),
    ],
)
async def test_a_body_that_is_not_read_is_refused_with_what_to_send(
    stage: Stage, headers: dict[str, str], content: bytes, says: str
) -> None:
    answer = await stage.http.post("/api/v1/meetings", content=content, headers=headers)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert answer.json()["errors"][0]["field"] == "body"
    assert not await stage.said(MeetingPlanned)


async def test_every_command_says_that_its_body_is_not_read_as_json(
    stage: Stage, app: FastAPI
) -> None:
    taking = [(method, path) for method, path, said in ways(app) if "requestBody" in said]
    assert len(taking) > 30
    for method, path in taking:
        answer = await stage.http.request(method, path, content=b"{}", headers=SECRETARY)
        assert "Content-Type: application/json" in answer.json()["detail"], path


def test_no_schema_is_named_after_a_module(app: FastAPI) -> None:
    document = app.openapi()
    names = set(document["components"]["schemas"])
    assert not [name for name in names if "__" in name]
    assert {"PlanningWanted", "PollStage", "MeetingStage"} <= names
    assert "services__" not in str(document)


def test_names_of_schemas_are_as_short_as_tells_them_apart() -> None:
    there = "services__slots__rules__answer__Answer"
    polled, noted = "events__polls__Answer", "services__notices__rules__answer__Answer"
    assert short_names([polled]) == {polled: "PollAnswer"}
    assert short_names([polled, noted, "Stage"]) == {polled: "PollAnswer", noted: "Answer"}
    assert short_names([noted, there]) == {noted: "NoticeAnswer", there: "SlotAnswer"}
    assert short_names([polled, "PollAnswer"]) == {polled: polled}


def test_what_messages_tell_people_to_ask_is_there(app: FastAPI) -> None:
    there = {
        (method.upper(), NAME.sub("*", path))
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    told = {
        (method, PLACEHOLDER.sub("*", path))
        for file in Path(services.__file__).parent.rglob("*.py")
        for method, path in TOLD.findall(BETWEEN.sub("", file.read_text()))
    }
    assert len(told) > 5
    assert told <= there
