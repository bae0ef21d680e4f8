"""A restricted meeting goes round the whole loop, and nobody reads of it who has no seat there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from events.decisions import CorrigendumIssued, DecisionAdopted
from events.followups import FollowUpOpened, FollowUpReported, ReferralMade
from events.mechanisms import CoordinatorNamed, MechanismRegistered
from events.meetings import MeetingScheduled
from events.minutes import SilenceStarted
from services.http import streams
from services.mechanisms.commands import own_registry
from services.planning import searching
from services.program.app import create_app
from services.program.formats import load_format
from services.program.services import SERVICES
from services.rotation import Rotation
from tests.conftest import Stage, Staging
from tests.restricted.walk import Found, Walker

WORD = "Zugzwang"
BODY, SUMMIT = "customs-heads", "heads-of-state"
MEETING, OPEN_ONE, ELSEWHERE = f"{BODY}-2027-1", f"{BODY}-2027-2", "transport-ministers-2027-1"
POLL = f"{MEETING}.poll1"
WITH_EXAMPLES = ("/", "/lineage")
BELONGING = (f"{MEETING}.", f"{BODY}.p", f"{BODY}-2027-d", f"{BODY}.s1", "CAC/CUSTOMS/2027/DEC/1")
MEMBER = "kazakhstan/delegate A. Omarova"
OUTSIDERS = ("china/delegate Wang", "kazakhstan/coordinator Somebody before")
MEMBERS = (MEMBER, "kazakhstan/coordinator B. Satpayev", "secretary")
PROPOSER = "uzbekistan/delegate"


@pytest.fixture(autouse=True)
def _quick_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.01)


@pytest.fixture
async def stage(staged: Staging) -> Stage:
    """All services, with a party that has no seat in the body: China."""
    stage: Stage = await staged(*SERVICES, known=False)
    await load_format(stage.program.workers["mechanisms"], own_registry())
    await stage.program.settle()
    bodies = {body.mechanism: body for body in await stage.said(MechanismRegistered)}
    asian = tuple(party for party in bodies[BODY].parties if party.id != "china")
    order = tuple(party.id for party in asian)
    rules = bodies[BODY].rules.model_copy(update={"host_order": order})
    await stage.tell(
        bodies[BODY].model_copy(update={"parties": asian, "rules": rules}),
        *(
            CoordinatorNamed(mechanism=body, party="kazakhstan", coordinator="B. Satpayev")
            for body in (BODY, "transport-ministers")
        ),
    )
    return stage


async def done(stage: Stage, path: str, body: Any = None, *, by: str = "secretary") -> Any:
    method = stage.put if "/entries/" in path and "decisions" not in path else stage.post
    answer = await method(path, body, actor=by)
    assert answer.is_success, (path, answer.text)
    return answer.json()


def at_ten(day: str) -> dict[str, Any]:
    return {"wall": f"{day}T10:00:00", "zone": "Asia/Tashkent", "minutes": 240}


async def asked(stage: Stage) -> None:
    """Planned, and delegations are asked about dates; something is proposed already."""
    title = f"{WORD} at the border"
    await done(stage, "/meetings", {"mechanism": BODY, "year": 2027, "title": title} | HIDDEN)
    await proposed(stage)
    slots = [at_ten("2027-05-11"), at_ten("2027-05-12")]
    closes = {"wall": "2027-02-01T12:00:00", "zone": "Asia/Tashkent"}
    await done(stage, f"/meetings/{MEETING}/polls", {"slots": slots, "closes": closes})
    said = {"answers": {"s1": "yes", "s2": "no"}, "comment": f"{WORD} is welcome"}
    await done(stage, f"/polls/{POLL}/answers", said, by=MEMBER)


HIDDEN = {"restricted": True}


async def proposed(stage: Stage) -> None:
    item = {"title": f"On the {WORD}", "explanation": f"{WORD}!", "serves": ["A15.1"]}
    await done(stage, f"/mechanisms/{BODY}/proposals", item, by=PROPOSER)


async def convoked(stage: Stage) -> None:
    """It has a date and a place, and another body wants the same people then."""
    choice = {"slot": "s1", "place": f"{WORD} Palace", "despite_answers": True}
    await done(stage, f"/polls/{POLL}/closing", choice)
    await proposed(stage)
    await done(stage, "/meetings", {"mechanism": "transport-ministers", "year": 2027})
    announced = {"on": "2027-05-11", "ruling": "holiday", "name": "Day of rest"}
    source = {"source": "Decree 1", "dated": "2027-01-03"}
    await done(
        stage, "/parties/kazakhstan/routine/days", announced | source, by="kazakhstan/coordinator"
    )


async def circulated(stage: Stage) -> None:
    """The provisional agenda has gone out."""
    await stage.advance(datetime(2027, 5, 1, tzinfo=UTC))


async def minuted(stage: Stage) -> str:
    """Held, and its minutes are drafted, commented on and under silence; the silence procedure."""
    await stage.advance(datetime(2027, 5, 11, 5, tzinfo=UTC))
    there = [
        {"party": party, "presence": "in_person", "head": f"{WORD} {party}"} for party in ASIANS
    ]
    await done(stage, f"/meetings/{MEETING}/opening", {"attendance": there})
    items = (await done(stage, f"/agendas/{MEETING}/adoption"))["items"]
    first, second = (item["item"] for item in items if item["kind"] == "proposed")
    postponed = {"item": second, "reason": f"{WORD} needs time"}
    await done(stage, f"/agendas/{MEETING}/postponements", postponed)
    await done(stage, f"/meetings/{MEETING}/closing")
    path = f"/minutes/{MEETING}"
    await done(stage, f"{path}/entries/{first}", {"summary": f"They spoke of the {WORD}."})
    decided = {
        "text": f"The {WORD} is agreed.",
        "assignments": [
            {"party": party, "task": f"Carry out the {WORD}", "due": "2027-07-01"}
            for party in ("kazakhstan", "uzbekistan")
        ],
        "serves": ["A15.1"],
        "refer_to": SUMMIT,
    }
    await done(stage, f"{path}/entries/{first}/decisions", decided)
    await done(stage, f"{path}/circulation")
    await done(stage, f"{path}/comments", {"text": f"{WORD} is misspelt"}, by=MEMBER)
    await done(stage, f"{path}/objections", {"text": f"No {WORD}"}, by=MEMBER)
    assert (
        await stage.http.delete(f"/api/v1{path}/objections", headers={"actor": MEMBER})
    ).is_success
    await stage.advance(datetime(2027, 5, 22, tzinfo=UTC))
    await done(stage, f"{path}/silence")
    return (await stage.said(SilenceStarted))[-1].silence


ASIANS = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")


async def followed_up(stage: Stage) -> None:
    """Decided, corrected, reported on, escalated; carried to open meetings here and at the top."""
    await stage.advance(datetime(2027, 6, 1, tzinfo=UTC))
    (decision,) = await stage.said(DecisionAdopted)
    corrected = {"corrects": decision.symbol, "text": f"For {WORD} read so", "languages": ["ru"]}
    await done(stage, "/corrigenda", corrected)
    task = f"{BODY}-2027-d1-kazakhstan"
    report = {"text": f"The {WORD} is done", "evidence": f"https://example.test/{WORD}"}
    await done(stage, f"/follow-ups/{task}/report", report, by=MEMBER)
    await done(stage, f"/follow-ups/{task}/return", {"reason": f"{WORD} is not done"})
    await done(stage, f"/follow-ups/{task}/referral", {"to": "transport-ministers"})
    for body, day in ((BODY, "2027-11-09"), (SUMMIT, "2027-11-16")):
        plan = {"mechanism": body, "year": 2027, "extraordinary": True}
        meeting = await done(stage, "/meetings", plan)
        convocation = {"when": at_ten(day), "place": "Tashkent"}
        await done(stage, f"/meetings/{meeting['id']}/convocation", convocation)
    await stage.advance(datetime(2027, 11, 9, 5, tzinfo=UTC))
    there = [{"party": party, "presence": "in_person"} for party in ASIANS]
    await done(stage, f"/meetings/{OPEN_ONE}/opening", {"attendance": there})
    items = (await done(stage, f"/agendas/{OPEN_ONE}/adoption"))["items"]
    carried = next(item["item"] for item in items if WORD in item["title"])
    await done(stage, f"/meetings/{OPEN_ONE}/closing")
    path = f"/minutes/{OPEN_ONE}"
    await done(stage, f"{path}/entries/{carried}", {"summary": f"{WORD} again"})
    await done(stage, f"{path}/entries/{carried}/decisions", {"text": f"More {WORD}."})
    await done(stage, f"{path}/entries/{items[0]['item']}/decisions", {"text": "Open to all."})
    await done(stage, f"{path}/circulation")
    await stage.advance(datetime(2027, 11, 20, tzinfo=UTC))
    await done(stage, f"{path}/adoption")


async def planned(stage: Stage) -> None:
    """A year is planned around what stands, with wishes that tell of it."""
    period = {"first": "2027-12-01", "last": "2027-12-05", "text": f"{WORD} conference"}
    wanted = {"periods": [period]}
    await done(stage, "/plans", {"year": 2027, "pains": {"work": 0.5}, "wanted": wanted})
    while await searching.step(stage.program.workers["planning"].database, stage.clock):
        pass
    await stage.program.settle()


SCENES = (asked, convoked, circulated, minuted, followed_up, planned)


async def every(stage: Stage, kind: str) -> list[dict[str, Any]]:
    answer = await stage.http.get(f"/api/v1/{kind}?limit=200", headers={"actor": "secretary"})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in found]


async def names_in(stage: Stage) -> dict[str, list[str]]:
    """What every name in the path of a route may stand for: all that there is of its kind."""
    decisions = [one.symbol for one in await stage.said(DecisionAdopted)]
    tasks = [one.follow_up for one in await stage.said(FollowUpOpened)]
    referrals = [one.referral for one in await stage.said(ReferralMade)]
    silences = [one.silence for one in await stage.said(SilenceStarted)]
    corrigenda = [one.symbol for one in await stage.said(CorrigendumIssued)]
    reports = [one.report for one in await stage.said(FollowUpReported)]
    meetings, agendas, polls, plans, subscriptions, mails = [
        await every(stage, kind)
        for kind in ("meetings", "agendas", "polls", "plans", "subscriptions", "mail")
    ]
    items = [item["item"] for agenda in agendas for item in agenda["items"]]
    proposals = [f"{BODY}.p1", f"{BODY}.p2"]
    return {
        "meeting": ids(meetings),
        "poll": ids(polls),
        "plan": ids(plans),
        "subscription": ids(subscriptions),
        "mail": ids(mails),
        "mechanism": [BODY, SUMMIT, "transport-ministers"],
        "party": ["kazakhstan", "china"],
        "procedure": silences,
        "symbol": decisions,
        "follow_up": tasks,
        "referral": referrals,
        "number": ["15"],
        "token": ["none"],
        "name": ["secretariat.css"],
        "key": [
            *(*ids(meetings), *items, *proposals, *silences, *decisions, *corrigenda),
            *(*tasks, *reports, *referrals, "CAC/CUSTOMS/2027/MIN/1", "A15", "A15.1"),
        ],
    }


async def walked(stage: Stage, actor: str | None) -> list[Found]:
    app = create_app(SERVICES, stage.program.workers)
    that_day = {"first": "2027-05-11", "last": "2027-05-11", "minutes": "1440"}
    walker = Walker(app, await names_in(stage), actor, **that_day)
    return [found async for found in walker.walk()]


async def check_it_is_not_read(stage: Stage, *outsiders: str | None) -> None:
    known = await names_in(stage)
    names = {name for name in (*known["key"], *known["poll"]) if name.startswith(BELONGING)}
    for outsider in outsiders:
        for found in await walked(stage, outsider):
            assert WORD.casefold() not in found.text.casefold(), (outsider, found.address)
            if found.status == 200 and found.way.path not in WITH_EXAMPLES:
                told = [name for name in names if name in found.text]
                assert told == [], (outsider, found.address)


async def test_nobody_without_a_seat_reads_anything_of_a_restricted_meeting(stage: Stage) -> None:
    for scene in SCENES:
        await scene(stage)
        await check_it_is_not_read(stage, None)
    await check_it_is_not_read(stage, *OUTSIDERS)


TURNS = f"/mechanisms/{BODY}/rotation/declines"
FURTHER = {"mechanism": BODY, "year": 2027, "extraordinary": True}


def in_old_words(patch: pytest.MonkeyPatch) -> None:
    """As when reasons still named meetings."""
    patch.setattr(Rotation, "naming_none", lambda turns: turns)
    patch.setattr("services.scheduling.rules.meeting.naming_none", lambda turn: turn)


async def taken_up(stage: Stage) -> str:
    """The second meeting, convoked, which who declined the first has by that."""
    await done(stage, "/meetings", FURTHER)
    await done(stage, TURNS, {"reason": f"{WORD} first", "meeting": MEETING})
    second = await done(stage, "/meetings", FURTHER)
    convocation = {"when": at_ten("2027-11-09"), "place": "Tashkent"}
    await done(stage, f"/meetings/{second['id']}/convocation", convocation)
    return str(second["id"])


@pytest.mark.parametrize("old", [False, True])
async def test_a_meeting_restricted_since_is_not_read_in_why_another_has_its_host(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, old: bool
) -> None:
    with monkeypatch.context() as patch:
        if old:
            in_old_words(patch)
        second = await taken_up(stage)
    (turn,) = [one.turn for one in await stage.said(MeetingScheduled)]
    assert (MEETING in turn.because) is old
    await done(stage, f"/meetings/{MEETING}/restriction", HIDDEN)
    for found in await walked(stage, None):
        if found.status == 200 and found.way.path not in WITH_EXAMPLES:
            assert WORD not in found.text, found.address
            assert MEETING not in found.text, found.address
    answer = await stage.http.get(f"/api/v1/meetings/{second}", headers={"actor": MEMBER})
    assert (WORD in answer.json()["turn"]["because"]) is old


READ_BY_MEMBERS = {
    "/api/v1/meetings",
    "/api/v1/meetings/{meeting}",
    "/api/v1/meetings/{meeting}/slots",
    "/api/v1/polls",
    "/api/v1/polls/{poll}",
    "/api/v1/agendas",
    "/api/v1/agendas/{meeting}",
    "/api/v1/mechanisms/{mechanism}/pool",
    "/api/v1/minutes",
    "/api/v1/minutes/{meeting}",
    "/api/v1/decisions",
    "/api/v1/decisions/{symbol}",
    "/api/v1/corrigenda",
    "/api/v1/follow-ups",
    "/api/v1/follow-ups/{follow_up}",
    "/api/v1/referrals",
    "/api/v1/referrals/{referral}",
    "/api/v1/plans",
    "/api/v1/plans/{plan}",
    "/api/v1/lineage/{key}",
    "/api/v1/events/decisions",
    "/lineage/{key:path}",
    "/bodies/{mechanism}",
    "/meetings",
    "/meetings/{meeting}",
    "/polls/{poll}",
}


async def test_who_has_a_seat_reads_all_of_it(stage: Stage) -> None:
    read: dict[str, set[str]] = {member: set() for member in MEMBERS}
    for scene in SCENES:
        await scene(stage)
        if scene in {convoked, SCENES[-1]}:
            for member in MEMBERS:
                found = await walked(stage, member)
                read[member] |= {one.way.path for one in found if WORD in one.text}
    for member in MEMBERS:
        assert read[member] >= READ_BY_MEMBERS, (member, READ_BY_MEMBERS - read[member])
