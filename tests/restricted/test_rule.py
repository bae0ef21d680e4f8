"""Who reads what a restricted meeting is about, and how little the others are told."""

import json
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from sqlmodel import col

from events.agendas import AgendaCirculated, ItemsRestricted
from events.decisions import DecisionAdopted, DecisionText
from events.event import Event
from events.followups import FollowUpOpened
from events.mechanisms import CoordinatorNamed, DecisionMode
from events.meetings import (
    MeetingClosed,
    MeetingOpened,
    MeetingPlanned,
    MeetingScheduled,
    RestrictionSet,
    Turn,
)
from events.moments import Moment, Span
from events.vocabulary import Actor
from services.agendas.service import agendas
from services.bridge import deliveries
from services.bridge.service import bridge
from services.calendars.service import calendars
from services.minutes.service import minutes
from services.notices.service import notices
from services.notices.tables import MAILS, MailRow
from services.portal.service import portal
from services.scheduling.service import scheduling
from services.seats import has_seat
from tests.calendars.strict import unfolded
from tests.conftest import CUSTOMS, Stage, Staging

WORD = "Zugzwang"
BODY = "customs-heads"
SECRET, OPEN_ONE = f"{BODY}-2027-1", f"{BODY}-2027-2"
DECISION = "CAC/CUSTOMS/2027/DEC/1"
OUTSIDER, MEMBER = "mongolia/delegate", "kazakhstan/delegate"
TURN = Turn(host="china", chair="china", because="it is the turn of china")


def planned(meeting: str, *, restricted: bool) -> MeetingPlanned:
    return MeetingPlanned(
        mechanism=BODY,
        meeting=meeting,
        year=2027,
        ordinal=int(meeting[-1]),
        title=f"{WORD} {meeting}",
        turn=TURN,
        restricted=restricted,
    )


def convened(meeting: str, on: date) -> MeetingScheduled:
    starts, ends = (
        Moment.at_wall(datetime.combine(on, datetime.min.time()).replace(hour=hour), "Asia/Almaty")
        for hour in (10, 14)
    )
    return MeetingScheduled(
        mechanism=BODY,
        meeting=meeting,
        title=f"{WORD} {meeting}",
        span=Span(starts=starts, ends=ends),
        place="Astana",
        turn=TURN,
        sequence=0,
        rules=CUSTOMS.rules,
        restricted=meeting == SECRET,
    )


def decided(symbol: str, meeting: str | None) -> DecisionAdopted:
    return DecisionAdopted(
        mechanism=BODY,
        symbol=symbol,
        decision=DecisionText(text=f"The {WORD} is agreed."),
        mode=DecisionMode.CONSENSUS,
        meeting=meeting,
    )


OWED = FollowUpOpened(
    mechanism=BODY,
    follow_up=f"{BODY}-2027-d1-kazakhstan",
    decision=DECISION,
    party="kazakhstan",
    task=f"Carry out the {WORD}",
    due=date(2027, 9, 1),
)
STORY: tuple[Event, ...] = (
    planned(SECRET, restricted=True),
    convened(SECRET, date(2027, 4, 20)),
    decided(DECISION, SECRET),
    OWED,
)


async def read(stage: Stage, path: str, actor: str | None = None) -> httpx.Response:
    headers = {"actor": actor} if actor else {}
    return await stage.http.get(f"/api/v1{path}", headers=headers)


@pytest.mark.parametrize(
    ("who", "named", "sits"),
    [
        (None, None, False),
        ("secretary", None, True),
        ("kazakhstan/delegate", None, True),
        ("kazakhstan/chair A. Omarova", "B. Satpayev", True),
        ("mongolia/delegate", None, False),
        ("mongolia/coordinator B. Satpayev", "B. Satpayev", False),
        ("kazakhstan/coordinator A. Omarova", None, True),
        ("kazakhstan/coordinator A. Omarova", "A. Omarova", True),
        ("kazakhstan/coordinator A. Omarova", "B. Satpayev", False),
        ("kazakhstan/coordinator", "B. Satpayev", False),
    ],
)
def test_a_seat_is_the_partys_and_of_coordinators_the_last_named_ones(
    who: str | None, named: str | None, sits: bool
) -> None:
    assert has_seat(Actor.parse(who) if who else None, CUSTOMS, named) is sits


async def restricted_one(stage: Stage) -> None:
    body = {"mechanism": BODY, "year": 2027, "title": WORD, "restricted": True}
    assert (await stage.post("/meetings", body)).status_code == 201


CALLED = {
    "when": {"wall": "2027-04-20T10:00:00", "zone": "Asia/Almaty", "minutes": 240},
    "place": f"{WORD} Palace",
}


async def test_others_see_that_its_time_is_taken_and_nothing_else(staged: Staging) -> None:
    stage: Stage = await staged(scheduling)
    await restricted_one(stage)
    before = await read(stage, f"/meetings/{SECRET}", OUTSIDER)
    nothing = await read(stage, f"/meetings/{BODY}-2027-9", OUTSIDER)
    assert before.status_code == nothing.status_code == 404
    assert before.text == nothing.text.replace("2027-9", "2027-1")
    assert (await read(stage, "/meetings", OUTSIDER)).json() == {"items": [], "next": None}
    convoked = await stage.post(f"/meetings/{SECRET}/convocation", CALLED)
    busy = await read(stage, f"/meetings/{SECRET}", OUTSIDER)
    assert busy.json() == {
        "id": SECRET,
        "mechanism": BODY,
        "span": Span(**convoked.json()["span"]).in_zone("UTC").model_dump(mode="json"),
        "busy": True,
    }
    assert "Almaty" not in busy.text
    assert "etag" not in busy.headers
    assert "Actor" in busy.headers["vary"]
    for filters, seen in (("", 1), ("?stage=scheduled", 0), ("?year=2027", 1)):
        page = (await read(stage, f"/meetings{filters}", OUTSIDER)).json()
        assert page == {"items": [busy.json()] * seen, "next": None}
    await stage.post(f"/meetings/{SECRET}/milestones/invitation")
    assert (await read(stage, f"/meetings/{SECRET}", OUTSIDER)).content == busy.content
    assert WORD in (await read(stage, f"/meetings/{SECRET}", MEMBER)).text
    await stage.post(f"/meetings/{SECRET}/cancellation", {"reason": WORD})
    assert (await read(stage, f"/meetings/{SECRET}", OUTSIDER)).status_code == 404


async def test_it_is_hidden_before_the_road_has_brought_anything_back(staged: Staging) -> None:
    stage: Stage = await staged(scheduling)
    plan = {"mechanism": BODY, "year": 2027, "title": WORD, "restricted": True}
    poll = {"slots": [CALLED["when"]], "closes": {"wall": "2027-02-01T12:00:00", "zone": "UTC"}}
    for path, body in (("/meetings", plan), (f"/meetings/{SECRET}/polls", poll)):
        answer = await stage.http.post(f"/api/v1{path}", json=body, headers={"actor": "secretary"})
        assert answer.status_code == 201, answer.text
    assert (await read(stage, "/polls")).json()["items"] == []
    assert (await read(stage, f"/polls/{SECRET}.poll1")).status_code == 404
    assert (await read(stage, "/polls", MEMBER)).json()["items"] != []


async def test_the_queue_of_hosts_counts_no_meetings_for_others(staged: Staging) -> None:
    stage: Stage = await staged(scheduling)
    await restricted_one(stage)
    path = f"/mechanisms/{BODY}/rotation"
    told = (await read(stage, path, OUTSIDER)).json()
    assert (told["hosts"], told["planned"], told["planned_in"]) == ({}, 0, {})
    assert (await read(stage, path, MEMBER)).json()["planned"] == 1


async def test_notes_of_the_turns_tell_others_of_no_restricted_meeting(staged: Staging) -> None:
    stage: Stage = await staged(scheduling)
    await restricted_one(stage)
    turns = f"/mechanisms/{BODY}/rotation"
    await stage.post(f"/meetings/{SECRET}/cancellation", {"reason": WORD})
    assert SECRET in (await read(stage, f"{turns}/next", MEMBER)).text
    assert SECRET not in (await read(stage, f"{turns}/next", OUTSIDER)).text
    assert SECRET not in (await read(stage, turns, OUTSIDER)).text
    await stage.post("/meetings", {"mechanism": BODY, "year": 2027, "extraordinary": True})
    assert all(SECRET not in event.turn.because for event in await stage.said(MeetingPlanned))


async def test_everybody_reads_it_once_the_restriction_is_lifted(staged: Staging) -> None:
    stage: Stage = await staged(minutes, portal)
    await stage.tell(*STORY)
    assert WORD not in (await stage.http.get(f"/bodies/{BODY}")).text
    assert (await read(stage, f"/minutes/{SECRET}")).status_code == 404
    await stage.tell(RestrictionSet(mechanism=BODY, meeting=SECRET, restricted=False))
    assert (await read(stage, f"/minutes/{SECRET}")).status_code == 200
    page = await stage.http.get(f"/bodies/{BODY}")
    assert all(text in page.text for text in (WORD, DECISION, OWED.follow_up))


async def test_the_pages_count_for_others_what_they_see(staged: Staging) -> None:
    stage: Stage = await staged(portal)
    await stage.tell(*STORY)
    for who, decisions, owed in ((OUTSIDER, 0, 0), (MEMBER, 1, 1)):
        page = (await stage.http.get(f"/bodies/{BODY}", headers={"actor": who})).text
        assert f'<span class="big">{decisions}</span> adopted' in page
        assert f'<span class="big">{owed}</span> not settled' in page
        assert ("a restricted meeting" in page) is (who == OUTSIDER)
        assert 'datetime="2027-04-20' in page


@pytest.fixture
async def carried(staged: Staging) -> Stage:
    """A task of the restricted meeting stands on the agenda of an open one."""
    stage: Stage = await staged(agendas)
    await stage.tell(*STORY, planned(OPEN_ONE, restricted=False))
    await stage.tell(convened(OPEN_ONE, date(2027, 9, 14)))
    assert (await stage.post(f"/agendas/{OPEN_ONE}/circulation")).is_success
    return stage


async def test_a_matter_of_it_keeps_its_place_on_an_open_agenda_and_no_more(
    carried: Stage,
) -> None:
    whole, told = [
        (await read(carried, f"/agendas/{OPEN_ONE}", who)).json()["items"]
        for who in (MEMBER, OUTSIDER)
    ]
    assert [one["item"] for one in whole] == [one["item"] for one in told]
    (matter,) = (one for one in whole if WORD in one["title"])
    (masked,) = (one for one in told if one["item"] == matter["item"])
    assert masked == matter | {"title": "Restricted", "origin": None, "restricted": True}
    (sent,) = await carried.said(AgendaCirculated)
    assert [item.item for item in sent.items if item.restricted] == [matter["item"]]


HERE = {"mechanism": BODY, "meeting": OPEN_ONE}


async def told_to_all(stage: Stage) -> list[str]:
    """The public feed, and what waits to be mailed."""
    feed = "".join(unfolded((await stage.http.get("/calendars/all.ics")).content))
    async with stage.program.workers["notices"].database.read() as session:
        waiting = col(MailRow.meeting) == OPEN_ONE, col(MailRow.stage) == "queued"
        mails = await MAILS.all(session, *waiting)
    return [feed, *("\n".join(mail.entry.agenda) for mail in mails)]


@pytest.mark.parametrize("adopted", [False, True])
async def test_a_restriction_takes_matters_out_of_feeds_and_mail_at_once(
    staged: Staging, adopted: bool
) -> None:
    """Whatever the stage of the open agenda that they stand on; what is lifted comes back."""
    stage: Stage = await staged(agendas, calendars, notices)
    await stage.tell(*STORY, RestrictionSet(mechanism=BODY, meeting=SECRET, restricted=False))
    await stage.tell(planned(OPEN_ONE, restricted=False), convened(OPEN_ONE, date(2027, 9, 14)))
    path = f"/mechanisms/{BODY}/recipients/kazakhstan/delegate"
    await stage.put(path, {"address": "a@mfa.example", "name": "A", "language": "en"})
    assert (await stage.post(f"/agendas/{OPEN_ONE}/circulation")).is_success
    if adopted:
        await stage.tell(MeetingOpened(**HERE, attendance=(), chair="china", quorum=4))
        adoption = await stage.post(f"/agendas/{OPEN_ONE}/adoption", actor="china/chair")
        assert adoption.is_success, adoption.text
    for restricted in (False, True, False):
        await stage.tell(RestrictionSet(mechanism=BODY, meeting=SECRET, restricted=restricted))
        told = [OWED.task in text for text in await told_to_all(stage)]
        assert told == [not restricted, not restricted]


async def test_a_matter_whose_meeting_is_heard_of_late_is_taken_out_then(staged: Staging) -> None:
    stage: Stage = await staged(agendas)
    await stage.tell(STORY[0], planned(OPEN_ONE, restricted=False), OWED)
    await stage.tell(convened(OPEN_ONE, date(2027, 9, 14)))
    assert (await stage.post(f"/agendas/{OPEN_ONE}/circulation")).is_success
    await stage.tell(decided(DECISION, SECRET))
    (said,) = await stage.said(ItemsRestricted)
    assert [item.title for item in said.items if item.restricted] == [OWED.task]


async def test_what_belongs_to_a_meeting_ahead_waits_unseen(carried: Stage) -> None:
    pool = f"/mechanisms/{BODY}/pool"
    assert (await read(carried, pool, OUTSIDER)).status_code == 404
    assert WORD in (await read(carried, pool, MEMBER)).text
    await carried.tell(RestrictionSet(mechanism=BODY, meeting=SECRET, restricted=False))
    assert WORD in (await read(carried, pool, OUTSIDER)).text


async def test_what_would_go_out_is_shown_to_nobody_in_particular_without_it(
    staged: Staging,
) -> None:
    stage: Stage = await staged(agendas)
    await stage.tell(*STORY, planned(OPEN_ONE, restricted=False))
    await stage.tell(convened(OPEN_ONE, date(2027, 9, 14)))
    page = f"/meetings/{OPEN_ONE}/agenda"
    mine = await stage.http.get(page, headers={"actor": "secretary"})
    assert f"Carry out the {WORD}" in mine.text
    assert "<ol" not in (await stage.http.get(page)).text
    there = {"mechanism": BODY, "meeting": SECRET, "attendance": ()}
    await stage.tell(MeetingOpened(**there, chair="china", quorum=4), MeetingClosed(**there))
    told = (await stage.http.get(page)).text
    assert "a matter of a restricted meeting" in told
    assert f"Carry out the {WORD}" not in told


async def test_a_refusal_tells_others_no_more_than_a_read(carried: Stage) -> None:
    hidden = await carried.post(f"/agendas/{SECRET}/adoption", actor=OUTSIDER, if_match='"9"')
    nothing = await carried.post(f"/agendas/{BODY}-2027-9/adoption", actor=OUTSIDER)
    assert hidden.status_code == nothing.status_code == 404
    assert hidden.text == nothing.text.replace("2027-9", "2027-1")
    for who, told in ((OUTSIDER, False), (MEMBER, True)):
        stale = await carried.post(f"/agendas/{OPEN_ONE}/adoption", actor=who, if_match='"9"')
        assert stale.status_code == 412
        titles = [item["title"] for item in stale.json()["current"]["items"]]
        assert any(WORD in title for title in titles) is told


async def test_a_webhook_is_told_what_its_reader_may_read(staged: Staging) -> None:
    stage: Stage = await staged(bridge)
    await stage.tell(CoordinatorNamed(mechanism=BODY, party="kazakhstan", coordinator="A. Omarova"))
    coordinator = "kazakhstan/coordinator A. Omarova"
    for name, reader in (("everybody", None), ("party", coordinator), ("office", "secretary")):
        hook = {"address": f"https://{name}.example/", "reads_as": reader}
        assert (await stage.post("/webhooks", hook)).status_code == 201
    await stage.tell(*STORY, decided("CAC/CUSTOMS/2027/DEC/2", None))
    taken: dict[str, list[str]] = {"everybody": [], "party": [], "office": []}

    def take(request: httpx.Request) -> httpx.Response:
        symbol = json.loads(request.content)["data"]["symbol"]
        taken[request.url.host.partition(".")[0]].append(symbol[-1])
        return httpx.Response(204)

    database = stage.program.workers["bridge"].database
    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as http:
        while await deliveries.step(database, http, stage.clock):
            pass
    assert taken == {"everybody": ["2"], "party": ["1", "2"], "office": ["1", "2"]}


async def test_who_reads_under_no_known_role_is_told_so(staged: Staging) -> None:
    stage: Stage = await staged(scheduling)
    answer: Any = await read(stage, "/meetings", "king")
    assert (answer.status_code, "Actor" in answer.json()["detail"]) == (400, True)
