"""The pages below a body's own: whose turn it is, how turns change, and its next meeting."""

from typing import Any

import pytest

from events.meetings import MeetingPlanned, TurnsSwapped, TurnTakenBack
from services.portal.service import portal
from services.scheduling.service import scheduling
from tests.scheduling.test_meeting_steps import words
from tests.scheduling.test_poll_pages import sent

BODY = "/bodies/customs-heads"
MEETING = "customs-heads-2027-1"


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(scheduling, portal)


async def read(stage: Any, page: str, actor: str | None = None) -> str:
    answer = await stage.http.get(f"{BODY}{page}", headers={"actor": actor} if actor else {})
    assert answer.status_code == 200
    return words(answer)


async def taken(stage: Any, page: str, **form: Any) -> str:
    """The page after a form that is not refused."""
    answer = await sent(stage, f"{BODY}/{page}", **form)
    assert answer.status_code == 303, words(answer)
    return words(await stage.http.get(answer.headers["location"]))


async def test_a_body_leads_to_its_turns_and_to_its_next_meeting(stage: Any) -> None:
    page = (await stage.http.get(BODY)).text
    for below in ("planning", "turns"):
        assert f'class="button quiet" href="{BODY}/{below}"' in page
    delegate = {"actor": "china/delegate"}
    page = (await stage.http.get(BODY, headers=delegate)).text
    assert "/planning" not in page
    assert "<form" not in (await stage.http.get(f"{BODY}/turns", headers=delegate)).text
    assert "Only the secretary may do this" in await read(stage, "/planning", "china/delegate")


async def test_a_turn_is_declined_taken_again_and_swapped_on_the_page_that_says_why(
    stage: Any,
) -> None:
    said = await read(stage, "/turns")
    assert "China hosts next It is the turn of China." in said
    assert "A party takes its turn again" not in said
    silent = await sent(stage, f"{BODY}/turns/decline")
    assert (silent.status_code, "say why; it is shown" in words(silent)) == (422, True)
    said = await taken(stage, "turns/decline", reason="Выборы")
    assert "Kazakhstan hosts next China declined on 4 January 2027: Выборы." in said
    again = {"party": "china", "reason": "Они перенесены"}
    said = await taken(stage, "turns/take-back", **again)
    assert "✓ It is noted: China hosts next." in said
    assert (await stage.said(TurnTakenBack))[-1].reason == again["reason"]
    swap = {"first": "china", "second": "kazakhstan", "reason": "They agreed"}
    refused = await sent(stage, f"{BODY}/turns/swap", **{**swap, "second": "china"})
    assert "a swap takes two different parties" in words(refused)
    assert ">They agreed</textarea>" in refused.text
    assert "✓ It is noted: Kazakhstan hosts next." in await taken(stage, "turns/swap", **swap)
    assert len(await stage.said(TurnsSwapped)) == 1


async def test_a_meeting_without_a_date_is_declined_there_and_has_another_host(stage: Any) -> None:
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    said = await read(stage, "/turns")
    assert "planned for 2027, no date yet China" in said
    said = await taken(stage, "turns/decline", meeting=MEETING, reason="Elections")
    assert "✓ Kazakhstan hosts Heads of customs: meeting 1 of 2027 now." in said


async def test_a_decline_on_the_page_asks_before_it_ends_a_poll_with_answers(stage: Any) -> None:
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    slot = {"wall": "2027-05-11T09:00:00", "zone": "Asia/Shanghai", "minutes": 240}
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    await stage.post(f"/meetings/{MEETING}/polls", {"slots": [slot], "closes": closes})
    answers = {"answers": {"s1": "yes"}}
    await stage.post(f"/polls/{MEETING}.poll1/answers", answers, actor="china/delegate")
    form = {"meeting": MEETING, "reason": "Elections"}
    refused = await sent(stage, f"{BODY}/turns/decline", **form)
    assert refused.status_code == 422
    assert "tick “Although delegations have answered the poll" in refused.text
    said = await taken(stage, "turns/decline", despite_polls="true", **form)
    assert "✓ Kazakhstan hosts" in said


async def test_a_meeting_is_planned_on_a_page_that_leads_on(stage: Any) -> None:
    assert "China hosts it: it is the turn of China" in await read(stage, "/planning")
    answer = await sent(stage, f"{BODY}/planning", year="2027", title="")
    done = (await stage.http.get(answer.headers["location"])).text
    assert "Heads of customs: meeting 1 of 2027</span> is planned" in done
    assert f'href="/meetings/{MEETING}/polls"' in done
    for wrong in ({"year": "2027"}, {"year": "soon"}):
        refused = await sent(stage, f"{BODY}/planning", **wrong)
        assert refused.status_code == 422
        assert f'value="{wrong["year"]}"' in refused.text
    assert 'value="2028"' in (await stage.http.get(f"{BODY}/planning")).text
    of_two: dict[str, Any] = {"chair": "tajikistan", "co_hosts": ["uzbekistan", "kyrgyzstan"]}
    refused = await sent(stage, f"{BODY}/planning", year="2027", **of_two)
    assert '<option value="tajikistan" selected>' in refused.text
    assert 'value="kyrgyzstan" checked>' in refused.text
    said = await taken(stage, "planning", year="2028", **of_two)
    assert "Kazakhstan hosts it: it is the turn of Kazakhstan. Tajikistan chairs it." in said
    assert "With Kazakhstan, Uzbekistan and Kyrgyzstan hold it." in said
    more = {"year": "2027", "extraordinary": "true", "restricted": "true"}
    assert "It is planned, and restricted" in await taken(stage, "planning", **more)
    first, _, second = await stage.said(MeetingPlanned)
    assert (first.restricted, second.restricted) == (False, True)
    guessed = await read(stage, f"/planning?done={second.meeting}")
    assert "planned, and" not in guessed, "nobody learns whether there is such a meeting"
    gone = {"reason": "No host", "sure": "true"}
    cancelled = await sent(stage, f"/meetings/{MEETING}/cancellation", **gone)
    after = await stage.http.get(cancelled.headers["location"])
    assert f'<a href="{BODY}/planning">plan another meeting</a>' in after.text
