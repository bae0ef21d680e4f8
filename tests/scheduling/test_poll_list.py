"""The page of all polls: who has answered, when each closes, what came of it."""

import re
from typing import Any

from tests.scheduling.test_polls import (
    CLOSED,
    DESPITE,
    SLOTS,
    answered,
    opened,
    read_as,
    slot,
    stage,
)

__all__ = ["stage"]


def words_in(page: str) -> str:
    text = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub("<[^>]+>", " ", text).split())


async def words_of(stage: Any, actor: str = "secretary", query: str = "") -> str:
    return words_in(await read_as(stage, f"/polls{query}", actor))


async def test_every_poll_shows_who_has_answered_and_what_suits_best(stage: Any) -> None:
    assert "No delegation is asked for a date now." in await words_of(stage)
    poll = await opened(stage)
    await answered(stage, poll, "china/coordinator", "no", "if_need_be", "no")
    await answered(stage, poll, "kazakhstan/delegate", "no", "no", "no")
    await answered(stage, poll, "tajikistan/delegate", "no", "yes", "no")
    page = await read_as(stage, "/polls", "secretary")
    assert "1 poll waits for answers." in words_in(page)
    assert f'<a href="/polls/{poll}"' in page
    assert "has not answered" not in page
    assert "Kyrgyzstan has not answered 1 of them." in await words_of(stage, "kyrgyzstan/delegate")
    assert "has not answered" not in await words_of(stage, "china/delegate")
    row = words_in(page).partition(poll)[2]
    assert "Mon, 1 Feb 2027 21:00 Asia/Shanghai, UTC+08:00" in row  # of the host
    assert (
        "◉ its national coordinator has answered China ✕ refused every date Kazakhstan "
        "○ no answer Kyrgyzstan ● has answered Tajikistan ○ no answer Turkmenistan"
    ) in row
    assert "Wed, 12 May 2027 ✓ 1 yes" in row


async def test_a_poll_that_ended_waits_for_a_choice_and_one_that_is_over_says_what_came_of_it(
    stage: Any,
) -> None:
    withdrawn = await opened(stage)
    await stage.post(f"/polls/{withdrawn}/withdrawal", {"reason": "Дворец занят"})
    poll = await opened(stage, slot("2027-05-14T09:00:00"))
    await stage.advance(CLOSED)
    page = await words_of(stage)
    assert "waits for answers" not in page
    assert "1 waits for the date to be chosen." in page
    assert page.index("Waiting for a choice") < page.index(poll) < page.index(withdrawn)
    assert "Mon, 4 Jan 2027 Withdrawn: Дворец занят" in page
    choice = {"slot": "s1", "place": "Ташкент", **DESPITE}
    await stage.post(f"/polls/{poll}/closing", choice)
    page = await words_of(stage)
    assert "Mon, 1 Feb 2027 Chosen: Fri, 14 May 2027" in page
    assert page.index(poll) < page.index(withdrawn)
    for lang, title in (
        ("ru", "Опросы"),
        ("ru", "Руководители таможенных служб: 1-я встреча 2027 года Руководители там"),
        ("zh", "海关署长会晤：2027年第1次会晤 海关署长会晤 ·"),
    ):
        assert title in await words_of(stage, query=f"?language={lang}")
    await stage.post("/meetings/customs-heads-2027-1/cancellation", {"reason": "No host"})
    assert poll not in await words_of(stage)


async def test_a_poll_of_a_restricted_meeting_is_listed_for_who_has_a_seat(stage: Any) -> None:
    poll = await opened(stage, SLOTS[0])
    await stage.post("/meetings/customs-heads-2027-1/restriction", {"restricted": True})
    assert poll in await words_of(stage, "china/delegate")
    nobody = words_in((await stage.http.get("/polls")).text)
    assert poll not in nobody
    assert "No delegation is asked for a date now." in nobody
