"""The rules of a mechanism: its rules of procedure and its coordinators."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from events.event import Event
from events.mechanisms import DecisionMode, Rules
from events.vocabulary import Actor
from services.mechanisms.commands import default_procedure, own_registry
from services.mechanisms.rules import mechanism as rules
from services.mechanisms.rules.mechanism import Mechanism
from services.refusals import NotAllowedError, NotFoundError, RefusedError, UnacceptableError

REGISTRY = own_registry()
PROCEDURE = default_procedure()
BODIES = [rules.register(REGISTRY, body, PROCEDURE) for body in REGISTRY.bodies]
CUSTOMS = next(body for body in BODIES if body.id == "customs-heads")
PARTIES = [party.id for party in CUSTOMS.parties]
SECRETARY = Actor.parse("secretary")


def after(mechanism: Mechanism, events: list[Event]) -> Mechanism:
    for event in events:
        mechanism = rules.evolve(mechanism, event)
    return mechanism


def amended(**changes: object) -> Rules:
    return CUSTOMS.rules.model_copy(update=changes)


def test_no_two_bodies_share_a_symbol_prefix() -> None:
    assert len({body.rules.symbol_prefix for body in BODIES}) == 20
    assert CUSTOMS.rules.symbol_prefix == "CAC/CUSTOMS"


def test_every_party_hosts_first_somewhere_and_kazakhstan_the_summit() -> None:
    assert {body.rules.host_order[0] for body in BODIES} == set(PARTIES)
    assert all(sorted(body.rules.host_order) == sorted(PARTIES) for body in BODIES)
    assert BODIES[0].rules.host_order[0] == "kazakhstan"


def test_the_defaults_make_a_year_of_about_thirty_meetings_under_both_modes() -> None:
    assert 25 <= sum(body.rules.meetings_per_year for body in BODIES) <= 35
    assert {body.rules.minutes_mode for body in BODIES} == set(DecisionMode)


def test_proposals_close_before_the_agenda_goes_out_and_after_the_convocation() -> None:
    for body in BODIES:
        default = body.rules
        assert default.notice_days > default.proposals_days > default.circulation_days


def test_a_body_that_the_defaults_do_not_name_gets_those_of_its_kind_and_its_id_as_prefix() -> None:
    row = REGISTRY.mechanisms[12].model_copy(update={"id": "water_forum"})
    default = rules.default_rules(row, PROCEDURE)
    assert default.symbol_prefix == "WATER-FORUM"
    assert default.minutes_mode is DecisionMode.SILENCE


def test_a_registration_says_what_the_registry_says() -> None:
    event = rules.registered(CUSTOMS)
    assert (event.number, event.kind, event.parent) == (9, "customs", "heads-of-state")
    assert event.agreements == (6, 14, 15, 16)
    assert [party.zone for party in event.parties][:2] == ["Asia/Shanghai", "Asia/Almaty"]


def test_an_amendment_is_the_next_version_and_keeps_those_before() -> None:
    events = rules.amend(CUSTOMS, changes={"notice_days": 45}, prefixes=set(), actor=SECRETARY)
    mechanism = after(CUSTOMS, events)
    assert [version.version for version in (*mechanism.former_rules, mechanism.rules)] == [1, 2]
    assert mechanism.rules.notice_days == 45
    assert mechanism.former_rules[0] == CUSTOMS.rules


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"host_order": ("china", "atlantis")}, "atlantis stands in the host order"),
        ({"symbol_prefix": "CAC/FM"}, "choose another"),
        ({}, "are the rules in force"),
        ({"version": 1}, "are the rules in force"),
        ({"version": 7}, "leave `version` out"),
        ({"notice_days": 20}, "notice_days .20. must be at least proposals_days .30."),
        ({"proposals_days": 10}, "must be at least circulation_days"),
        ({"quorum": {"numerator": 1, "denominator": 0}}, "quorum"),
        ({"colour": "blue"}, "colour: Extra inputs"),
        ({"symbol_prefix": None}, "symbol_prefix"),
    ],
)
def test_an_amendment_that_makes_no_sense_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(UnacceptableError, match=says):
        rules.amend(CUSTOMS, changes=changes, prefixes={"CAC/FM"}, actor=SECRETARY)


@pytest.mark.parametrize("actor", ["china/delegate", "china/chair", "china/coordinator"])
def test_only_the_secretary_amends(actor: str) -> None:
    with pytest.raises(NotAllowedError, match="only the secretary"):
        rules.amend(CUSTOMS, changes={"notice_days": 90}, prefixes=set(), actor=Actor.parse(actor))


@pytest.mark.parametrize("actor", ["secretary", "china/delegate", "china/coordinator 王毅"])
def test_a_party_or_the_secretary_names_its_coordinator(actor: str) -> None:
    events = rules.name_coordinator(
        CUSTOMS, party="china", coordinator="王毅", address=None, actor=Actor.parse(actor)
    )
    (named,) = after(CUSTOMS, events).coordinators
    assert (named.party, named.coordinator) == ("china", "王毅")


def test_a_party_names_nobody_for_another() -> None:
    with pytest.raises(NotAllowedError, match="only china or the secretary"):
        rules.name_coordinator(
            CUSTOMS,
            party="china",
            coordinator="X",
            address=None,
            actor=Actor.parse("kazakhstan/coordinator"),
        )


def test_nobody_is_named_for_a_state_that_is_no_party() -> None:
    with pytest.raises(NotFoundError, match="atlantis is no party"):
        rules.name_coordinator(
            CUSTOMS, party="atlantis", coordinator="X", address=None, actor=SECRETARY
        )


def test_a_mechanism_does_not_change_by_an_event_of_another_kind() -> None:
    with pytest.raises(TypeError, match="no mechanism changes"):
        rules.evolve(CUSTOMS, rules.registered(CUSTOMS))


ACTORS = st.sampled_from(["secretary", *(f"{party}/coordinator" for party in PARTIES)])


class AmendingAndNaming(RuleBasedStateMachine):
    """Whatever is asked, versions count up by one and a party has one coordinator at most."""

    def __init__(self) -> None:
        super().__init__()
        self.mechanism = CUSTOMS
        self.named: dict[str, str] = {}

    @rule(
        days=st.integers(0, 730),
        hosts=st.permutations([*PARTIES, "atlantis"]).map(lambda order: tuple(order[:4])),
        actor=ACTORS,
    )
    def amend(self, days: int, hosts: tuple[str, ...], actor: str) -> None:
        before = self.mechanism
        wanted = {"notice_days": days, "host_order": hosts}
        try:
            events = rules.amend(before, changes=wanted, prefixes=set(), actor=Actor.parse(actor))
        except RefusedError:
            same = before.rules.model_copy(update=wanted) == before.rules
            too_short = days < before.rules.proposals_days
            assert actor != "secretary" or "atlantis" in hosts or same or too_short
            return
        self.mechanism = after(before, events)
        assert self.mechanism.former_rules == (*before.former_rules, before.rules)

    @rule(party=st.sampled_from(PARTIES), name=st.sampled_from(["Ж. Омаров", "王毅"]), actor=ACTORS)
    def name(self, party: str, name: str, actor: str) -> None:
        try:
            events = rules.name_coordinator(
                self.mechanism,
                party=party,
                coordinator=name,
                address=None,
                actor=Actor.parse(actor),
            )
        except NotAllowedError:
            assert actor not in {"secretary", f"{party}/coordinator"}
            return
        self.mechanism = after(self.mechanism, events)
        self.named[party] = name

    @invariant()
    def versions_count_up(self) -> None:
        numbers = [
            version.version for version in (*self.mechanism.former_rules, self.mechanism.rules)
        ]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def each_party_has_the_coordinator_named_last(self) -> None:
        known = {each.party: each.coordinator for each in self.mechanism.coordinators}
        assert known == self.named
        assert len(self.mechanism.coordinators) == len(self.named)

    @invariant()
    def hosts_are_parties(self) -> None:
        assert set(self.mechanism.rules.host_order) <= set(PARTIES)

    @invariant()
    def it_is_the_same_when_read_from_its_json(self) -> None:
        assert Mechanism.model_validate_json(self.mechanism.model_dump_json()) == self.mechanism


AmendingAndNaming.TestCase.settings = settings(
    max_examples=20, stateful_step_count=12, deadline=None
)
TestAmendingAndNaming = AmendingAndNaming.TestCase
