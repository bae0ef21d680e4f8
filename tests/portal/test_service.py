"""The portal as a browser sees it, after what the services have said."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from events.agendas import AgendaAdopted, AgendaCirculated
from events.decisions import DecisionAdopted, DecisionText
from events.followups import FollowUpEscalated, FollowUpOpened, FollowUpOverdue
from events.mechanisms import DecisionMode, MechanismRegistered, MilestoneKind, RulesAmended
from events.meetings import (
    Change,
    Finding,
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    Shift,
    Turn,
)
from events.minutes import (
    BreakKind,
    MinutesAdopted,
    MinutesCirculated,
    MinutesDrafted,
    MinutesTakenBack,
    SilenceBroken,
    SilenceStarted,
    SilenceSubject,
)
from events.moments import Moment, Span
from services.portal.service import portal

MEETING = "customs-heads-2027-1"
HERE = {"mechanism": "customs-heads", "meeting": MEETING}
DECISION = "CAC/CUSTOMS/2027/DEC/1"
TASK = "customs-heads-2027-d1-kazakhstan"
HOSTILE = '"><script>alert("我们")</script><b>Ж'
STARTS = datetime(2027, 9, 14, 4, 30, tzinfo=UTC)
TURN = Turn(host="uzbekistan", chair="china", because="its turn")


def lasting(starts: datetime, zone: str = "Asia/Tashkent") -> Span:
    return Span(starts=Moment.of(starts, zone), ends=Moment.of(starts + timedelta(hours=6), zone))


def planned(title: str = "Heads of customs: meeting 1 of 2027") -> MeetingPlanned:
    return MeetingPlanned(**HERE, year=2027, ordinal=1, title=title, turn=TURN)


def scheduled(body: MechanismRegistered, place: str = "Ташкент 塔什干") -> MeetingScheduled:
    return MeetingScheduled(
        **HERE,
        title="Heads of customs: meeting 1 of 2027",
        span=lasting(STARTS),
        place=place,
        turn=TURN,
        sequence=0,
        rules=body.rules,
    )


def decision(text: str) -> DecisionAdopted:
    return DecisionAdopted(
        mechanism="customs-heads",
        symbol=DECISION,
        decision=DecisionText(text=text),
        mode=DecisionMode.CONSENSUS,
        meeting=MEETING,
        item=f"{MEETING}.i4",
    )


def task(text: str = "Open the lane") -> FollowUpOpened:
    return FollowUpOpened(
        mechanism="customs-heads",
        follow_up=TASK,
        decision=DECISION,
        party="kazakhstan",
        task=text,
        due=date(2027, 12, 31),
    )


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(portal)


@pytest.fixture
async def customs(stage: Any) -> MechanismRegistered:
    (found,) = [e for e in await stage.said(MechanismRegistered) if e.mechanism == "customs-heads"]
    assert isinstance(found, MechanismRegistered)
    return found


async def page(stage: Any, path: str) -> str:
    answer = await stage.http.get(path)
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


def row_of(text: str, mechanism: str) -> str:
    (row,) = [
        r for r in re.findall(r"<tr.*?</tr>", text, re.DOTALL) if f'"/bodies/{mechanism}"' in r
    ]
    return words_of(row)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_twenty_bodies_are_listed_the_summit_first(stage: Any, customs: Any) -> None:
    others = [
        customs.model_copy(
            update={"mechanism": f"body-{n}", "number": n, "short_name": f"Body {n}"}
        )
        for n in (*range(1, 9), *range(10, 20))
    ]
    await stage.tell(*others)
    text = await page(stage, "/")
    bodies = re.findall(r'<th scope="row"><a href="/bodies/([^"]+)"', text)
    assert len(bodies) == 20
    assert bodies[0] == "heads-of-state"
    assert bodies[9] == "customs-heads"
    for body in bodies:
        assert f'href="/calendars/mechanisms/{body}"' in text
        assert (await stage.http.get(f"/bodies/{body}")).status_code == 200


async def test_the_page_follows_a_meeting_round_the_loop(stage: Any, customs: Any) -> None:
    way = [
        (planned(), "planned"),
        (scheduled(customs), "scheduled"),
        (AgendaCirculated(**HERE, revision=0, items=()), "provisional agenda"),
        (MeetingOpened(**HERE, chair="china", attendance=(), quorum=4), "open"),
        (AgendaAdopted(**HERE, items=()), "agenda adopted"),
        (MinutesDrafted(**HERE), "agenda adopted"),
        (MeetingClosed(**HERE, attendance=()), "minutes drafted"),
        (
            MinutesCirculated(**HERE, revision=0, comments_until=STARTS + timedelta(days=9)),
            "minutes circulated",
        ),
        (MinutesTakenBack(**HERE, reason="Опечатка"), "minutes drafted"),
        (
            MinutesCirculated(**HERE, revision=1, comments_until=STARTS + timedelta(days=9)),
            "minutes circulated",
        ),
        (
            SilenceStarted(
                **HERE,
                silence="customs-heads.s1",
                subject_kind=SilenceSubject.MINUTES,
                text=None,
                expires=Moment.of(STARTS + timedelta(days=20), "Asia/Tashkent"),
            ),
            "under silence",
        ),
        (
            SilenceBroken(
                **HERE,
                silence="customs-heads.s1",
                party="china",
                kind=BreakKind.AMENDMENT,
                text="改",
            ),
            "minutes drafted",
        ),
        (
            MinutesAdopted(
                **HERE,
                symbol="CAC/CUSTOMS/2027/MIN/1",
                mode=DecisionMode.CONSENSUS,
                decisions=(),
            ),
            "minutes adopted",
        ),
    ]
    assert "no meeting yet" in row_of(await page(stage, "/"), "customs-heads")
    for event, stands in way:
        await stage.tell(event)
        text = await page(stage, "/")
        assert f"customs {stands} " in row_of(text, "customs-heads")
        assert f"<title>{stands}: Heads of customs</title>" in text
        assert stands in await page(stage, "/bodies/customs-heads")
    assert 'href="/lineage/CAC/CUSTOMS/2027/MIN/1"' in await page(stage, "/bodies/customs-heads")


async def test_the_next_meeting_is_shown_on_the_clocks_of_its_host(
    stage: Any, customs: Any
) -> None:
    await stage.tell(planned(), scheduled(customs))
    row = row_of(await page(stage, "/"), "customs-heads")
    assert "14 September 2027 09:30\u201315:30 Asia/Tashkent, UTC+05:00" in row
    assert "Ташкент 塔什干 ; host Uzbekistan , chair China" in row
    await stage.tell(
        MeetingRescheduled(
            **HERE,
            span=lasting(STARTS + timedelta(days=1), "Asia/Shanghai"),
            place="西安",
            previous=lasting(STARTS),
            sequence=1,
            reason="weather",
        )
    )
    assert "15 September 2027 12:30\u201318:30 Asia/Shanghai, UTC+08:00" in row_of(
        await page(stage, "/"), "customs-heads"
    )
    assert "moved from 14 September 2027" in await page(stage, "/bodies/customs-heads")


async def test_a_cancelled_meeting_is_no_next_meeting(stage: Any, customs: Any) -> None:
    cancelled = MeetingCancelled(**HERE, span=lasting(STARTS), sequence=1, reason="нет хозяина")
    await stage.tell(planned(), scheduled(customs), cancelled)
    assert "no meeting yet none none" in row_of(await page(stage, "/"), "customs-heads")
    assert "нет хозяина" in await page(stage, "/bodies/customs-heads")


async def test_what_is_owed_is_counted_and_leads_to_its_lineage(stage: Any) -> None:
    due = date(2027, 12, 31)
    await stage.tell(planned(), decision("开放绿色通道"), task())
    assert "1 not settled" in row_of(await page(stage, "/"), "customs-heads")
    overdue = FollowUpOverdue(
        mechanism="customs-heads", follow_up=TASK, party="kazakhstan", due=due
    )
    await stage.tell(overdue)
    assert "1 not settled 1 overdue 1 " in row_of(await page(stage, "/"), "customs-heads")
    escalated = FollowUpEscalated(
        mechanism="customs-heads",
        follow_up=TASK,
        party="kazakhstan",
        task="Open the lane",
        to="heads-of-state",
        due=due,
    )
    await stage.tell(escalated)
    text = await page(stage, "/bodies/customs-heads")
    assert "1 escalated" in text
    assert "to Heads of state" in text
    assert "end of day, Asia/Almaty" in text
    assert "days late" not in text
    await stage.advance(datetime(2028, 1, 2, 18, 59, tzinfo=UTC))
    assert "31 December 2027 2 days late" in words_of(await page(stage, "/bodies/customs-heads"))
    await stage.advance(datetime(2028, 1, 2, 19, 0, tzinfo=UTC))
    assert "31 December 2027 3 days late" in words_of(await page(stage, "/bodies/customs-heads"))
    assert f'href="/lineage/{TASK}"' in text
    assert f'href="/lineage/{DECISION}"' in text
    assert "开放绿色通道" in text


async def test_amended_rules_are_shown(stage: Any, customs: Any) -> None:
    rules = customs.rules.model_copy(update={"version": 2, "notice_days": 91})
    await stage.tell(RulesAmended(mechanism="customs-heads", rules=rules))
    text = await page(stage, "/bodies/customs-heads")
    assert "version 2" in text
    assert "91 days before" in text


class Tags(HTMLParser):
    """The elements of a page with their attributes; unclosed ones stay in `open`."""

    VOID = ("meta", "link", "img", "input", "br", "path", "circle", "rect")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    @property
    def scripts(self) -> set[str | None]:
        return {attributes.get("src") for tag, attributes in self.seen if tag == "script"}


async def test_hostile_texts_are_shown_as_text(stage: Any, customs: Any) -> None:
    hostile_body = customs.model_copy(update={"short_name": HOSTILE, "full_name": HOSTILE})
    await stage.tell(
        hostile_body,
        planned(HOSTILE),
        scheduled(customs, place=HOSTILE),
        decision(HOSTILE),
        task(HOSTILE),
        MeetingCancelled(**HERE, span=None, sequence=1, reason=HOSTILE),
    )
    for path in ("/", "/bodies/customs-heads"):
        tags = Tags(await page(stage, path))
        assert not tags.open
        assert tags.scripts == {"/static/reading.js"}
        assert not [name for _, attrs in tags.seen for name in attrs if name.startswith("on")]


@pytest.mark.parametrize("path", ["/", "/bodies/customs-heads", "/bodies/nobody"])
async def test_a_page_needs_no_script_and_nothing_from_elsewhere(
    stage: Any, customs: Any, path: str
) -> None:
    await stage.tell(planned(), scheduled(customs), decision("Yes."), task())
    answer = await stage.http.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "unsafe" not in policy
    tags = Tags(answer.text)
    assert ("html", {"lang": "en"}) in tags.seen
    assert {"header", "nav", "main", "footer", "h1", "title"} <= {tag for tag, _ in tags.seen}
    assert not [attrs for _, attrs in tags.seen if "style" in attrs]
    for tag, attrs in tags.seen:
        if tag in {"link", "img"}:
            address = attrs.get("href") or attrs.get("src") or ""
            assert address.startswith(("/static/", "/calendars/"))
        assert tag != "img" or "alt" in attrs
    labels = {attrs["for"] for tag, attrs in tags.seen if tag == "label"}
    assert {attrs["id"] for tag, attrs in tags.seen if tag == "input"} == labels


@pytest.mark.parametrize("path", ["/bodies/nobody", "/bodies/%3Cscript%3E", "/static/..%2fx"])
async def test_what_is_not_there_is_a_page_that_says_where_to_look(stage: Any, path: str) -> None:
    answer = await stage.http.get(path)
    assert answer.status_code == 404
    if path.startswith("/bodies"):
        assert answer.headers["content-type"].startswith("text/html")
        assert 'href="/"' in answer.text
        assert "<script>" not in answer.text


async def test_the_style_sheet_comes_from_here_and_is_sent_once(stage: Any) -> None:
    first = await stage.http.get("/static/secretariat.css")
    assert first.headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in first.text
    assert "url(" not in first.text
    again = await stage.http.get(
        "/static/secretariat.css", headers={"if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_a_program_without_a_registry_has_a_start_page(staged: Any) -> None:
    stage = await staged(portal, known=False)
    assert "No body is registered yet" in await page(stage, "/")


async def test_an_event_delivered_twice_changes_nothing(stage: Any, customs: Any) -> None:
    await stage.tell(planned(), scheduled(customs), decision("Yes."), task())
    before = await page(stage, "/bodies/customs-heads")
    worker = stage.program.workers["portal"]
    known = [e for e in await stage.envelopes() if e.type in worker.service.heard.types]
    await worker.receiver.deliver(known)
    assert await page(stage, "/bodies/customs-heads") == before


@pytest.mark.parametrize("path", ["/", "/bodies/customs-heads"])
async def test_a_body_is_followed_on_the_page_that_says_how(stage: Any, path: str) -> None:
    text = await page(stage, path)
    assert 'href="/calendars/mechanisms/customs-heads"' in text


async def test_a_date_that_no_longer_stands_is_pointed_out_until_it_is_settled(
    stage: Any, customs: Any
) -> None:
    finding = Finding(
        change=Change.DAY_OFF,
        party="china",
        on=STARTS.date(),
        found="2027-09-14 is a day off in China: 纪念日",
        action="reschedule, or let it stand",
    )
    checked = MeetingRechecked(**HERE, findings=(finding,), data="holidays 1")
    await stage.tell(planned(), scheduled(customs))
    assert "/rechecks#" not in await page(stage, "/")
    await stage.tell(checked)
    start = await page(stage, "/")
    assert '<a class="pressing" href="/rechecks">1 date to check again</a>' in start
    assert f'href="/rechecks#{MEETING}">check its date again</a>' in start
    body = await page(stage, "/bodies/customs-heads")
    assert "2027-09-14 is a day off in China: 纪念日" in body
    shift = Shift(
        kind=MilestoneKind.PROPOSALS,
        due=Moment.of(STARTS, "Asia/Tashkent"),
        now=Moment.of(STARTS, "Asia/Tashkent"),
        found="proposals: the deadline is 2027-08-02, no longer 2027-08-03",
        action="count the deadlines again",
    )
    await stage.tell(checked.model_copy(update={"findings": (), "shifts": (shift,)}))
    assert "no longer 2027-08-03" in await page(stage, "/bodies/customs-heads")
    await stage.tell(checked.model_copy(update={"findings": (), "reason": "They come"}))
    assert "/rechecks#" not in await page(stage, "/")
    await stage.tell(checked)
    await stage.tell(
        MeetingCancelled(**HERE, span=lasting(STARTS), sequence=1, reason="A state visit")
    )
    assert "纪念日" not in await page(stage, "/bodies/customs-heads")


async def test_the_start_page_leads_to_plans_and_to_dates_to_check_again(
    stage: Any, customs: Any
) -> None:
    await stage.tell(planned(), scheduled(customs))
    text = await page(stage, "/")
    assert 'href="/plans"' in text
    assert 'href="/rechecks"' in text
