"""What events leave behind, and in which order a chain is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.agendas import AgendaAdopted, AgendaItem, ItemKind, Origin, OriginKind
from events.catalogue import CATALOGUE, ON_THE_LOOP
from events.decisions import DecisionAdopted, DecisionText
from events.event import Event
from events.mechanisms import DecisionMode
from events.meetings import MeetingHandedOver, MeetingRescheduled, Turn
from events.minutes import MinutesDrafted
from events.moments import Moment, Span
from services.lineage.handlers import TRACED
from services.lineage.rules.chain import Chain, Step, in_time
from services.lineage.rules.traces import (
    CARRIED_AS,
    LONGEST_TITLE,
    Act,
    Link,
    shortened,
    traces,
)


def lasting(starts: Moment, length: timedelta) -> Span:
    return Span(starts=starts, ends=Moment.of(starts.at + length, starts.zone))


BEGINNING = datetime(2027, 1, 4, tzinfo=UTC)


def agenda_with(item: AgendaItem) -> AgendaAdopted:
    return AgendaAdopted(mechanism="customs-heads", meeting="customs-heads-2027-1", items=(item,))


def notes(event: Event) -> list[str | None]:
    return [trace.note for trace in traces(event) if isinstance(trace, Act)]


def test_a_move_of_place_alone_tells_the_place_and_not_the_date_that_stays() -> None:
    when = datetime(2027, 9, 14, 4, tzinfo=UTC)
    span = lasting(Moment.of(when, "Asia/Tashkent"), timedelta(hours=4))
    moved = MeetingRescheduled(
        mechanism="customs-heads",
        meeting="customs-heads-2027-1",
        span=span,
        place="Samarkand",
        previous=span,
        sequence=1,
        reason="The hall is taken",
    )
    assert notes(moved) == ["Samarkand: The hall is taken"]
    later = moved.model_copy(
        update={"previous": lasting(Moment.of(when, "Asia/Tashkent"), timedelta(hours=3))}
    )
    assert notes(later) == [
        (
            "from Tuesday, 14 September 2027, 09:00–12:00 to Tuesday, 14 September 2027, "
            "09:00–13:00 (Asia/Tashkent, UTC+5): The hall is taken"
        )
    ]
    (both,) = notes(later.model_copy(update={"previous_place": "Khiva"}))
    assert both is not None
    assert both.endswith("UTC+5), and from Khiva to Samarkand: The hall is taken")


def test_another_host_is_told_with_why() -> None:
    because = "China declined on 2 March 2027: 选举"
    handed = MeetingHandedOver(
        mechanism="customs-heads",
        meeting="customs-heads-2027-1",
        turn=Turn(host="kazakhstan", chair="kazakhstan", because=because),
        party="china",
        reason="选举",
        on=date(2027, 3, 2),
    )
    assert notes(handed) == [because]


@pytest.mark.parametrize("kind", OriginKind)
def test_an_item_is_linked_to_its_origin_and_to_its_meeting(kind: OriginKind) -> None:
    item = AgendaItem(
        item="customs-heads-2027-1.i4",
        number="3.1",
        title="Очереди на границе",
        kind=ItemKind.CARRIED,
        origin=Origin(kind=kind, id="what-it-goes-back-to"),
    )
    left = traces(agenda_with(item))
    links = {trace.before: trace.relation for trace in left if isinstance(trace, Link)}
    assert links == {
        "customs-heads-2027-1": "had on its agenda",
        "what-it-goes-back-to": CARRIED_AS[kind],
    }


def test_a_standing_item_comes_of_its_meeting_alone() -> None:
    item = AgendaItem(item="m.i1", number="1", title="Any other business", kind=ItemKind.STANDING)
    left = traces(agenda_with(item))
    assert [type(trace).__name__ for trace in left] == ["Node", "Link", "Act"]


def test_a_decision_under_silence_comes_of_its_item_and_of_the_silence_procedure() -> None:
    event = DecisionAdopted(
        mechanism="customs-heads",
        symbol="CAC/CUSTOMS/2027/DEC/1",
        decision=DecisionText(text="One window.", serves=("A16.1",)),
        mode=DecisionMode.SILENCE,
        meeting="customs-heads-2027-1",
        item="customs-heads-2027-1.i4",
        silence="customs-heads.s1",
    )
    causes = {trace.before for trace in traces(event) if isinstance(trace, Link)}
    assert causes == {"A16.1", "customs-heads-2027-1.i4", "customs-heads.s1"}


def test_an_event_that_concerns_no_chain_leaves_nothing() -> None:
    assert not traces(MinutesDrafted(mechanism="customs-heads", meeting="customs-heads-2027-1"))


def test_everything_about_follow_ups_decisions_and_referrals_is_traced() -> None:
    subjects = ("follow-up.", "decision.", "referral.", "obligation.", "agreement.", "silence.")
    wanted = {
        event
        for name, event in CATALOGUE.items()
        if name in ON_THE_LOOP and name.removeprefix("secretariat.").startswith(subjects)
    }
    assert wanted <= set(TRACED)


@given(text=st.text(min_size=1, max_size=2 * LONGEST_TITLE))
def test_a_title_is_one_line_that_fits(text: str) -> None:
    title = shortened(text)
    assert len(title) <= LONGEST_TITLE
    assert title == " ".join(title.split())


def step(key: str, *, depth: int, minutes: int) -> Step:
    when = BEGINNING + timedelta(minutes=minutes)
    common: dict[str, Any] = {"kind": "decision", "title": key, "state": "adopted", "who": "system"}
    return Step(id=key, when=when, depth=depth, link="", history=[], **common)


def chain(back: list[Step], forth: list[Step]) -> Chain:
    asked = step("asked", depth=0, minutes=0)
    said = asked.model_dump(exclude={"depth", "link"})
    return Chain(**said, back=back, forth=forth)


steps = st.lists(
    st.builds(
        lambda key, depth, minutes: step(str(key), depth=depth, minutes=minutes),
        st.integers(0, 99),
        st.integers(1, 5),
        st.integers(0, 3),
    ),
    max_size=8,
)


@settings(max_examples=50)
@given(back=steps, forth=steps)
def test_a_chain_is_told_in_time(back: list[Step], forth: list[Step]) -> None:
    earlier, later = in_time(chain(back, forth))
    assert len(earlier) == len(back)
    assert len(later) == len(forth)
    assert [(s.when, -s.depth) for s in earlier] == sorted((s.when, -s.depth) for s in back)
    assert [(s.when, s.depth) for s in later] == sorted((s.when, s.depth) for s in forth)
