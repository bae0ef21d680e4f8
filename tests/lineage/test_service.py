"""Lineage as its callers see it: a whole story told by events, asked for from either end."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from events.agendas import (
    AgendaAdopted,
    AgendaCirculated,
    AgendaItem,
    AgendaWithdrawn,
    ItemKind,
    ItemPostponed,
    ItemProposed,
    Origin,
    OriginKind,
)
from events.decisions import Assignment, CorrigendumIssued, DecisionAdopted, DecisionText
from events.event import Event
from events.followups import (
    FollowUpEscalated,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReported,
    FollowUpReturned,
    ReferralMade,
    ReferralTaken,
)
from events.mechanisms import (
    AgreementRegistered,
    DecisionMode,
    Modality,
    Obligation,
    ObligationAdvanced,
    ObligationState,
)
from events.meetings import (
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesSet,
    RestrictionSet,
    Turn,
)
from events.minutes import MinutesAdopted
from events.moments import Moment, Span
from events.polls import PollOpened, PollWithdrawn
from events.vocabulary import Actor
from services.lineage.service import lineage
from services.lineage.tables import ActRow
from services.portal.service import portal
from tests.conftest import CUSTOMS, SUMMIT

HERE = "customs-heads"
FIRST, SECOND, THIRD = (f"{HERE}-2027-{n}" for n in (1, 2, 3))
SUMMIT_MEETING = "heads-of-state-2027-1"
PROPOSAL = f"{HERE}.p1"
ITEM = f"{FIRST}.i4"
DECISION = "CAC/CUSTOMS/2027/DEC/1"
TASK = f"{HERE}-2027-d1-kazakhstan"
SIBLING = f"{HERE}-2027-d1-china"
REPORT = f"{TASK}.r1"
CARRIED = f"{SECOND}.i3"
HOSTILE = '<script>alert("我们")</script><b>Ж</b>'


def planned(meeting: str, mechanism: str = HERE) -> MeetingPlanned:
    return MeetingPlanned(
        mechanism=mechanism,
        meeting=meeting,
        year=2027,
        ordinal=1,
        title=f"Meeting {meeting}",
        turn=Turn(host="china", chair="china", because="first in the order"),
    )


def item(key: str, kind: ItemKind, origin: Origin | None, title: str = "Green lanes") -> AgendaItem:
    return AgendaItem(item=key, number="4", title=title, kind=kind, origin=origin)


def adopted(meeting: str, *items: AgendaItem, mechanism: str = HERE) -> AgendaAdopted:
    return AgendaAdopted(mechanism=mechanism, meeting=meeting, items=items)


def opened(follow_up: str, party: str) -> FollowUpOpened:
    return FollowUpOpened(
        mechanism=HERE,
        follow_up=follow_up,
        decision=DECISION,
        party=party,
        task="Open the lane",
        due=date(2027, 9, 1),
    )


def origin(kind: OriginKind, key: str) -> Origin:
    return Origin(kind=kind, id=key)


STORY: tuple[Event, ...] = (
    AgreementRegistered(
        mechanism=HERE,
        key="A16",
        number=16,
        summary="Customs clearance is to be made simpler.",
        theme="customs-borders",
        mechanisms=(HERE,),
        link_confidence="high",
        obligations=(
            Obligation(id="A16.1", modality=Modality.DEVELOP, action="Simplify clearance"),
        ),
    ),
    planned(FIRST),
    planned(SECOND),
    ItemProposed(
        mechanism=HERE,
        proposal=PROPOSAL,
        meeting=FIRST,
        party="kazakhstan",
        title="Зелёные коридоры",
        serves=("A16.1",),
        supplementary=False,
    ),
    AgendaCirculated(
        mechanism=HERE,
        meeting=FIRST,
        revision=0,
        items=(item(ITEM, ItemKind.PROPOSED, origin(OriginKind.PROPOSAL, PROPOSAL)),),
    ),
    adopted(FIRST, item(ITEM, ItemKind.PROPOSED, origin(OriginKind.PROPOSAL, PROPOSAL))),
    DecisionAdopted(
        mechanism=HERE,
        symbol=DECISION,
        decision=DecisionText(
            text="The parties open green lanes.",
            assignments=(Assignment(party="kazakhstan", task="Open the lane"),),
            serves=("A16.1",),
        ),
        mode=DecisionMode.CONSENSUS,
        meeting=FIRST,
        item=ITEM,
    ),
    opened(TASK, "kazakhstan"),
    opened(SIBLING, "china"),
    FollowUpReported(
        mechanism=HERE, follow_up=TASK, report=REPORT, party="kazakhstan", text="Выполнено"
    ),
    adopted(SECOND, item(CARRIED, ItemKind.CARRIED, origin(OriginKind.FOLLOW_UP, TASK))),
)


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(lineage)


@pytest.fixture
async def told(stage: Any) -> Any:
    await stage.tell(*STORY)
    return stage


async def chain(stage: Any, key: str) -> Any:
    answer = await stage.get(f"/lineage/{key}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(steps: Any) -> set[str]:
    return {step["id"] for step in steps}


async def test_from_a_report_the_way_back_leads_to_the_agreement(told: Any) -> None:
    found = await chain(told, REPORT)
    origins = {TASK, DECISION, ITEM, FIRST, PROPOSAL, "A16.1", "A16"}
    assert ids(found["back"]) == origins
    assert not found["forth"]
    depths = {step["id"]: step["depth"] for step in found["back"]}
    assert (depths[TASK], depths[DECISION], depths[ITEM]) == (1, 2, 3)


async def test_from_an_agreement_the_way_forth_leads_to_the_later_agenda(told: Any) -> None:
    found = await chain(told, "A16")
    assert not found["back"]
    consequences = {"A16.1", PROPOSAL, ITEM, DECISION, TASK, SIBLING, REPORT, CARRIED}
    assert ids(found["forth"]) == consequences
    links = {step["id"]: step["link"] for step in found["forth"]}
    assert links[CARRIED] == f"{TASK} was carried to {CARRIED}"
    assert links[PROPOSAL] == f"A16.1 is served by {PROPOSAL}"


@pytest.mark.parametrize(
    "key", ["A16", "A16.1", FIRST, PROPOSAL, ITEM, DECISION, TASK, SIBLING, REPORT, CARRIED]
)
async def test_what_is_forth_of_one_has_that_one_back(told: Any, key: str) -> None:
    for step in (await chain(told, key))["forth"]:
        assert key in ids((await chain(told, step["id"]))["back"])


async def test_siblings_are_not_dragged_in(told: Any) -> None:
    found = await chain(told, TASK)
    assert SIBLING not in ids(found["back"]) | ids(found["forth"])


async def test_every_step_says_who_and_when(stage: Any) -> None:
    stage.clock.instant = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
    await stage.tell(*STORY, by=Actor.parse("kazakhstan/delegate Ә. Омарова"))
    found = await chain(stage, DECISION)
    assert found["who"] == "kazakhstan/delegate Ә. Омарова"
    for step in (*found["back"], *found["forth"]):
        assert step["who"] == "kazakhstan/delegate Ә. Омарова"
        assert step["when"] == "2027-03-01T04:30:00Z"
        assert step["title"]


async def test_a_follow_up_tells_its_history_and_how_it_stands(told: Any) -> None:
    due = date(2027, 9, 1)
    await told.tell(
        FollowUpReturned(mechanism=HERE, follow_up=TASK, report=REPORT, reason="no evidence"),
        FollowUpOverdue(mechanism=HERE, follow_up=TASK, party="kazakhstan", due=due),
    )
    found = await chain(told, TASK)
    history = ["opened", "reported", "open again", "overdue"]
    assert [act["what"] for act in found["history"]] == history
    notes = ["Kazakhstan: due 1 September 2027", None, "no evidence", "since 1 September 2027"]
    assert [act["note"] for act in found["history"]] == notes
    up = FollowUpEscalated(
        mechanism=HERE,
        follow_up=TASK,
        to=SUMMIT.mechanism,
        party="kazakhstan",
        task="t",
        due=due,
    )
    await told.tell(up, by=Actor.parse("kazakhstan/chair"))
    last = (await chain(told, TASK))["history"][-1]
    assert (last["what"], last["note"]) == ("escalated", f"to {SUMMIT.short_name}")
    page = (await told.http.get(f"/lineage/{TASK}")).text
    assert 'by <span dir="auto">the chair of Kazakhstan</span>' in page
    assert found["state"] == "overdue"


async def test_an_escalation_and_a_referral_lead_into_the_other_body(told: Any) -> None:
    referral = f"{HERE}-2027-d1-to-heads-of-state"
    await told.tell(
        FollowUpEscalated(
            mechanism=HERE,
            follow_up=TASK,
            party="kazakhstan",
            task="Open the lane",
            to="heads-of-state",
            due=date(2027, 9, 1),
        ),
        ReferralMade(
            mechanism=HERE, referral=referral, decision=DECISION, to="heads-of-state", title="Lanes"
        ),
        planned(SUMMIT_MEETING, "heads-of-state"),
        adopted(
            SUMMIT_MEETING,
            item(f"{SUMMIT_MEETING}.i2", ItemKind.CARRIED, origin(OriginKind.ESCALATION, TASK)),
            item(f"{SUMMIT_MEETING}.i3", ItemKind.CARRIED, origin(OriginKind.REFERRAL, referral)),
            mechanism="heads-of-state",
        ),
    )
    forth = {step["id"]: step["link"] for step in (await chain(told, DECISION))["forth"]}
    assert forth[f"{SUMMIT_MEETING}.i2"].startswith(f"{TASK} was escalated to")
    assert forth[f"{SUMMIT_MEETING}.i3"].startswith(f"{referral} was referred to")


async def test_a_note_does_not_name_a_meeting_that_was_restricted_since(told: Any) -> None:
    referral, summit = f"{HERE}-2027-d1-to-heads-of-state", {"mechanism": "heads-of-state"}
    taken = {"referral": referral, "to": "heads-of-state", "item": f"{SUMMIT_MEETING}.i3"}
    await told.tell(
        ReferralMade(
            mechanism=HERE, referral=referral, decision=DECISION, to="heads-of-state", title="Lanes"
        ),
        planned(SUMMIT_MEETING, "heads-of-state"),
        ReferralTaken(mechanism=HERE, meeting=SUMMIT_MEETING, **taken),
    )
    history = (await chain(told, referral))["history"]
    assert history[-1]["note"].endswith(f": in {SUMMIT_MEETING}")
    await told.tell(RestrictionSet(**summit, meeting=SUMMIT_MEETING, restricted=True))
    history = (await chain(told, referral))["history"]
    assert [(act["what"], act["note"]) for act in history][1:] == [("taken up", None)]


async def test_a_postponed_item_leads_on_to_the_next_meeting(told: Any) -> None:
    again = f"{SECOND}.i9"
    await told.tell(
        ItemPostponed(
            mechanism=HERE, item=ITEM, meeting=FIRST, title="Lanes", origin=None, reason="no time"
        ),
        adopted(SECOND, item(again, ItemKind.CARRIED, origin(OriginKind.POSTPONED, ITEM))),
    )
    found = await chain(told, again)
    assert {ITEM, PROPOSAL, "A16"} <= ids(found["back"])
    assert found["back"][0]["link"] == f"{ITEM} was postponed to {again}"


async def test_a_corrigendum_is_asked_for_by_its_symbol(told: Any) -> None:
    await told.tell(
        CorrigendumIssued(
            mechanism=HERE,
            symbol=f"{DECISION}/Corr.1",
            corrects=DECISION,
            text="读作“绿色通道”",
            languages=("zh",),
        )
    )
    found = await chain(told, f"{DECISION}/Corr.1")
    assert (found["kind"], found["title"]) == ("corrigendum", "读作“绿色通道”")
    assert found["back"][0]["id"] == DECISION


async def test_a_standing_item_and_what_was_decided_under_it_are_traced(told: Any) -> None:
    standing = f"{THIRD}.i2"
    await told.tell(
        planned(THIRD),
        adopted(THIRD, item(standing, ItemKind.STANDING, None, "Any other business")),
        DecisionAdopted(
            mechanism=HERE,
            symbol="CAC/CUSTOMS/2027/DEC/9",
            decision=DecisionText(text="Thank the host."),
            mode=DecisionMode.CONSENSUS,
            meeting=THIRD,
            item=standing,
        ),
    )
    assert ids((await chain(told, "CAC/CUSTOMS/2027/DEC/9"))["back"]) == {standing, THIRD}


async def test_an_obligation_that_advances_before_its_agreement_is_heard_of_stands_right(
    stage: Any,
) -> None:
    """Events of different bodies have no order: what is told later may have happened earlier."""
    advanced = ObligationAdvanced(
        mechanism="heads-of-state", obligation="A16.1", state=ObligationState.IN_PROGRESS
    )
    stage.clock.instant = datetime(2027, 5, 1, tzinfo=UTC)
    await stage.tell(advanced)
    assert (await stage.get("/lineage/A16.1")).status_code == 404
    stage.clock.instant = datetime(2027, 1, 5, tzinfo=UTC)
    await stage.tell(STORY[0])
    found = await chain(stage, "A16.1")
    assert (found["state"], found["when"]) == ("in_progress", "2027-01-05T00:00:00Z")


async def test_a_cycle_ends(stage: Any) -> None:
    first, second = f"{FIRST}.i1", f"{SECOND}.i1"
    await stage.tell(
        planned(FIRST),
        planned(SECOND),
        adopted(FIRST, item(first, ItemKind.CARRIED, origin(OriginKind.POSTPONED, second))),
        adopted(SECOND, item(second, ItemKind.CARRIED, origin(OriginKind.POSTPONED, first))),
    )
    found = await chain(stage, first)
    assert ids(found["forth"]) == {second}
    assert ids(found["back"]) == {second, FIRST, SECOND}


async def test_an_event_delivered_twice_changes_nothing(told: Any) -> None:
    before = await chain(told, TASK)
    worker = told.program.workers["lineage"]
    await worker.receiver.deliver(
        [e for e in await told.envelopes() if e.type in worker.service.heard.types]
    )
    assert await chain(told, TASK) == before


async def test_an_agenda_circulated_again_without_change_is_no_new_act(told: Any) -> None:
    async def acts() -> Any:
        async with told.program.workers["lineage"].database.read() as session:
            return await session.scalar(select(func.count()).select_from(ActRow))

    before = await acts()
    await told.tell(STORY[-1])
    assert await acts() == before


async def test_an_item_that_a_revision_no_longer_has_says_so(told: Any) -> None:
    kept, gone = (item(f"{THIRD}.i{n}", ItemKind.PROPOSED, None) for n in (4, 5))
    for revision, items in enumerate(((kept, gone), (kept,))):
        await told.tell(
            AgendaCirculated(mechanism=HERE, meeting=THIRD, revision=revision, items=items)
        )
    assert (await chain(told, gone.item))["state"] == "taken off the agenda"
    assert (await chain(told, kept.item))["state"] == "on the provisional agenda"
    await told.tell(AgendaWithdrawn(mechanism=HERE, meeting=THIRD))
    assert (await chain(told, kept.item))["state"] == "taken off the agenda"


async def test_minutes_lead_to_the_decisions_they_record(told: Any) -> None:
    minutes = "CAC/CUSTOMS/2027/MIN/1"
    await told.tell(
        MinutesAdopted(
            mechanism=HERE,
            meeting=FIRST,
            symbol=minutes,
            mode=DecisionMode.CONSENSUS,
            decisions=(DECISION,),
        )
    )
    assert DECISION in [step["id"] for step in (await chain(told, minutes))["forth"]]


@pytest.mark.parametrize("key", ["nothing", "CAC/CUSTOMS/2027/DEC/77", "a16", "%00", "Ж" * 300])
async def test_an_unknown_id_is_a_problem_that_says_what_can_be_asked(told: Any, key: str) -> None:
    answer = await told.get(f"/lineage/{key}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    detail = answer.json()["detail"]
    assert all(kind in detail for kind in ("agreement", "decision", "follow-up", "agenda item"))


async def test_the_page_shows_the_chain_in_time(stage: Any) -> None:
    for event in STORY:
        stage.clock.instant += timedelta(hours=1)
        await stage.tell(event)
    page = await stage.http.get(f"/lineage/{DECISION}")
    assert page.status_code == 200
    order = [page.text.index(f'href="/lineage/{key}"') for key in ("A16", PROPOSAL, ITEM, TASK)]
    assert order == sorted(order)
    assert "Зелёные коридоры" in page.text
    assert "UTC" in page.text


async def test_hostile_texts_are_shown_as_text(told: Any) -> None:
    await told.tell(
        FollowUpReported(
            mechanism=HERE, follow_up=TASK, report=f"{TASK}.r2", party="kazakhstan", text=HOSTILE
        )
    )
    page = await told.http.get(f"/lineage/{TASK}")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_the_page_of_an_unknown_id_is_a_page_and_quotes_it_as_text(told: Any) -> None:
    page = await told.http.get("/lineage/%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        (DECISION, f"/lineage/{DECISION}"),
        (" A16 ", "/lineage/A16"),
        ("//evil.example/x", "/lineage///evil.example/x"),
        ("a\r\nSet-Cookie: b", "/lineage/a%0D%0ASet-Cookie%3A%20b"),
    ],
)
async def test_the_field_leads_to_the_chain_and_nowhere_else(
    told: Any, wanted: str, leads_to: str
) -> None:
    answer = await told.http.get("/lineage", params={"id": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


async def test_without_an_id_the_page_says_what_can_be_asked(told: Any) -> None:
    page = await told.http.get("/lineage")
    assert page.status_code == 200
    assert '<form action="/lineage"' in page.text


async def test_a_meeting_is_told_as_on_its_page_and_stands_where_it_stood(staged: Any) -> None:
    stage = await staged(lineage, portal)
    poll = f"{FIRST}.poll1"
    where = {"mechanism": HERE, "meeting": FIRST}
    starts = Moment.at_wall(datetime(2027, 9, 14, 9, 30), "Asia/Tashkent")  # noqa: DTZ001
    span = Span(starts=starts, ends=Moment.of(starts.at + timedelta(hours=6), starts.zone))
    later = span.in_zone("Asia/Almaty")
    for event in (
        planned(FIRST),
        MeetingScheduled(
            **where,
            title="M",
            span=span,
            place="Ташкент",
            turn=planned(FIRST).turn,
            sequence=0,
            rules=CUSTOMS.rules,
        ),
        MilestonesSet(**where, milestones=()),
        RestrictionSet(**where, restricted=True),
        RestrictionSet(**where, restricted=False),
        MeetingRechecked(**where, findings=(), data="d", reason="They come"),
        MilestonesSet(**where, milestones=(), reason="День траура"),
        PollOpened(**where, poll=poll, parties=("china",), slots=(), closes=starts),
        PollWithdrawn(mechanism=HERE, poll=poll, reason="Other dates"),
        MeetingRescheduled(
            **where, span=later, previous=span, place="Ташкент", sequence=1, reason="A visit"
        ),
    ):
        await stage.tell(event)
        await stage.advance(stage.clock.now() + timedelta(minutes=1))
    await stage.tell(MilestonesSet(**where, milestones=(), reason="A visit"))
    found = await chain(stage, FIRST)
    assert [(act["what"], act["note"]) for act in found["history"]] == [
        ("planned", "first in the order"),
        ("convoked", "for Tuesday, 14 September 2027, 09:30–15:30 (Asia/Tashkent, UTC+5), Ташкент"),
        ("restricted", None),
        ("opened to all readers", None),
        ("let stand", "They come"),
        ("deadlines counted again", "День траура"),
        ("delegations asked", f"{poll}, 0 dates, until 14 Sept 2027, 09:30 (Asia/Tashkent, UTC+5)"),
        ("poll withdrawn", f"{poll}: Other dates"),
        (
            "moved",
            (
                "from Tuesday, 14 September 2027, 09:30–15:30 (Asia/Tashkent, UTC+5) to Tuesday, "
                "14 September 2027, 09:30–15:30 (Asia/Almaty, UTC+5): A visit"
            ),
        ),
        ("deadlines counted again", "A visit"),
    ]
    assert found["state"] == "convoked"
    page = (await stage.http.get(f"/meetings/{FIRST}")).text.partition('class="chain acts-of"')[2]
    told = [" ".join(unescape(what).split()) for what in re.findall(r'"what"[^>]*>(.*?)</p>', page)]
    assert len(told) == len(found["history"])
    for act, said in zip(reversed(found["history"]), told, strict=True):
        assert said.lower().startswith(act["what"])
        about = said[len(act["what"]) :].removeprefix(":").strip()
        assert not about or act["note"].startswith(about)
