"""A date for six delegations: asked, answered, reminded, chosen."""

import asyncio
import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from events.meetings import MeetingRescheduled, MeetingScheduled
from events.polls import PollAnswered, PollClosed, PollEnded, PollOpened, PollReminded
from services.scheduling.commands.planned import closing
from services.scheduling.service import scheduling
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import PARTIES, START

NAMES = [party.id for party in PARTIES]
CLOSES = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
CLOSED = datetime.fromisoformat("2027-02-01T13:00:00+00:00")


def slot(wall: str, zone: str = "Asia/Tashkent") -> dict[str, Any]:
    return {"wall": wall, "zone": zone, "minutes": 240}


CHOICE = {"slot": "s1", "place": "Ташкент"}
DESPITE = {"despite_answers": True}
SLOTS = [slot("2027-05-11T09:00:00"), slot("2027-05-12T09:00:00"), slot("2027-05-13T09:00:00")]


@pytest.fixture
async def stage(staged: Any) -> Any:
    found = await staged(scheduling)
    planned = await found.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    assert planned.status_code == 201
    return found


async def opened(stage: Any, *slots: dict[str, Any], **more: Any) -> str:
    body = {"slots": list(slots or SLOTS), "closes": CLOSES, **more}
    answer = await stage.post("/meetings/customs-heads-2027-1/polls", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def answered(stage: Any, poll: str, actor: str, *words: str) -> Any:
    answers = {f"s{at}": word for at, word in enumerate(words, 1)}
    return await stage.post(f"/polls/{poll}/answers", {"answers": answers}, actor=actor)


async def test_a_poll_leads_to_a_convocation_in_one_action(stage: Any) -> None:
    poll = await opened(stage)
    for party in NAMES[:5]:
        assert (await answered(stage, poll, f"{party}/delegate", "no", "yes", "yes")).is_success
    last = await answered(stage, poll, f"{NAMES[5]}/delegate", "yes", "if_need_be", "yes")
    assert last.is_success
    tally = (await stage.get(f"/polls/{poll}/tally")).json()
    assert [one["slot"] for one in tally["slots"]] == ["s3", "s2", "s1"]
    assert tally["silent"] == []
    meeting = await stage.post(f"/polls/{poll}/closing", {"slot": "s3", "place": "Ташкент"})
    assert meeting.json()["stage"] == "scheduled"
    (convoked,) = await stage.said(MeetingScheduled)
    assert f"{convoked.span.starts.wall:%d %B %H:%M}" == "13 May 09:00"
    assert [event.slot for event in await stage.said(PollClosed)] == ["s3"]
    again = await answered(stage, poll, "china/delegate", "yes", "yes", "yes")
    assert again.status_code == 409


async def test_a_meeting_that_a_poll_moves_says_why_and_what_the_delegations_answered(
    stage: Any,
) -> None:
    first = await opened(stage, SLOTS[0])
    await stage.post(f"/polls/{first}/closing", CHOICE | DESPITE)
    second = await opened(stage, *SLOTS[1:], ask_again=True)
    for party, word in zip(NAMES, ("yes", "if_need_be", "no"), strict=False):
        await answered(stage, second, f"{party}/delegate", "yes", word)
    choice = {"slot": "s2", "place": "Ташкент", **DESPITE}
    refused = await stage.post(f"/polls/{second}/closing", choice)
    assert refused.status_code == 422
    assert "is convoked for 2027-05-11 09:00" in refused.json()["detail"]
    assert "give the reason why it moves" in refused.json()["detail"]
    assert await stage.said(MeetingRescheduled) == []
    why = {"reason": "The palace is taken on the 11th"}
    moved = await stage.post(f"/polls/{second}/closing", choice | why)
    assert moved.json()["answered"] == {"yes": 1, "if_need_be": 1, "no": 1, "silent": 3}
    (told,) = await stage.said(MeetingRescheduled)
    assert told.reason == (
        "The palace is taken on the 11th (the delegations were asked again: "
        "1 yes, 1 if need be, 1 no, 3 no answer)"
    )
    assert str(told.answered) == "1 yes, 1 if need be, 1 no, 3 no answer"


async def test_a_meeting_without_a_date_is_convoked_for_no_reason(stage: Any) -> None:
    poll = await opened(stage)
    refused = await stage.post(f"/polls/{poll}/closing", {**CHOICE, **DESPITE, "reason": "Визит"})
    assert refused.status_code == 422
    assert "give no reason" in refused.json()["detail"]


async def test_a_date_that_coordinators_refused_is_only_chosen_despite_them(stage: Any) -> None:
    poll = await opened(stage)
    for party in NAMES[:2]:
        await answered(stage, poll, f"{party}/coordinator", "no", "yes", "yes")
    for party in NAMES[2:]:
        await answered(stage, poll, f"{party}/delegate", "no", "yes", "yes")
    await answered(stage, poll, f"{NAMES[5]}/delegate", "yes", "no", "no")
    await stage.advance(CLOSED)
    refused = await stage.post(f"/polls/{poll}/closing", CHOICE)
    assert refused.status_code == 409
    assert refused.json()["detail"] == (
        "the national coordinators of China and Kazakhstan refused s1; 1 of 6 delegations can come "
        "on s1, and 4 make a quorum; choose another date, ask again, or say despite_answers"
    )
    assert (await stage.get(f"/polls/{poll}")).json()["stage"] == "ended"
    chosen = await stage.post(f"/polls/{poll}/closing", CHOICE | DESPITE)
    assert chosen.json()["answered"] == {"yes": 1, "if_need_be": 0, "no": 5, "silent": 0}
    (convoked,) = await stage.said(MeetingScheduled)
    assert str(convoked.answered) == "1 yes, 5 no"


async def test_a_date_that_delegates_alone_refused_may_be_chosen_with_a_quorum(stage: Any) -> None:
    poll = await opened(stage)
    for at, party in enumerate(NAMES):
        said = ("yes" if at < 4 else "no", "yes" if at < 3 else "no", "no")
        await answered(stage, poll, f"{party}/delegate", *said)
    few = await stage.post(f"/polls/{poll}/closing", CHOICE | {"slot": "s2"})
    assert few.status_code == 409
    assert few.json()["detail"].startswith(
        "3 of 6 delegations can come on s2, and 4 make a quorum; choose another date, ask again"
    )
    assert (await stage.post(f"/polls/{poll}/closing", CHOICE)).is_success


async def test_a_date_about_which_nobody_spoke_is_only_chosen_knowing_that(stage: Any) -> None:
    poll = await opened(stage)
    await stage.advance(CLOSED)
    refused = await stage.post(f"/polls/{poll}/closing", CHOICE)
    assert "0 of 6 delegations can come on s1, and 4 make a quorum" in refused.json()["detail"]
    assert (await stage.post(f"/polls/{poll}/closing", CHOICE | DESPITE)).is_success


async def test_who_may_still_answer_is_waited_for_until_the_poll_ends(stage: Any) -> None:
    poll = await opened(stage)
    for party in NAMES[:4]:
        await answered(stage, poll, f"{party}/delegate", "yes", "yes", "yes")
    refused = await stage.post(f"/polls/{poll}/closing", CHOICE)
    assert refused.status_code == 409
    assert (
        "Turkmenistan and Uzbekistan may still answer, for the poll is open until "
        "2027-02-01 18:00 Asia/Tashkent"
    ) in refused.json()["detail"]
    assert await stage.said(MeetingScheduled) == []
    await stage.advance(CLOSED)
    chosen = await stage.post(f"/polls/{poll}/closing", CHOICE)
    assert chosen.json()["answered"] == {"yes": 4, "if_need_be": 0, "no": 0, "silent": 2}


async def test_the_answers_of_a_poll_are_said_no_more_of_a_date_that_was_not_asked(
    stage: Any,
) -> None:
    poll = await opened(stage)
    path = "/meetings/customs-heads-2027-1"
    await stage.post(f"/polls/{poll}/closing", CHOICE | DESPITE)
    elsewhere = {"when": SLOTS[0], "place": "Самарканд", "reason": "Визит"}
    assert (await stage.post(f"{path}/move", elsewhere)).json()["answered"]["silent"] == 6
    moved = await stage.post(f"{path}/move", elsewhere | {"when": SLOTS[1]})
    assert moved.json()["answered"] is None


async def test_what_a_party_said_last_counts(stage: Any) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/delegate", "no", "no", "no")
    await answered(stage, poll, "china/delegate", "yes", "no", "if_need_be")
    reply = (await stage.get(f"/polls/{poll}")).json()["replies"]["china"]
    assert reply["answers"] == {"s1": "yes", "s2": "no", "s3": "if_need_be"}
    assert len(await stage.said(PollAnswered)) == 2


async def test_the_coordinators_word_binds_the_delegates(stage: Any) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/delegate", "no", "no", "no")
    assert (await answered(stage, poll, "china/coordinator 王毅", "yes", "no", "no")).is_success
    refused = await answered(stage, poll, "china/delegate", "no", "no", "no")
    assert refused.status_code == 403
    assert "coordinator of china" in refused.json()["detail"]
    assert (await answered(stage, poll, "china/coordinator", "no", "yes", "no")).is_success


async def test_who_is_silent_is_reminded_and_the_poll_ends_at_its_deadline(stage: Any) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/delegate", "yes", "yes", "yes")
    await stage.advance(CLOSED - timedelta(days=2, minutes=1))
    assert await stage.said(PollReminded) == []
    await stage.advance(CLOSED - timedelta(days=2))
    (reminded,) = await stage.said(PollReminded)
    assert reminded.parties == tuple(name for name in NAMES if name != "china")
    await stage.advance(CLOSED)
    (ended,) = await stage.said(PollEnded)
    assert ended.silent == reminded.parties
    late = await answered(stage, poll, "kazakhstan/delegate", "yes", "yes", "yes")
    assert late.status_code == 409
    assert (await stage.post(f"/polls/{poll}/closing", CHOICE | DESPITE)).is_success


async def test_a_slot_that_everybody_refused_is_blocked(stage: Any) -> None:
    poll = await opened(stage, *SLOTS[:2])
    for party in NAMES:
        await answered(stage, poll, f"{party}/delegate", "no", "if_need_be")
    refused = await stage.post(f"/polls/{poll}/closing", CHOICE)
    assert refused.status_code == 422
    assert "choose s2" in refused.json()["detail"]


async def test_a_poll_without_a_slot_left_says_what_to_do(stage: Any) -> None:
    poll = await opened(stage, SLOTS[0])
    for party in NAMES:
        await answered(stage, poll, f"{party}/delegate", "no")
    refused = await stage.post(f"/polls/{poll}/closing", CHOICE)
    assert "withdraw the poll and ask other dates" in refused.json()["detail"]
    reason = {"reason": "Nobody can come"}
    assert (await stage.post(f"/polls/{poll}/withdrawal", reason)).json()["stage"] == "withdrawn"
    again = await opened(stage)
    assert again == "customs-heads-2027-1.poll2"
    await stage.advance(CLOSED)
    assert [event.poll for event in await stage.said(PollEnded)] == [again]


async def test_a_choice_that_the_rules_refuse_leaves_the_poll_open(stage: Any) -> None:
    poll = await opened(stage, slot("2027-02-16T09:00:00"), short_notice=True)
    await answered(stage, poll, "china/delegate", "yes")
    choice = CHOICE | DESPITE
    refused = await stage.post(f"/polls/{poll}/closing", choice)
    assert "60 days' notice" in refused.json()["detail"]
    assert (await stage.get(f"/polls/{poll}")).json()["stage"] == "open"
    agreed = await stage.post(f"/polls/{poll}/closing", {**choice, "short_notice": True})
    assert agreed.json()["stage"] == "scheduled"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"slots": []}, "give either the slots"),
        ({"slots": [SLOTS[0], SLOTS[0]]}, "asked twice"),
        (
            {"slots": [slot("2027-05-11T09:00:00", "Asia/Almaty"), SLOTS[0]]},
            "Asia/Almaty (UTC+05:00) and 2027-05-11 09:00 Asia/Tashkent (UTC+05:00) are the same",
        ),
        ({"slots": [slot("2027-01-20T09:00:00")]}, "before the poll closes"),
        ({"slots": [{"wall": "2027-05-11T09:00:00", "minutes": 240}]}, "zone"),
        ({"slots": [{**SLOTS[0], "wall": "2027-05-11T09:00:00+05:00"}]}, "timezone"),
        (
            {"slots": [slot("2027-05-11T09:00:00.000001")]},
            "write 2027-05-11T09:00, without seconds",
        ),
        ({"closes": {"wall": "2027-01-01T09:00:00", "zone": "Asia/Tashkent"}}, "has passed"),
    ],
)
async def test_a_poll_that_makes_no_sense_is_refused(
    stage: Any, change: dict[str, Any], complaint: str
) -> None:
    body = {"slots": SLOTS, "closes": CLOSES, **change}
    refused = await stage.post("/meetings/customs-heads-2027-1/polls", body)
    assert refused.status_code in {409, 422}
    assert complaint in refused.text
    assert await stage.said(PollOpened) == []


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        (
            {"s1": "yes"},
            "no answer about s2 (12 May 2027, 09:00), s3 (13 May 2027, 09:00); give answers to",
        ),
        ({"s1": "yes", "s2": "no", "s3": "no", "s4": "yes"}, "s4: no such slot"),
        ({"s1": "да", "s2": "no", "s3": "no"}, "if_need_be"),
    ],
)
async def test_every_slot_is_answered_and_no_other(
    stage: Any, answers: dict[str, str], complaint: str
) -> None:
    poll = await opened(stage)
    body = {"answers": answers}
    refused = await stage.post(f"/polls/{poll}/answers", body, actor="china/delegate")
    assert refused.status_code == 422
    assert complaint in refused.text


async def test_who_is_no_party_has_no_say(stage: Any) -> None:
    poll = await opened(stage)
    assert (await answered(stage, poll, "france/delegate", "yes", "yes", "yes")).status_code == 403
    assert (await answered(stage, poll, "secretary", "yes", "yes", "yes")).status_code == 403
    closing = await stage.post(
        f"/polls/{poll}/closing", {"slot": "s1", "place": "x"}, actor="china/chair"
    )
    assert closing.status_code == 403


async def link_for(stage: Any, poll: str, party: str) -> str:
    made = await stage.post(f"/polls/{poll}/links", {"party": party})
    assert made.status_code == 201, made.text
    return str(made.json()["address"])


async def test_a_secret_link_lets_a_party_answer_without_an_account(stage: Any) -> None:
    poll = await opened(stage)
    address = f"{await link_for(stage, poll, 'kazakhstan')}?language=en"
    page = await stage.http.get(address)
    assert "When can Kazakhstan come?" in page.text
    assert "2027" in page.text
    form = {"s1": "yes", "s2": "if_need_be", "s3": "no", "comment": "Министр в отъезде 13-го"}
    sent = await stage.http.post(address, data=form)
    there = address.replace("?", "?answered&") + "#taken"
    assert (sent.status_code, sent.headers["location"]) == (303, there)
    reply = (await stage.get(f"/polls/{poll}")).json()["replies"]["kazakhstan"]
    assert reply["answers"] == {"s1": "yes", "s2": "if_need_be", "s3": "no"}
    page = await stage.http.get(address)
    assert "Министр в отъезде 13-го" in page.text
    assert "Change the answer" in page.text
    wrong = await stage.http.post(address, data={"s1": "yes"})
    assert wrong.status_code == 422
    assert "Answer for every date." in wrong.text


async def test_no_link_is_made_to_a_poll_that_takes_no_answers(stage: Any) -> None:
    poll = await opened(stage)
    await stage.advance(CLOSED)
    late = await stage.post(f"/polls/{poll}/links", {"party": "china"})
    assert late.status_code == 409
    assert "the poll is ended" in late.json()["detail"]


async def read_as(stage: Any, path: str, actor: str) -> str:
    return str((await stage.http.get(path, headers={"actor": actor})).text)


async def test_a_word_to_the_secretary_is_read_by_the_secretary_and_its_own_party(
    stage: Any,
) -> None:
    poll = await opened(stage)
    word, path = "Министр в отъезде 13-го", f"/polls/{poll}"
    body = {"answers": {"s1": "yes", "s2": "no", "s3": "no"}, "comment": word}
    said = await stage.post(f"{path}/answers", body, actor="kazakhstan/delegate")
    assert said.json()["replies"]["kazakhstan"]["comment"] == word
    readers = {"secretary": True, "kazakhstan/coordinator": True, "china/coordinator": False}
    for actor, told in readers.items():
        for read in (path, "/polls"):
            assert (word in (await read_as(stage, f"/api/v1{read}", actor))) is told, (actor, read)
        assert (word in (await read_as(stage, path, actor))) is told
    for address in (f"/api/v1{path}", "/api/v1/polls", path):
        assert word not in (await stage.http.get(address)).text, address
    for party, told in (("kazakhstan", True), ("china", False)):
        page = (await stage.http.get(f"{await link_for(stage, poll, party)}?language=en")).text
        assert (word in page) is told, party
    assert "A word to the secretary, if any; other delegations do not see it" in page
    other = await stage.post(f"{path}/answers", body | {"comment": None}, actor="china/delegate")
    assert word not in other.text
    stale = await stage.post(f"{path}/answers", body, actor="china/delegate", if_match='"1"')
    assert stale.status_code == 412
    assert word not in stale.text


async def test_the_coordinators_answer_is_said_once_to_who_may_not_change_it(stage: Any) -> None:
    poll = await opened(stage)
    address = await link_for(stage, poll, "china")
    await answered(stage, poll, "china/coordinator", "no", "yes", "yes")
    form = {"s1": "yes", "s2": "yes", "s3": "yes"}
    late = await stage.http.post(f"{address}?language=en", data=form)
    assert late.text.count("only the coordinator changes that") == 1


async def test_a_link_is_for_one_party_of_one_poll(stage: Any) -> None:
    poll = await opened(stage)
    assert (await link_for(stage, poll, "china")) != (await link_for(stage, poll, "china"))
    stranger = await stage.post(f"/polls/{poll}/links", {"party": "france"})
    assert stranger.status_code == 403
    own = await stage.post(f"/polls/{poll}/links", {"party": "china"}, actor="china/delegate")
    assert own.status_code == 403
    guessed = await stage.http.get("/polls/by-link/guessed")
    assert guessed.status_code == 404
    assert "leads nowhere" in guessed.text


async def test_the_page_of_a_poll_shows_how_it_stands(stage: Any) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/delegate", "no", "yes", "if_need_be")
    page = (await stage.http.get(f"/polls/{poll}")).text
    (table,) = re.findall("<table.*?</table>", page, re.DOTALL)
    assert table.count('class="of-party"') == 18
    assert table.count('<td class="of-party"><span class="answer" data-answer="none">') == 15
    assert "Silent so far: Kazakhstan" in page
    assert "Tuesday, 11 May 2027" in page
    assert START.isoformat() in page
    assert (await stage.http.get("/polls/nothing")).status_code == 404


async def test_more_answers_at_once_than_there_are_connections_all_arrive(stage: Any) -> None:
    poll = await opened(stage)
    links = [await link_for(stage, poll, party) for party in NAMES] * 2
    form = {"s1": "yes", "s2": "if_need_be", "s3": "no"}
    answers = await asyncio.gather(*(stage.http.post(link, data=form) for link in links))
    assert {answer.status_code for answer in answers} == {303}


async def test_a_meeting_that_is_cancelled_is_asked_about_no_more(stage: Any) -> None:
    poll = await opened(stage)
    await stage.post("/meetings/customs-heads-2027-1/cancellation", {"reason": "Визит"})
    assert (await stage.get(f"/polls/{poll}")).json()["stage"] == "withdrawn"
    late = await answered(stage, poll, "china/delegate", "yes", "yes", "yes")
    assert late.status_code == 409
    await stage.advance(CLOSED)
    assert await stage.said(PollReminded) == []
    assert await stage.said(PollEnded) == []


async def test_a_date_that_is_fixed_without_a_poll_ends_it_and_another_place_does_not(
    stage: Any,
) -> None:
    path = "/meetings/customs-heads-2027-1"
    first = await opened(stage)
    convoked = await stage.post(f"{path}/convocation", {"when": SLOTS[0], "place": "Пекин"})
    assert convoked.json()["withdrawn"] == [first]
    assert (await answered(stage, first, "china/delegate", "yes", "yes", "yes")).status_code == 409
    second = await opened(stage, *SLOTS[1:], ask_again=True)
    elsewhere = {"place": "Сиань", "reason": "Зал"}
    assert (await stage.post(f"{path}/move", elsewhere)).json()["withdrawn"] == []
    moved = await stage.post(f"{path}/move", {"when": SLOTS[1], "reason": "Визит"})
    assert moved.json()["withdrawn"] == [second]
    third = await opened(stage, SLOTS[2], ask_again=True)
    cancelled = await stage.post(f"{path}/cancellation", {"reason": "Визит"})
    assert cancelled.json()["withdrawn"] == [third]


async def test_a_meeting_that_is_held_is_asked_about_no_more(stage: Any) -> None:
    path = "/meetings/customs-heads-2027-1"
    await stage.post(f"{path}/convocation", {"when": SLOTS[0], "place": "Пекин"})
    later = {**CLOSES, "wall": "2027-05-12T18:00:00"}
    dates = {"closes": later, "ask_again": True, "short_notice": True}
    poll = await opened(stage, slot("2027-05-25T09:00:00"), **dates)
    await stage.advance(datetime(2027, 5, 11, 4, tzinfo=UTC))
    there = {"attendance": [{"party": party, "presence": "in_person"} for party in NAMES]}
    held = await stage.post(f"{path}/opening", there, actor="china/chair")
    assert held.json()["withdrawn"] == [poll], held.text
    assert (await stage.get(f"/polls/{poll}")).json()["stage"] == "withdrawn"


async def test_the_other_polls_of_a_meeting_end_when_its_date_is_chosen(stage: Any) -> None:
    first, second = await opened(stage), await opened(stage, *SLOTS[1:], ask_again=True)
    chosen = await stage.post(f"/polls/{second}/closing", CHOICE | DESPITE)
    assert chosen.json()["withdrawn"] == [first]
    assert (await stage.get(f"/polls/{first}")).json()["stage"] == "withdrawn"
    again = await stage.post(f"/polls/{second}/closing", CHOICE)
    assert "the poll is closed; only one that is open or ended can be closed" in again.text


async def test_a_second_poll_is_opened_only_where_that_is_meant(stage: Any) -> None:
    first = await opened(stage)
    body = {"slots": SLOTS[1:], "closes": CLOSES}
    path = "/meetings/customs-heads-2027-1/polls"
    refused = await stage.post(path, body)
    assert refused.status_code == 409
    assert f"{first} (open) asks for the date of customs-heads-2027-1" in refused.json()["detail"]
    await stage.post(f"/polls/{first}/closing", CHOICE | DESPITE)
    refused = await stage.post(path, body)
    assert refused.status_code == 409
    assert "is convoked for 2027-05-11 09:00 Asia/Tashkent" in refused.json()["detail"]
    assert len(await stage.said(PollOpened)) == 1
    assert (await stage.post(path, {**body, "ask_again": True})).status_code == 201


async def test_no_date_is_asked_that_lacks_notice_when_the_poll_closes(stage: Any) -> None:
    """Sixty days after 1 February 2027 is 2 April; after 4 January, 5 March."""
    path = "/meetings/customs-heads-2027-1/polls"
    given = {"slots": [slot("2027-03-30T09:00:00")], "closes": CLOSES}
    refused = await stage.post(path, given)
    assert refused.status_code == 422
    assert (
        "60 days' notice, which for 2027-03-30 09:00 Asia/Tashkent (UTC+05:00) is to be given by "
        "2027-01-29 09:00 Asia/Tashkent (UTC+05:00), before the poll closes, 2027-02-01 18:00 "
        "Asia/Tashkent (UTC+05:00); close it by then, ask a later date, or say short_notice"
    ) in refused.json()["detail"]
    soon = {"first": "2027-03-08", "last": "2027-04-01"}
    proposed = await stage.post(path, {"propose": soon, "closes": CLOSES})
    assert "when notice has run out" in proposed.json()["detail"]
    assert "let the poll close earlier" in proposed.json()["detail"]
    until = {"propose": soon | {"last": "2027-04-09"}, "closes": CLOSES}
    poll = (await stage.post(path, until)).json()
    starts = [one["span"]["starts"]["at"] for one in poll["slots"]]
    assert min(starts) > "2027-04-02", starts
    agreed = await stage.post(path, given | {"short_notice": True, "ask_again": True})
    assert agreed.status_code == 201, agreed.text


async def test_a_date_far_from_the_meetings_year_is_not_asked(stage: Any) -> None:
    body = {"slots": [slot("9998-12-31T09:00:00")], "closes": CLOSES}
    refused = await stage.post("/meetings/customs-heads-2027-1/polls", body)
    assert refused.status_code == 422
    assert "this is the meeting of 2027" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("wall", "zone", "minutes"),
    [
        ("2027-03-28T01:30:00", "Europe/Berlin", 60),
        ("2027-03-27T12:00:00", "Europe/Berlin", 1440),
        ("2027-10-30T12:00:00", "Europe/Berlin", 1500),
        ("2027-10-20T12:00:00", "Europe/Berlin", 20_160),
    ],
)
async def test_any_hour_that_exists_can_be_asked(
    stage: Any, wall: str, zone: str, minutes: int
) -> None:
    asked = {"wall": wall, "zone": zone, "minutes": minutes}
    body = {"slots": [asked], "closes": CLOSES, "short_notice": True}
    answer = await stage.post("/meetings/customs-heads-2027-1/polls", body)
    assert answer.status_code in {201, 422}, answer.text
    known = await stage.post(
        "/meetings/customs-heads-2027-1/polls", {**body, "despite_clashes": True, "ask_again": True}
    )
    assert known.status_code == 201, known.text


async def test_a_form_that_is_refused_says_why_and_keeps_what_was_entered(stage: Any) -> None:
    address = await link_for(stage, await opened(stage), "kazakhstan")
    form = {"s1": "yes", "s2": "if_need_be", "comment": "Министр в отъезде 13-го"}
    wrong = await stage.http.post(address, data=form)
    assert wrong.status_code == 422
    assert "Министр в отъезде 13-го" in wrong.text
    assert wrong.text.count(" checked") == 2
    for bad in ({"s1": "maybe", "s2": "no", "s3": "no"}, {**form, "comment": "x" * 100_000}):
        page = await stage.http.post(address, data=bad)
        assert page.status_code == 422
        assert "pydantic" not in page.text
        assert "validation error" not in page.text


async def test_a_form_that_is_no_text_is_refused(stage: Any) -> None:
    address = await link_for(stage, await opened(stage), "kazakhstan")
    kind = {"content-type": "application/x-www-form-urlencoded"}
    sent = await stage.http.post(address, content=b"s1=\xff\xfe&s2=no&s3=no", headers=kind)
    assert sent.status_code == 422


@pytest.mark.parametrize(
    ("first", "closes"),
    [
        ("2027-07-31T10:00", "2027-02-01T17:00"),
        ("2027-03-22T10:00", "2027-01-19T17:00"),  # notice has to be given on the 21st at ten
        ("2027-03-16T10:00", "2027-01-13T17:00"),  # nobody is asked about an earlier one
    ],
)
def test_a_poll_that_a_plan_opens_closes_with_the_hosts_office(first: str, closes: str) -> None:
    now = datetime(2027, 1, 12, 11, 6, 46, tzinfo=UTC)
    host = Office.of(PARTIES[5], closes=time(17))
    starts = datetime.fromisoformat(f"{first}+05:00")
    calendar = Calendar((host,))
    found = closing(now, starts - timedelta(days=60), calendar, host)
    assert f"{found.wall:%Y-%m-%dT%H:%M}" == closes
