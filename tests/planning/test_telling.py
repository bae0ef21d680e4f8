"""What of a plan is told to who may not read its restricted meetings."""

from datetime import date

from events.plans import Broken, LeftOut, Moved, Planned, Wish
from services.planning.rules.brief import Period
from services.planning.rules.headway import Point, Worth, shown
from services.planning.rules.plan import Pains, Plan, Stage
from services.planning.rules.wanted import Wanted

STANDING, SECRET, OPEN = "customs-heads-2028-1", "customs-heads-2028-2", "think-tanks-2028-1"
ON = date(2028, 5, 10)


def planned(meeting: str, *broken: Broken, firm: bool = False) -> Planned:
    return Planned(
        mechanism=meeting.rpartition("-2028")[0],
        meeting=meeting,
        host="china",
        first=ON,
        last=ON,
        firm=firm,
        broken=broken,
    )


def wish(kind: Wish, cost: int, text: str) -> Broken:
    return Broken(wish=kind, cost=cost, text=text)


def moved(because: str) -> Moved:
    dates = {"previous": ON, "first": ON, "confirmed": True}
    return Moved.model_validate(
        {"mechanism": "think-tanks", "meeting": OPEN, "because": because, **dates}
    )


PLAN = Plan(
    id="plan-2028-1",
    mechanism="heads-of-state",
    year=2028,
    pains=Pains(),
    wanted=Wanted(periods=(Period(first=ON, last=ON, text="the congress", weight=5),)),
    stage=Stage.PROPOSED,
    meetings=(
        planned(STANDING, wish(Wish.RULE, 0, "its own"), firm=True),
        planned(SECRET, wish(Wish.MONTH, 20, "its own")),
        planned(
            OPEN,
            wish(Wish.WEEK, 6, f"{STANDING} is in the same week"),
            wish(Wish.PREPARATION, 50, f"it can no longer prepare {SECRET}"),
            wish(Wish.PERIOD, 5, "within the congress"),
            wish(Wish.TRAVEL, 2, "delegations travel home on a weekend"),
        ),
    ),
    moved=(
        moved(
            f"{STANDING}: China hosts both, and a plan keeps 5 whole days between; "
            f"{SECRET}: the same"
        ),
    ),
    cost=83,
)


def test_a_restricted_meeting_of_another_year_is_not_named_either() -> None:
    other = "customs-heads-2029-1"
    plan = PLAN.model_copy(update={"moved": (moved(f"{other} is on 3 January 2029: China hosts"),)})
    assert other in plan.mentions
    (one,) = plan.without({other}).moved
    assert one.because == "a restricted meeting is on 3 January 2029: China hosts"


def test_who_may_not_read_a_meeting_that_stands_misses_its_name_and_no_cost() -> None:
    told = PLAN.without({STANDING})
    assert [one.meeting for one in told.meetings] == [STANDING, SECRET, OPEN]
    assert [one.text for one in told.meetings[2].broken] == [
        "a restricted meeting is in the same week",
        f"it can no longer prepare {SECRET}",
        "a period that the secretary has named",
        "delegations travel home on a weekend",
    ]
    assert (told.meetings[0].broken, told.cost) == ((), PLAN.cost)
    (one,) = told.moved
    assert one.because.startswith(
        "a restricted meeting: China hosts both, and a plan keeps 5 whole days between; "
    )


def test_where_a_restricted_meeting_may_move_is_not_told_nor_what_it_costs() -> None:
    asked = f"a poll asks whether {STANDING} moves to 9 June 2028: China hosts both"
    plan = PLAN.model_copy(
        update={"meetings": (*PLAN.meetings[:2], planned(OPEN, wish(Wish.STEADINESS, 30, asked)))}
    )
    assert plan.without({"nobody-2028-1"}).meetings[2].broken == plan.meetings[2].broken
    told = plan.without({STANDING})
    assert told.meetings[2].broken == ()
    assert "9 June" not in told.model_dump_json()
    assert told.cost == 20


def test_of_a_meeting_that_had_no_date_nothing_is_told_not_even_that_there_is_one() -> None:
    out = LeftOut(mechanism="youth", meeting="youth-2028-1", because="60 too near to others")
    told = PLAN.model_copy(update={"left_out": (out,)}).without({STANDING, SECRET})
    assert [one.meeting for one in told.meetings] == [STANDING, OPEN]
    assert told.cost == 13
    assert SECRET not in told.model_dump_json()
    assert told.moved == (
        moved("a restricted meeting: China hosts both, and a plan keeps 5 whole days between"),
    )
    alone = PLAN.model_copy(update={"moved": (moved(f"{SECRET}: China hosts both"),)})
    better = "the wishes of the year are kept better so"
    assert alone.without({SECRET}).moved == (moved(better),)
    assert [one.because for one in told.left_out] == ["no date of 2028 is left"]


def test_why_a_date_was_dropped_is_not_told_where_it_names_a_hidden_meeting() -> None:
    host = "Kazakhstan hosts it, and no longer China"
    other = "customs-heads-2028-3"
    why = {OPEN: f"{host}: China declined {other} on 3 March 2028 (elections)", STANDING: host}
    plan = PLAN.model_copy(update={"dropped": why})
    assert other in plan.mentions
    assert plan.without({other}).dropped == {OPEN: "the date holds no more", STANDING: host}
    assert plan.without({SECRET}).dropped == why


def test_why_a_meeting_was_let_stand_is_told_without_the_names_of_hidden_ones() -> None:
    off = wish(Wish.RULE, 0, "10 May 2028 is a day off in China: mourning")
    because = f"it is beside {STANDING}"
    one = planned(OPEN, off.model_copy(update={"let_stand": because}), firm=True)
    stands = PLAN.model_copy(update={"meetings": (PLAN.meetings[0], one)})
    (told,) = stands.without({STANDING}).meetings[1].broken
    assert (told.text, told.let_stand) == (off.text, "it is beside a restricted meeting")
    assert stands.without({STANDING, SECRET}).meetings[1].broken == (told,)
    secret = stands.model_copy(update={"meetings": (one,)}).without({STANDING})
    assert STANDING not in secret.model_dump_json()


def test_how_the_search_went_is_shown_to_who_may_read_all_that_it_counts() -> None:
    end = Worth(left_out=0, moved=1, wishes=83)
    curve = (Point(spent=1, best=end, least=end, cost=9, bound=9),)
    assert shown(curve, PLAN.without(())) == shown(curve, PLAN.without({STANDING})) == curve
    assert shown(curve, PLAN.without({SECRET})) == ()
