"""The page on which the secretary sees what the agenda would be, and sends it out."""

import re
from typing import Any

from events.agendas import AgendaCirculated
from events.meetings import MeetingCancelled
from tests.agendas.test_service import MEETING, on, propose, stage, task

__all__ = ["stage"]

PAGE = f"/meetings/{MEETING}/agenda"


def words(page: Any) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page.text.partition("<main")[2]).split())


async def read(stage: Any, actor: str | None = None) -> Any:
    return await stage.http.get(PAGE, headers={"actor": actor} if actor else {})


async def send(stage: Any, actor: str, **form: str) -> Any:
    form = form or {"sure": "true"}
    answer = await stage.http.post(PAGE, data=form, headers={"actor": actor})
    await stage.program.settle()
    return answer


async def test_the_secretary_sees_what_goes_out_and_sends_it(stage: Any) -> None:
    await stage.tell(task())
    await propose(stage, "Ұсыныс: жасыл дәліздер")
    page = await read(stage)
    assert page.headers["cache-control"] == "no-store"
    said = words(page)
    assert "goes out by itself on 31 August 2027, 09:30 Asia/Tashkent, UTC+05:00" in said
    assert "Открыть зелёный коридор Kazakhstan: due 1 May 2027" in said
    assert "Ұсыныс: жасыл дәліздер proposed by Kazakhstan" in said
    assert "It goes out now with 6 items, to 6 delegations: China, Kazakhstan," in said
    assert "only its standing items" not in said
    unsure = await send(stage, "secretary", other="true")
    assert (unsure.status_code, "mark that it goes out now" in words(unsure)) == (422, True)
    answer = await send(stage, "secretary")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    (sent,) = await stage.said(AgendaCirculated)
    assert "Ұсыныс: жасыл дәліздер" in [item.title for item in sent.items]
    after = await read(stage)
    assert "It is sent out to all delegations." in words(after)
    assert "<form" not in after.text
    again = await send(stage, "secretary")
    assert (again.status_code, "it was circulated already" in words(again)) == (422, True)


async def test_an_agenda_of_standing_items_alone_is_said_to_be_one(stage: Any) -> None:
    said = words(await read(stage))
    assert "It has only its standing items: nobody has proposed anything" in said
    assert "It goes out now with its standing items alone, to 6 delegations" in said


async def test_nobody_else_sees_it_before_it_goes_out_or_may_send_it(stage: Any) -> None:
    await propose(stage, "Ұсыныс: жасыл дәліздер")
    page = await read(stage, "china/delegate")
    assert "Only the secretary may send it out" in words(page)
    assert "Ұсыныс" not in page.text
    refused = await send(stage, "china/delegate")
    assert "only the secretary may circulate the provisional agenda" in words(refused)
    assert await stage.said(AgendaCirculated) == []


async def test_the_agenda_of_a_cancelled_meeting_goes_nowhere(stage: Any) -> None:
    gone = MeetingCancelled(
        mechanism="customs-heads",
        meeting=MEETING,
        span=on(stage.clock.now().date()),
        sequence=1,
        reason="No host",
    )
    await stage.tell(gone)
    page = await read(stage)
    assert "The meeting is cancelled" in words(page)
    assert "<form" not in page.text
