"""Any search against a model that walks through every minute, and relaxation by brute force."""

from datetime import UTC, datetime, time, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from events.mechanisms import PartyFacts
from events.moments import Moment
from events.working_time import Weekday
from services.scheduling.rules.meeting import lasting
from services.scheduling.rules.slots.find import find
from services.scheduling.rules.slots.rule import Rule, Treatment
from services.scheduling.rules.slots.search import (
    Asked,
    Delegate,
    Engagement,
    Neighbour,
    Preference,
    Search,
)
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import PARTIES
from tests.scheduling import naive_slots as naive


def place(party: str, zone: str) -> PartyFacts:
    return PartyFacts(id=party, name=party, side="far", zone=zone, capital=party, languages=("en",))


FAR = (
    place("finland", "Europe/Helsinki"),
    place("nepal", "Asia/Kathmandu"),
    place("lord-howe", "Australia/Lord_Howe"),
)
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


@st.composite
def offices(draw: st.DrawFn) -> tuple[Office, ...]:
    parties = draw(
        st.lists(
            st.sampled_from((*PARTIES, *FAR)), unique_by=lambda p: p.id, min_size=1, max_size=3
        )
    )
    found = []
    for party in parties:
        opens, closes = draw(st.sampled_from([(9, 18), (8, 16), (10, 13), (4, 22)]))
        lunch = draw(st.sampled_from([None, (time(11, 30), time(12, 15))]))
        weekend = draw(st.lists(st.sampled_from(Weekday), unique=True, max_size=2))
        found.append(
            Office.of(party, opens=time(opens), closes=time(closes), lunch=lunch, weekend=weekend)
        )
    return tuple(found)


@st.composite
def searches(draw: st.DrawFn) -> Search:
    calendar = Calendar(draw(offices()))
    parties = st.sampled_from([office.party for office in calendar.offices])
    starts = draw(
        st.sampled_from(
            [
                datetime(2027, 3, 26, 7, 10, 30, tzinfo=UTC),  # summer time begins in Helsinki
                datetime(2027, 10, 29, 22, tzinfo=UTC),  # and ends
                datetime(
                    2027, 4, 2, 3, tzinfo=UTC
                ),  # summer time ends in Lord Howe, by half an hour
                datetime(2027, 3, 7, tzinfo=UTC),  # Oraza, estimated, and Women's day
                datetime(2026, 10, 8, tzinfo=UTC),  # a Saturday made up in China
            ]
        )
    )
    hour = starts.replace(minute=0, second=0)
    instants = st.builds(
        lambda hours, odd: hour + timedelta(hours=hours, seconds=odd),
        st.integers(-18, 75),
        st.sampled_from([0, 0, 0, 900, 1830]),
    )
    delegates = tuple(
        Delegate(id=f"d{n}", party=draw(parties), name=f"D{n}")
        for n in range(draw(st.integers(0, 3)))
    )
    places = st.sampled_from([None, "A", "B", "nepal"])
    engagements = []
    for n in range(draw(st.integers(0, 3))):
        begin = draw(instants)
        engagements.append(
            Engagement(
                starts=begin,
                ends=begin + timedelta(minutes=draw(st.sampled_from([1, 60, 240, 615]))),
                label=f"E{n}",
                place=draw(places),
                host=draw(st.none() | parties),
                co_hosts=draw(st.lists(parties, max_size=1)),
                delegates=draw(st.lists(st.sampled_from(["d0", "d1", "d2"]), unique=True)),
                related=draw(st.booleans()),
                same_body=draw(st.booleans()),
                this_comes=draw(st.sampled_from([None, "before", "after"])),
            )
        )
    asked = []
    for n in range(draw(st.integers(0, 2))):
        begins = draw(st.lists(instants, min_size=1, max_size=3))
        asked.append(
            Asked(
                label=f"P{n}",
                place=draw(places),
                host=draw(st.none() | parties),
                co_hosts=draw(st.lists(parties, max_size=1)),
                delegates=draw(st.lists(st.sampled_from(["d0", "d1", "d2"]), unique=True)),
                dates=tuple(
                    lasting(Moment.of(begin, "Asia/Tashkent"), timedelta(hours=3))
                    for begin in begins
                ),
            )
        )
    neighbours = []
    if draw(st.booleans()):
        begin = draw(instants)
        neighbours.append(
            Neighbour(
                starts=begin,
                ends=begin + timedelta(hours=3),
                label="N",
                this_comes=draw(st.sampled_from(["before", "after"])),
                min_days=draw(st.integers(0, 1)),
                max_days=draw(st.sampled_from([None, 1, 2])),
                late=draw(st.booleans()),
            )
        )
    treated = draw(st.lists(st.sampled_from(Rule), unique=True))
    host = draw(parties)
    return Search(
        starts=starts,
        ends=starts + timedelta(hours=draw(st.integers(60, 80))),
        duration=timedelta(minutes=draw(st.sampled_from([20, 60, 120, 240]))),
        days=draw(st.integers(1, 2)),
        step=timedelta(minutes=draw(st.sampled_from([45, 60, 60]))),
        calendar=calendar,
        host=host,
        co_hosts=[party for party in draw(st.lists(parties, max_size=1)) if party != host],
        place=draw(places),
        delegates=delegates,
        engagements=engagements,
        asked=asked,
        gap=timedelta(minutes=draw(st.sampled_from([0, 30]))),
        travel=timedelta(minutes=draw(st.sampled_from([0, 300]))),
        host_gap_days=draw(st.integers(0, 2)),
        people_gap_days=draw(st.integers(0, 1)),
        body_gap_days=draw(st.integers(0, 3)),
        night=timedelta(minutes=draw(st.sampled_from([0, 60, 120, 1440]))),
        not_before=draw(st.none() | instants),
        neighbours=neighbours,
        preference=draw(
            st.sampled_from(
                [
                    None,
                    Preference(weekdays=(Weekday.MONDAY, Weekday.TUESDAY)),
                    Preference(hours=(time(10), time(12))),
                    Preference(weekdays=(Weekday.SUNDAY,), hours=(time(14), time(17))),
                ]
            )
        ),
        rules={
            rule: Treatment(
                hard=draw(st.booleans()),
                cost=draw(st.integers(0, 20)),
                costs={draw(parties): draw(st.integers(0, 50))},
            )
            for rule in treated
        },
        limit=draw(st.sampled_from([100, 100, 5, 1])),
        per_day=draw(st.sampled_from([50, 50, 2, 1])),
    )


def ranked(asked: Search, found: dict[datetime, naive.Breaches]) -> list[datetime]:
    return sorted(
        found, key=lambda start: (naive.cost(asked, found[start]), naive.far(asked, start), start)
    )


def spread(asked: Search, starts: list[datetime]) -> list[datetime]:
    chosen: list[datetime] = []
    for start in starts:
        on = naive.wall(start, asked.home.zone).date()
        same = sum(naive.wall(other, asked.home.zone).date() == on for other in chosen)
        if same < asked.per_day and len(chosen) < asked.limit:
            chosen.append(start)
    return chosen


@settings(max_examples=60, deadline=None)
@given(asked=searches())
def test_slots_and_relaxations_are_those_of_a_walk_through_every_minute(asked: Search) -> None:
    everything = {start: naive.breaches(asked, start) for start in naive.starts(asked)}
    broken = {start: naive.hard(asked, found) for start, found in everything.items()}
    free = {start: found for start, found in everything.items() if not broken[start]}
    answer = find(asked)
    assert [slot.span.starts.at for slot in answer.slots] == spread(asked, ranked(asked, free))
    slots = answer.slots or (answer.relaxation.slot,)  # type: ignore[union-attr]
    for slot in slots:
        found = everything[slot.span.starts.at]
        assert {(r.rule, r.party): r.amount for r in slot.reasons} == dict(found)
        assert slot.cost == naive.cost(asked, found)
        assert [(s.starts.at, s.ends.at) for s in slot.local[0].sessions] == naive.sessions(
            asked, slot.span.starts.at
        )
    if answer.relaxation:
        gives_way = {(reason.rule, reason.party) for reason in answer.relaxation.gives_way}
        opened = least_relaxation(set(broken.values()))
        assert len(gives_way) == len(opened[0])
        best = ranked(asked, {s: f for s, f in everything.items() if broken[s] in opened})[0]
        assert answer.relaxation.slot.span.starts.at == best
        assert gives_way == broken[best]


def least_relaxation(
    broken: set[frozenset[tuple[Rule, str | None]]],
) -> list[frozenset[tuple[Rule, str | None]]]:
    """By trying all sets of rules: those of the smallest size that open any start."""
    rules = sorted({item for items in broken for item in items}, key=str)
    for size in range(len(rules) + 1):
        tried = (frozenset(items) for items in combinations(rules, size))
        if opened := [items for items in tried if any(needed <= items for needed in broken)]:
            return opened
    raise AssertionError("all of them together open everything")


@settings(max_examples=30, deadline=None)
@given(asked=searches())
def test_the_same_search_has_the_same_answer(asked: Search) -> None:
    assert find(asked) == find(Search.model_validate(asked.model_dump()))
