"""What every command is asked before its service hears of it: who, on what, and whether again."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from events.meetings import MeetingPlanned
from services.http.limits import LARGEST_BODY
from services.scheduling.service import scheduling

PLAN = {"mechanism": "customs-heads", "year": 2027}
MEETING = "/meetings/customs-heads-2027-1"
PROBLEM = "application/problem+json"


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(scheduling)


def said(answer: Any) -> tuple[int, str, str]:
    """Status, kind and detail of a problem document, which must be whole."""
    assert answer.headers["content-type"] == PROBLEM
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["title"]
    kind = document["type"].removeprefix("urn:secretariat:problem:")
    return answer.status_code, kind, document["detail"]


@pytest.mark.parametrize(
    ("actor", "says"),
    [
        ("", "as party/role"),
        ("minister", "with a role of"),
        ("china/minister", "with a role of"),
        ("system", "nobody acts as the system"),
        ("china/system", "without china/"),
        ("delegate", "like china/delegate"),
        ("China/delegate", "as party/role"),
        ("secretary " + "x" * 400, "300"),
    ],
)
async def test_an_actor_that_can_not_be_read_is_refused(stage: Any, actor: str, says: str) -> None:
    status, kind, detail = said(await stage.post("/meetings", PLAN, actor=actor))
    assert (status, kind) == (400, "bad-request")
    assert says in detail
    assert not await stage.said(MeetingPlanned)


async def test_a_command_without_an_actor_is_refused(stage: Any) -> None:
    answer = await stage.http.post("/api/v1/meetings", json=PLAN)
    assert said(answer)[0] == 400
    assert "Actor: kazakhstan/delegate" in said(answer)[2]


async def test_an_actor_in_no_utf_8_is_refused(stage: Any) -> None:
    answer = await stage.http.post(
        "/api/v1/meetings", json=PLAN, headers={b"Actor": b"secretary \xff\xfe"}
    )
    assert said(answer)[0] == 400


@pytest.mark.parametrize("actor", ["secretary", "  secretary  ", "secretary Әсел Қасымова 王"])
async def test_an_actor_is_named_in_what_comes_of_the_command(stage: Any, actor: str) -> None:
    assert (await stage.post("/meetings", PLAN, actor=actor)).status_code == 201
    assert (await stage.envelopes())[-1].actor == actor.strip()


@pytest.mark.parametrize("tag", ['"0"', 'W/"0"', "0", "*", ' "0" '])
async def test_a_revision_that_still_stands_is_accepted(stage: Any, tag: str) -> None:
    planned = await stage.post("/meetings", PLAN)
    assert planned.headers["etag"] == '"0"'
    answer = await stage.post(f"{MEETING}/cancellation", {"reason": "нет"}, if_match=tag)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')


@pytest.mark.parametrize("tag", ['"newest"', "-1", '"0", "1"', ""])
async def test_an_if_match_that_is_no_revision_is_refused(stage: Any, tag: str) -> None:
    await stage.post("/meetings", PLAN)
    answer = await stage.post(f"{MEETING}/cancellation", {"reason": "нет"}, if_match=tag)
    assert said(answer)[:2] == (400, "bad-request")


async def test_of_two_editors_who_saw_the_same_one_is_told_what_the_other_did(stage: Any) -> None:
    await stage.post("/meetings", PLAN)
    first, second = await asyncio.gather(
        *(
            stage.post(f"{MEETING}/cancellation", {"reason": reason}, if_match='"0"')
            for reason in ("первый", "второй")
        )
    )
    assert sorted([first.status_code, second.status_code]) == [200, 412]
    late = max(first, second, key=lambda answer: answer.status_code)
    assert late.json()["current"]["stage"] == "cancelled"


async def test_a_key_of_another_actor_is_refused(stage: Any) -> None:
    await stage.post("/meetings", PLAN, idempotency_key="k")
    answer = await stage.post("/meetings", PLAN, actor="secretary Другой", idempotency_key="k")
    assert said(answer)[:2] == (422, "key-reused")
    assert len(await stage.said(MeetingPlanned)) == 1


async def test_a_refused_command_leaves_its_key_free(stage: Any) -> None:
    refused = await stage.post("/meetings", PLAN, actor="china/delegate", idempotency_key="k")
    assert said(refused)[0] == 403
    allowed = await stage.post("/meetings", PLAN, idempotency_key="k")
    assert allowed.status_code == 201


async def test_a_command_sent_many_times_at_once_happens_once(stage: Any) -> None:
    answers = await asyncio.gather(
        *(stage.post("/meetings", PLAN, idempotency_key="k") for _ in range(8))
    )
    assert {answer.text for answer in answers} == {answers[0].text}
    assert {answer.status_code for answer in answers} == {201}
    assert len(await stage.said(MeetingPlanned)) == 1


async def test_a_body_too_large_is_refused_whatever_length_it_claims(stage: Any) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b'{"x": "' + b"x" * (LARGEST_BODY // 16)

    large = json.dumps({**PLAN, "title": "x" * LARGEST_BODY}).encode()
    for content in (large, endless()):
        answer = await stage.http.post(
            "/api/v1/meetings", content=content, headers={"Actor": "secretary"}
        )
        assert said(answer)[:2] == (413, "too-large")
    assert not await stage.said(MeetingPlanned)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mechanism": "customs-heads"}, "body.year"),
        ({**PLAN, "colour": "blue"}, "body.colour"),
        ({**PLAN, "year": "next"}, "body.year"),
        ({**PLAN, "title": "a\u202eb"}, "body.title"),
        ({**PLAN, "title": "\ud800"}, "body"),
        ([], "body"),
    ],
)
async def test_a_body_of_the_wrong_form_is_told_field_by_field(
    stage: Any, body: Any, field: str
) -> None:
    answer = await stage.http.post(
        "/api/v1/meetings",
        content=json.dumps(body),
        headers={"Actor": "secretary", "Content-Type": "application/json"},
    )
    assert said(answer)[:2] == (422, "invalid")
    errors = answer.json()["errors"]
    assert any(error["field"].startswith(field) for error in errors), errors


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe", b'{"mechanism": NaN}', b"[" * 100_000],
    ids=["cut off", "no UTF-8", "no JSON number", "nested without end"],
)
async def test_a_body_that_is_no_json_is_refused(stage: Any, content: bytes) -> None:
    answer = await stage.http.post(
        "/api/v1/meetings",
        content=content,
        headers={"Actor": "secretary", "Content-Type": "application/json"},
    )
    assert said(answer)[0] in {400, 422}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/nothing", (404, "not-found")),
        ("DELETE", "/api/v1/meetings", (405, "method-not-allowed")),
        ("GET", "/api/v1/meetings/none", (404, "not-found")),
        ("GET", "/api/v1/meetings?limit=0", (422, "invalid")),
        ("GET", "/api/v1/meetings?limit=1000", (422, "invalid")),
    ],
)
async def test_what_is_not_there_is_a_problem_document_too(
    stage: Any, method: str, path: str, expected: tuple[int, str]
) -> None:
    status, kind, detail = said(await stage.http.request(method, path))
    assert (status, kind) == expected
    assert detail


async def test_a_refused_method_is_answered_with_all_that_there_are(stage: Any) -> None:
    answer = await stage.http.delete("/api/v1/meetings")
    assert answer.headers["allow"] == "GET, POST", "RFC 9110, 15.5.6"
