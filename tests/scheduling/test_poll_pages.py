"""The pages of polls: a delegate answers by a secret link, and the secretary closes."""

import re
from datetime import date
from typing import Any

import pytest
from markupsafe import escape

from events.meetings import MeetingRescheduled, MeetingScheduled
from services.scheduling.pages.poll_facts import drawing
from services.scheduling.pages.reasons import taken_apart
from services.scheduling.rules.poll import Instead
from services.scheduling.service import scheduling
from tests.scheduling.test_polls import (
    CLOSED,
    DESPITE,
    NAMES,
    SLOTS,
    answered,
    link_for,
    opened,
    read_as,
    slot,
    stage,
)

__all__ = ["stage"]

ALL_YES = {"s1": "yes", "s2": "yes", "s3": "yes"}


async def sent(stage: Any, path: str, actor: str = "secretary", **form: Any) -> Any:
    answer = await stage.http.post(path, data=form, headers={"actor": actor})
    await stage.program.settle()
    return answer


def lead(page: str) -> str:
    (found,) = re.findall(r'<p class="lead">(.*?)</p>', page, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", "", found).split())


@pytest.mark.parametrize(
    ("party", "lang", "asked", "day", "taken"),
    [
        ("china", "zh", "中国代表团何时可以出席？", "2027年5月11日星期二", "中国的答复已收到。"),
        (
            "kyrgyzstan",
            "ru",
            "Когда может прибыть делегация: Кыргызстан?",
            "вторник, 11 мая 2027",
            "Кыргызстан: ответ принят.",
        ),
    ],
)
async def test_who_answers_reads_and_is_confirmed_in_the_language_of_the_party(
    stage: Any, party: str, lang: str, asked: str, day: str, taken: str
) -> None:
    address = await link_for(stage, await opened(stage), party)
    page = (await stage.http.get(address)).text
    assert f'<html lang="{lang}">' in page
    assert asked in page
    assert day in page
    assert taken not in page
    elsewhere = ("As it stood", '<nav aria-label="Main"')
    for english in ("Heads of customs", "May 2027", "January 2027", *elsewhere):
        assert english not in page
    after = await stage.http.post(address, data=ALL_YES, follow_redirects=True)
    assert taken in after.text
    english = (await stage.http.get(f"{address}?language=en")).text
    assert "’s answer is taken." in english
    assert "It can be changed here until Monday, 1 February 2027" in english


async def test_an_answer_given_in_a_chosen_language_is_confirmed_in_it(stage: Any) -> None:
    address = await link_for(stage, await opened(stage), "china")
    answer = await stage.http.post(f"{address}?language=ru", data=ALL_YES)
    assert answer.headers["location"] == f"{address}?answered&language=ru#taken"
    page = (await stage.http.get(answer.headers["location"])).text
    assert 'id="taken" tabindex="-1" role="status"' in page
    assert 'role="status"' not in (await stage.http.get(address)).text


async def test_no_cache_keeps_what_a_secret_link_shows(stage: Any) -> None:
    address = await link_for(stage, await opened(stage), "china")
    for answer in (
        await stage.http.get(address),
        await stage.http.post(address, data=ALL_YES),
        await stage.http.post(address, data={}),
        await stage.http.get("/polls/by-link/guessed"),
    ):
        assert answer.headers["cache-control"] == "no-store"


async def test_dates_are_numbered_in_their_order_whatever_is_answered(stage: Any) -> None:
    poll = await opened(stage, SLOTS[1], SLOTS[0], SLOTS[2])
    await answered(stage, poll, "china/delegate", "no", "no", "yes")
    page = (await stage.http.get(f"/polls/{poll}")).text
    (table,) = re.findall("<table.*?</table>", page, re.DOTALL)
    assert re.findall(r'<span class="slot">(s\d)</span>', table) == ["s1", "s2", "s3"]
    assert "suits best so far" in table[table.index(">s3<") :]


async def test_hours_are_told_in_the_zone_of_the_place_and_of_the_reader(stage: Any) -> None:
    poll = await opened(stage, slot("2027-05-11T23:30:00"), despite_clashes=True)
    page = (await stage.http.get(f"/polls/{poll}")).text
    assert "Wednesday, 12 May 2027" in page  # of Beijing, whose turn to host it is
    assert "02:30–06:30" in page
    assert "Host and chair China" in " ".join(re.sub("<[^>]+>", " ", page).split())
    mine = await stage.http.get(f"{await link_for(stage, poll, 'uzbekistan')}?language=en")
    told = " ".join(re.sub("<[^>]+>", "", mine.text).split())
    assert "Uzbekistan: Tuesday, 11 May 2027, 23:30 – Wednesday, 12 May 2027, 03:30" in told
    choice = {"slot": "s1", "place": "Astana", "despite_clashes": True, **DESPITE}
    assert (await stage.post(f"/polls/{poll}/closing", choice)).is_success
    page = (await stage.http.get(f"/polls/{poll}")).text
    assert "Asia/Almaty" in page
    assert "Asia/Shanghai" not in page


@pytest.mark.parametrize(
    ("language", "hold"),
    [
        ("en", "Hosts and chair China, Uzbekistan; chair Kazakhstan"),
        ("ru", "Принимающие стороны и председатель Китай, Узбекистан; председатель: Казахстан"),
        ("zh", "主办方和主席 中国、乌兹别克斯坦；主席：哈萨克斯坦"),
    ],
)
async def test_who_holds_the_meeting_and_who_presides_is_told_where_its_date_is_asked_for(
    staged: Any, language: str, hold: str
) -> None:
    stage = await staged(scheduling)
    turn = {"chair": "kazakhstan", "co_hosts": ["uzbekistan"]}
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027, **turn})
    poll = await opened(stage)
    asking = "/meetings/customs-heads-2027-1/polls"
    in_english = (f"/polls/{poll}", asking) if language == "en" else ()
    for path in (f"{await link_for(stage, poll, 'china')}?language={language}", *in_english):
        page = (await stage.http.get(path)).text
        assert hold in " ".join(re.sub("<[^>]+>", " ", page).split()), path


async def test_nobody_is_called_silent_before_the_first_answer(stage: Any) -> None:
    poll = await opened(stage)
    assert lead((await stage.http.get(f"/polls/{poll}")).text) == "Nobody has answered yet."
    asked = (await stage.http.get(f"{await link_for(stage, poll, 'china')}?language=en")).text
    assert "Nobody has answered yet." in asked
    assert "<table" not in asked
    await stage.advance(CLOSED)
    ended = lead((await stage.http.get(f"/polls/{poll}")).text)
    assert ended.startswith("The time for answers ended on Monday, 1 February 2027, 21:00")
    assert "No answer came from: China, Kazakhstan" in ended


async def test_the_secretary_closes_a_poll_on_its_page(stage: Any) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/coordinator", "no", "yes", "yes")
    form = {"slot": "s1", "place": "Ташкент", "reason": ""}
    refused = await sent(stage, f"/polls/{poll}/close", **form)
    assert refused.status_code == 422
    assert "the national coordinator of China refused s1" in refused.text
    assert 'value="Ташкент"' in refused.text
    assert "or tick “Although coordinators refused it, too few" in refused.text
    assert "despite_answers." not in refused.text
    assert await stage.said(MeetingScheduled) == []
    closed = await sent(stage, f"/polls/{poll}/close", despite_answers="true", **form)
    assert (closed.status_code, closed.headers["location"]) == (303, f"/polls/{poll}")
    assert len(await stage.said(MeetingScheduled)) == 1
    page = (await stage.http.get(f"/polls/{poll}")).text
    assert lead(page) == (
        "Closed on Monday, 4 January 2027: "
        "Tuesday, 11 May 2027, 09:00–13:00 Asia/Tashkent, UTC+05:00 was chosen. "
        "No answer had come from: Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan, Uzbekistan. "
        "It did not suit: China."
    )
    assert "Answers are taken until" not in page
    assert "<form" not in page


async def test_a_meeting_that_moves_is_given_a_reason_on_the_page(stage: Any) -> None:
    first = await opened(stage, SLOTS[0])
    await stage.post(f"/polls/{first}/closing", {"slot": "s1", "place": "Ташкент", **DESPITE})
    poll = await opened(stage, *SLOTS[1:], ask_again=True)
    page = (await stage.http.get(f"/polls/{poll}")).text
    assert "Why it moves" in page
    form = {"slot": "s2", "place": "Ташкент", "despite_answers": "true"}
    meeting = "/meetings/customs-heads-2027-1"
    await stage.post(f"{meeting}/move", {"place": "Ташкент, Зал 2", "reason": "Ремонт"})
    stale = await sent(stage, f"/polls/{poll}/close", reason="x", sequence="0", **form)
    assert "was moved since you opened this" in stale.text
    assert 'value="Ташкент, Зал 2"' in stale.text
    assert '<dt>The place</dt><dd dir="auto">Ташкент</dd>' in stale.text
    without = await sent(stage, f"/polls/{poll}/close", reason=" ", **form)
    assert "give the reason why it moves" in without.text
    moved = await sent(stage, f"/polls/{poll}/close", reason="Дворец занят", **form)
    assert moved.status_code == 303
    *_, told = await stage.said(MeetingRescheduled)
    assert told.reason is not None
    assert told.reason.startswith("Дворец занят")


async def test_who_is_asked_for_another_date_is_told_which_the_meeting_has_and_why(
    stage: Any,
) -> None:
    first = await opened(stage, SLOTS[0])
    assert "The date it has" not in (await stage.http.get(f"/polls/{first}")).text
    await stage.post(f"/polls/{first}/closing", {"slot": "s1", "place": "Ташкент", **DESPITE})
    poll = await opened(stage, *SLOTS[1:], ask_again=True, reason="the hall <is taken>")
    address = await link_for(stage, poll, "kyrgyzstan")
    for page, has, day, why in (
        (f"/polls/{poll}", "The date it has", "Tuesday, 11 May 2027", "Why another is asked for"),
        (f"{address}?language=ru", "Нынешняя дата", "вторник, 11 мая 2027", "Почему ищут другую"),
        (f"{address}?language=zh", "现定日期", "2027年5月11日星期二", "另择日期的原因"),
    ):
        told = (await stage.http.get(page)).text.partition("<form")[0]
        assert re.search(rf"<dt>{has}</dt><dd>\s*<time [^>]+><span class=.day.>{day}", told)
        assert re.search(rf"{why}[^<]*<q dir=.auto.>the hall &lt;is taken&gt;</q>", told)


async def test_the_secretary_withdraws_a_poll_on_its_page_and_it_says_why(stage: Any) -> None:
    poll = await opened(stage)
    without = await sent(stage, f"/polls/{poll}/withdraw")
    assert "say why the poll is withdrawn" in without.text
    await sent(stage, f"/polls/{poll}/withdraw", reason="Other dates are asked")
    page = (await stage.http.get(f"/polls/{poll}")).text
    assert lead(page) == (
        "The poll was withdrawn on Monday, 4 January 2027. The meeting has no date yet."
    )
    assert '<q dir="auto">Other dates are asked</q>' in page


async def test_no_date_of_a_withdrawn_poll_suits_best_any_more(stage: Any) -> None:
    poll = await opened(stage)
    address = await link_for(stage, poll, "china")
    await answered(stage, poll, "china/delegate", "yes", "no", "no")
    for path, best in ((f"/polls/{poll}", "suits best"), (f"{address}?language=zh", "目前最合适")):
        assert best in (await stage.http.get(path)).text
    await stage.post(f"/polls/{poll}/withdrawal", {"reason": "Other dates are asked"})
    for path, best in ((f"/polls/{poll}", "suits best"), (f"{address}?language=zh", "目前最合适")):
        assert best not in (await stage.http.get(path)).text


async def test_the_secretary_makes_a_link_for_each_delegation_on_the_page(stage: Any) -> None:
    poll = await opened(stage)
    assert "Make a link for each" in await read_as(stage, f"/polls/{poll}", "secretary")
    shown = await sent(stage, f"/polls/{poll}/links")
    assert shown.headers["cache-control"] == "no-store"
    links = dict(re.findall(r'id="link-(\w+)"[^>]*>http://\w+(/polls/by-link/[^<]+)<', shown.text))
    assert sorted(links) == NAMES
    asked = await stage.http.get(f"{links['kyrgyzstan']}?language=en")
    assert "When can Kyrgyzstan come?" in asked.text
    for actor in ("china/coordinator", "kazakhstan/delegate"):
        refused = await sent(stage, f"/polls/{poll}/links", actor)
        assert refused.status_code == 422
        assert "by-link" not in refused.text


async def test_who_opens_a_withdrawn_poll_is_told_which_one_asks_instead(stage: Any) -> None:
    poll = await opened(stage)
    address = await link_for(stage, poll, "china")
    await sent(stage, f"/polls/{poll}/withdraw", reason="Other dates are asked")
    linked = f"{address}?language=en"
    assert "Another poll asks" not in (await stage.http.get(linked)).text
    other = await opened(stage)
    assert "Another poll asks for the date now" in (await stage.http.get(linked)).text
    page = " ".join((await stage.http.get(f"/polls/{poll}")).text.split())
    assert f'<a href="/polls/{other}">{other}</a> asks for its date now.' in page


async def test_who_chooses_is_told_of_notes_that_only_the_secretary_reads(stage: Any) -> None:
    poll = await opened(stage)
    told = "1 note of the delegations to the secretary is not shown to everybody"
    assert told not in (await stage.http.get(f"/polls/{poll}")).text
    said = {"answers": ALL_YES, "comment": "Виза после 12-го"}
    await stage.post(f"/polls/{poll}/answers", said, actor="china/coordinator")
    page = (await stage.http.get(f"/polls/{poll}")).text
    assert told in page.partition(">Choose the date<")[2]
    assert "Виза" not in page
    office = await read_as(stage, f"/polls/{poll}", "secretary")
    assert "Виза" in office
    assert told not in office
    assert told not in await read_as(stage, f"/polls/{poll}", "kazakhstan/coordinator")


async def test_only_the_secretary_is_offered_to_close_a_poll_and_may(stage: Any) -> None:
    poll = await opened(stage)
    assert "Convoke the meeting" in await read_as(stage, f"/polls/{poll}", "secretary")
    assert "<form" not in await read_as(stage, f"/polls/{poll}", "china/coordinator")
    form = {"slot": "s2", "place": "Ташкент", "despite_answers": "true"}
    refused = await sent(stage, f"/polls/{poll}/close", "china/coordinator", **form)
    assert refused.status_code == 422
    assert (await stage.get(f"/polls/{poll}")).json()["stage"] == "open"


async def test_a_date_that_became_a_day_off_is_marked(stage: Any) -> None:
    poll = await opened(stage)
    address = await link_for(stage, poll, "kazakhstan")
    assert "⚠" not in (await stage.http.get(address)).text
    day = {"on": "2027-05-12", "ruling": "holiday", "name": "День памяти"}
    sourced = {**day, "source": "Decree 112", "dated": "2027-01-02"}
    assert (await stage.post("/parties/china/routine/days", sourced)).is_success
    marked = (await stage.http.get(address)).text
    assert marked.count("⚠ Китай: как теперь известно, выходной день") == 1
    office = (await stage.http.get(f"/polls/{poll}")).text
    assert office.count("⚠") == 1
    assert "12 May 2027 is a day off in China: День памяти" in office
    assert f'href="/rechecks#{poll}"' in office


@pytest.mark.parametrize("path", ["/polls/nothing", "/polls/by-link/guessed"])
async def test_a_poll_that_is_not_there_says_whom_to_ask_and_where_to_go(
    stage: Any, path: str
) -> None:
    page = await stage.http.get(path)
    assert page.status_code == 404
    assert "ask the secretary" in page.text
    assert 'href="/meetings">' in page.text.split("<main")[1]


@pytest.mark.parametrize("lang", ["ru", "zh"])
def test_reasons_of_the_system_are_in_the_language_of_the_page_and_those_of_people_as_given(
    lang: str,
) -> None:
    template = '{% import "poll-parts.html" as parts with context %}{{ parts.worded(reason) }}'
    page = drawing.environment.from_string(template)
    for instead in Instead:
        shown = page.render(reason=f"{instead}: <i>100%</i>: да.", lang=lang)
        assert instead not in shown
        assert shown.strip().endswith(": &lt;i&gt;100%&lt;/i&gt;: да.</q>")
    for given in ("Зал занят", ": <b>", "The meeting is cancelled. Really: yes"):
        shown = page.render(reason=given, lang=lang)
        assert shown.strip() == f'<q dir="auto">{escape(given)}</q>'


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            "ru",
            (
                "Принимающая сторона изменилась: Казахстан. Китай: отказ от 4 января "
                "2027\u202fг. (Выборы)"
            ),
        ),
        ("zh", "会议现由另一方主办: 哈萨克斯坦。中国于2027年1月4日谢绝主办：Выборы"),
        (
            "en",
            (
                "Another party hosts the meeting now: Kazakhstan, because China declined on "
                "4 January 2027: Выборы"
            ),
        ),
    ],
)
async def test_why_another_party_hosts_is_said_in_the_language_of_the_page(
    stage: Any, lang: str, shown: str
) -> None:
    address = await link_for(stage, await opened(stage), "kazakhstan")
    declines = "/mechanisms/customs-heads/rotation/declines"
    body = {"reason": "Выборы."}
    assert (await stage.post(declines, body, actor="china/coordinator")).is_success
    for path in (address, "/polls"):
        page = (await stage.http.get(f"{path}?language={lang}")).text
        assert f'<q dir="auto">{shown}</q>' in page, path


def test_a_reason_of_the_system_is_taken_apart_and_what_people_wrote_in_it_stays() -> None:
    planned = taken_apart(f"{Instead.PLANNED}: 4 May 2027")
    assert (planned.on, planned.rest) == (date(2027, 5, 4), "")
    because = (
        "China declined on 4 January 2027: Elections. Then see. Then Kazakhstan declined: No venue"
    )
    chair = ". Kazakhstan stays the chair that it was named"
    handed = taken_apart(f"{Instead.HANDED_OVER}: Uzbekistan, because {because}{chair}")
    assert (handed.host, handed.chair) == ("Uzbekistan", "Kazakhstan")
    assert [(one.party, one.on, one.why) for one in handed.declined] == [
        ("China", date(2027, 1, 4), "Elections. Then see"),
        ("Kazakhstan", None, "No venue"),
    ]
    moved = taken_apart(f"{Instead.MOVED}: 4 May 2027")
    assert (moved.said, moved.rest, moved.on) == (Instead.MOVED, ": 4 May 2027", None)


async def test_no_date_is_chosen_beforehand_that_nobody_has_answered_for(stage: Any) -> None:
    poll = await opened(stage)
    before = await read_as(stage, f"/polls/{poll}", "secretary")
    assert '<option value="">Choose one</option>' in before
    assert " selected>" not in before
    without = await sent(stage, f"/polls/{poll}/close", place="Астана")
    assert without.status_code == 422
    assert "slot: " in without.text
    await answered(stage, poll, "china/delegate", "no", "yes", "no")
    after = await read_as(stage, f"/polls/{poll}", "secretary")
    assert '<option value="s2" selected>' in after
    assert "Choose one" not in after


async def sent_too_late(stage: Any, poll: str, lang: str, change: Any) -> str:
    """The page after an answer by a link that was opened before `change`."""
    address = await link_for(stage, poll, "kyrgyzstan")
    await change
    answer = await stage.http.post(
        f"{address}?language={lang}", data=ALL_YES | {"comment": "Министр <занят>"}
    )
    assert answer.status_code == 422
    assert (await stage.get(f"/polls/{poll}")).json()["replies"].get("kyrgyzstan", {}).get(
        "answers"
    ) != ALL_YES
    return str(answer.text)


UNTAKEN = {
    "en": ("The answer just sent was not taken.", "answer is taken", "What you had sent", "yes"),
    "ru": ("Только что отправленный ответ не принят.", "ответ принят", "Что вы отправили", "да"),
    "zh": ("刚才发送的答复未被接受。", "答复已收到", "您发送的内容", "可以"),
}


@pytest.mark.parametrize("lang", UNTAKEN)
async def test_an_answer_after_the_coordinators_is_said_not_to_be_taken_and_kept_to_be_passed_on(
    stage: Any, lang: str
) -> None:
    poll = await opened(stage)
    binding = answered(stage, poll, "kyrgyzstan/coordinator", "no", "no", "no")
    page = await sent_too_late(stage, poll, lang, binding)
    untaken, taken, kept, yes = UNTAKEN[lang]
    assert untaken in page
    assert taken not in page
    sent_then = page.partition(kept)[2].partition("</section>")[0]
    assert sent_then.count(yes) >= 3
    assert "Министр &lt;занят&gt;" in sent_then
    address = await link_for(stage, poll, "kyrgyzstan")
    assert taken not in (await stage.http.get(f"{address}?language={lang}")).text


@pytest.mark.parametrize("lang", UNTAKEN)
async def test_an_answer_to_a_poll_withdrawn_meanwhile_is_said_not_to_be_taken_and_kept(
    stage: Any, lang: str
) -> None:
    poll = await opened(stage)
    withdrawal = stage.post(f"/polls/{poll}/withdrawal", {"reason": "Дворец занят"})
    page = await sent_too_late(stage, poll, lang, withdrawal)
    untaken, _, kept, _ = UNTAKEN[lang]
    assert untaken in page
    assert "Дворец занят" in page
    assert "Министр &lt;занят&gt;" in page.partition(kept)[2]


@pytest.mark.parametrize(
    ("lang", "why"),
    [
        ("en", "Answer for every date."),
        ("ru", "Ответьте по каждой дате."),
        ("zh", "请答复每个日期。"),
    ],
)
async def test_an_incomplete_answer_is_refused_in_the_language_of_the_page(
    stage: Any, lang: str, why: str
) -> None:
    address = await link_for(stage, await opened(stage), "kyrgyzstan")
    for sent_so in ({"s1": "yes"}, ALL_YES | {"s1": "perhaps"}):
        page = (await stage.http.post(f"{address}?language={lang}", data=sent_so)).text
        assert UNTAKEN[lang][0] in page
        assert why in page
        assert "Answers.s1" not in page
        assert "<form" in page


async def test_a_refused_change_leaves_the_answer_before_and_says_so(stage: Any) -> None:
    address = await link_for(stage, await opened(stage), "kyrgyzstan")
    await stage.http.post(address, data=ALL_YES)
    page = (await stage.http.post(f"{address}?language=en", data={"s1": "no"})).text
    assert "What was answered before stands." in page
    assert "answer is taken" not in page


async def test_a_delegates_note_stays_beside_what_its_coordinator_answers(stage: Any) -> None:
    poll = await opened(stage)
    path = f"/polls/{poll}/answers"
    noted = {"answers": ALL_YES, "comment": "Министр в командировке"}
    await stage.post(path, noted, actor="kyrgyzstan/delegate")
    await stage.post(path, {"answers": ALL_YES}, actor="kyrgyzstan/coordinator")
    assert 'Kyrgyzstan, a delegate:</b> <span dir="auto">Министр в командировке' in (
        await read_as(stage, f"/polls/{poll}", "secretary")
    )
    own = {"answers": ALL_YES, "comment": "Замещу я"}
    for _ in range(2):
        await stage.post(path, own, actor="kyrgyzstan/coordinator")
    page = await read_as(stage, f"/polls/{poll}", "secretary")
    assert page.count("Министр в командировке") == page.count("Замещу я") == 1
    assert 'Kyrgyzstan, the national coordinator:</b> <span dir="auto">Замещу я' in page
    others = await read_as(stage, f"/polls/{poll}", "china/coordinator")
    assert "Министр" not in others
    told = await stage.get(f"/polls/{poll}")
    assert "Министр" not in told.text


async def test_all_dates_that_are_equal_suit_best_and_none_that_nobody_can_come_to(
    stage: Any,
) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/coordinator", "no", "no", "no")
    linked = f"{await link_for(stage, poll, 'kazakhstan')}?language=en"
    for path in (f"/polls/{poll}", linked):
        assert "suits best" not in (await stage.http.get(path)).text
    await answered(stage, poll, "kazakhstan/delegate", "no", "if_need_be", "if_need_be")
    for path in (f"/polls/{poll}", linked):
        assert (await stage.http.get(path)).text.count("<b>suits best so far</b>") == 2
    listed = (await stage.http.get("/polls")).text
    assert "12 May 2027" in listed
    assert "13 May 2027" in listed
    assert "11 May 2027" not in listed


async def test_a_slot_that_is_not_asked_is_refused_with_those_that_are_in_their_order(
    stage: Any,
) -> None:
    poll = await opened(stage)
    await answered(stage, poll, "china/delegate", "no", "if_need_be", "yes")
    refused = await sent(stage, f"/polls/{poll}/close", slot="s9", place="Ташкент")
    assert "has no slot s9; it has s1, s2, s3" in refused.text


async def test_a_chosen_date_that_moved_since_is_said_with_where_to_and_why(stage: Any) -> None:
    poll = await opened(stage)
    linked = f"{await link_for(stage, poll, 'kyrgyzstan')}?language=en"
    await stage.post(f"/polls/{poll}/closing", {"slot": "s1", "place": "Ташкент", **DESPITE})
    for path in (f"/polls/{poll}", linked, "/polls"):
        assert "oved since" not in (await stage.http.get(path)).text
    move = {"when": slot("2027-05-20T09:00:00"), "reason": "Зал <занят>", "despite_clashes": True}
    assert (await stage.post("/meetings/customs-heads-2027-1/move", move)).is_success
    for path in (f"/polls/{poll}", linked):
        page = " ".join((await stage.http.get(path)).text.split())
        assert "The meeting was moved since to Thursday, 20 May 2027" in page
        assert 'Why it was moved: <q dir="auto">Зал &lt;занят&gt;</q>' in page
    listed = " ".join((await stage.http.get("/polls")).text.split())
    assert "Moved since to Thu, 20 May 2027." in listed
    assert "Зал &lt;занят&gt;" in listed


async def test_why_a_date_moved_is_not_told_where_it_names_a_meeting_that_is_not_for_the_reader(
    stage: Any,
) -> None:
    poll = await opened(stage)
    await stage.post(f"/polls/{poll}/closing", {"slot": "s1", "place": "Ташкент", **DESPITE})
    hidden = {"mechanism": "customs-heads", "year": 2027, "extraordinary": True, "restricted": True}
    other = (await stage.post("/meetings", hidden)).json()["id"]
    move = {"when": slot("2027-05-20T09:00:00"), "reason": f"{other} is on it"}
    await stage.post("/meetings/customs-heads-2027-1/move", move | {"despite_clashes": True})
    for path in (f"/polls/{poll}", "/polls"):
        page = (await stage.http.get(path)).text
        assert "20 May 2027" in page
        assert other not in page
    assert other not in (await stage.get("/meetings/customs-heads-2027-1")).text
    assert other in await read_as(stage, f"/polls/{poll}", "china/delegate")


async def test_a_withdrawn_poll_is_shown_for_the_host_and_in_the_zone_that_it_was_asked_in(
    stage: Any,
) -> None:
    poll = await opened(stage, slot("2027-05-11T09:00:00", "Asia/Shanghai"))
    declined = {"reason": "Выборы", "meeting": "customs-heads-2027-1"}
    path = "/mechanisms/customs-heads/rotation/declines"
    assert (await stage.post(path, declined, actor="china/coordinator")).is_success
    page = (await stage.http.get(f"/polls/{poll}")).text
    assert "<dt>Host when it was asked</dt><dd>China</dd>" in page
    assert "09:00–13:00" in page
