"""The rules of an agreement: what decisions and findings make of its obligations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from events.decisions import Conclusion, DecisionAdopted, DecisionText
from events.mechanisms import DecisionMode, Modality, ObligationState
from events.vocabulary import Actor
from services.mechanisms.commands import own_registry
from services.mechanisms.rules import agreement as rules
from services.mechanisms.rules.agreement import Agreement
from services.refusals import NotAllowedError, NotFoundError, UnacceptableError

REGISTRY = own_registry()
AGREEMENTS = {row.number: rules.register(REGISTRY, row) for row in REGISTRY.agreements}
SECRETARY = Actor.parse("secretary")
CONSIDERED = {ObligationState.ADOPTED, ObligationState.DECLINED, ObligationState.DEFERRED}
UNDER_WAY = {ObligationState.OPEN, ObligationState.IN_PROGRESS}
SYMBOL = "CAC/CUSTOMS/2027/DEC/1"


def decision(
    *serves: str,
    concludes: dict[str, ObligationState] | None = None,
    symbol: str = SYMBOL,
    mechanism: str = "customs-heads",
) -> DecisionAdopted:
    return DecisionAdopted(
        mechanism=mechanism,
        symbol=symbol,
        mode=DecisionMode.CONSENSUS,
        decision=DecisionText(
            text="Стороны продолжат работу.",
            serves=serves,
            concludes=tuple(
                Conclusion(obligation=key, state=state) for key, state in (concludes or {}).items()
            ),
        ),
    )


def decided(agreement: Agreement, event: DecisionAdopted) -> Agreement:
    for move in rules.advance_by(agreement, event):
        agreement = rules.evolve(agreement, move)
    return agreement


def found(agreement: Agreement, key: str, state: ObligationState) -> Agreement:
    for move in rules.conclude(agreement, key, state=state, reason="по отчёту", actor=SECRETARY):
        agreement = rules.evolve(agreement, move)
    return agreement


def states(agreement: Agreement) -> list[ObligationState]:
    return [standing.state for standing in agreement.standings]


def test_every_agreement_has_a_mechanism_that_meets() -> None:
    meeting = {body.id for body in REGISTRY.bodies}
    assert {agreement.mechanism for agreement in AGREEMENTS.values()} <= meeting


def test_an_agreement_lives_with_its_best_match_or_else_with_the_summit() -> None:
    assert AGREEMENTS[6].mechanism == "economy-trade-ministers"
    assert AGREEMENTS[4].mechanism == "heads-of-state"
    assert AGREEMENTS[3].mechanism == "heads-of-state"


def test_agreements_that_no_body_answers_for_are_known_as_such() -> None:
    unassigned = [number for number, agreement in AGREEMENTS.items() if agreement.unassigned]
    assert unassigned == [4, 8, 29, 34, 35, 36, 39, 41, 44, 45, 46, 48, 49]


def test_a_consider_is_never_a_commitment_and_all_else_is() -> None:
    standings = [standing for each in AGREEMENTS.values() for standing in each.standings]
    assert len({standing.id for standing in standings}) == len(standings)
    for standing in standings:
        assert standing.commitment == (standing.modality is not Modality.CONSIDER)


def test_a_decision_that_serves_an_obligation_sets_it_alone_in_progress() -> None:
    agreement = decided(AGREEMENTS[16], decision("A16.1"))
    assert states(agreement) == [ObligationState.IN_PROGRESS, ObligationState.OPEN]
    assert agreement.standings[0].decisions == (SYMBOL,)


def test_a_decision_fulfils_what_it_serves_and_concludes() -> None:
    event = decision("A16.2", concludes={"A16.2": ObligationState.FULFILLED})
    assert states(decided(AGREEMENTS[16], event))[1] is ObligationState.FULFILLED


@pytest.mark.parametrize("state", sorted(CONSIDERED))
def test_a_consider_closes_as_adopted_declined_or_deferred(state: ObligationState) -> None:
    event = decision("A9.1", concludes={"A9.1": state})
    assert states(decided(AGREEMENTS[9], event)) == [state]


def test_a_conclusion_that_does_not_fit_leaves_the_obligation_in_progress() -> None:
    event = decision("A9.1", concludes={"A9.1": ObligationState.FULFILLED})
    assert states(decided(AGREEMENTS[9], event)) == [ObligationState.IN_PROGRESS]
    event = decision("A16.1", concludes={"A16.1": ObligationState.DECLINED})
    assert states(decided(AGREEMENTS[16], event))[0] is ObligationState.IN_PROGRESS


def test_a_decision_of_something_else_moves_nothing() -> None:
    assert rules.advance_by(AGREEMENTS[16], decision("A15.1")) == []


def test_a_later_decision_that_only_serves_does_not_reopen_what_is_fulfilled() -> None:
    agreement = found(AGREEMENTS[16], "A16.1", ObligationState.FULFILLED)
    assert states(decided(agreement, decision("A16.1")))[0] is ObligationState.FULFILLED


def test_the_secretary_finds_with_a_reason() -> None:
    agreement = found(AGREEMENTS[54], "A54.1", ObligationState.FULFILLED)
    assert agreement.standings[0].reason == "по отчёту"


@pytest.mark.parametrize(("number", "key"), [(9, "A9.1"), (16, "A16.1")])
def test_the_secretary_can_not_find_what_the_modality_does_not_allow(number: int, key: str) -> None:
    wrong = CONSIDERED if number == 16 else {ObligationState.FULFILLED}
    for state in wrong:
        with pytest.raises(UnacceptableError, match=f"{key} asks to"):
            found(AGREEMENTS[number], key, state)


@pytest.mark.parametrize("actor", ["china/delegate", "china/chair", "china/coordinator"])
def test_only_the_secretary_finds(actor: str) -> None:
    with pytest.raises(NotAllowedError, match="only the secretary"):
        rules.conclude(
            AGREEMENTS[16],
            "A16.1",
            state=ObligationState.FULFILLED,
            reason="x",
            actor=Actor.parse(actor),
        )


def test_an_obligation_that_the_agreement_does_not_have_is_not_found() -> None:
    with pytest.raises(NotFoundError, match=r"agreement 16 has no obligation A16\.9"):
        found(AGREEMENTS[16], "A16.9", ObligationState.FULFILLED)


def test_an_agreement_does_not_change_by_an_event_of_another_kind() -> None:
    with pytest.raises(TypeError, match="no agreement changes"):
        rules.evolve(AGREEMENTS[16], decision("A16.1"))


@given(st.integers(1, 10**6), st.integers(1, 99))
@settings(max_examples=30)
def test_an_obligation_says_which_agreement_it_belongs_to(number: int, place: int) -> None:
    assert rules.agreement_of(f"A{number}.{place}") == f"A{number}"


def test_a_decision_concludes_what_it_does_not_say_that_it_serves() -> None:
    event = decision(concludes={"A16.1": ObligationState.FULFILLED})
    assert states(decided(AGREEMENTS[16], event))[0] is ObligationState.FULFILLED


def test_a_conclusion_that_does_not_fit_is_noted_with_the_reason() -> None:
    event = decision("A9.1", concludes={"A9.1": ObligationState.FULFILLED})
    assert decided(AGREEMENTS[9], event).standings[0].reason


def test_a_decision_that_changes_no_state_keeps_the_finding() -> None:
    agreement = found(AGREEMENTS[16], "A16.1", ObligationState.FULFILLED)
    assert decided(agreement, decision("A16.1")).standings[0].reason == "по отчёту"


def test_all_moves_of_an_obligation_are_said_under_one_mechanism() -> None:
    (by_decision,) = rules.advance_by(AGREEMENTS[6], decision("A6.1"))
    (by_finding,) = rules.conclude(
        AGREEMENTS[6], "A6.1", state=ObligationState.FULFILLED, reason="x", actor=SECRETARY
    )
    assert by_decision.mechanism == by_finding.mechanism


def test_others_hear_only_of_bodies_that_meet() -> None:
    meeting = {body.id for body in REGISTRY.bodies}
    for agreement in AGREEMENTS.values():
        assert set(rules.registered(agreement).mechanisms) <= meeting


MIXED = AGREEMENTS[16].model_copy(
    update={"standings": (*AGREEMENTS[16].standings, *AGREEMENTS[9].standings)}
)
KEYS = [standing.id for standing in MIXED.standings]


class DecidingAndFinding(RuleBasedStateMachine):
    """No order of decisions and findings brings an obligation where its modality can't be."""

    def __init__(self) -> None:
        super().__init__()
        self.agreement = MIXED
        self.decisions = 0

    @rule(
        serves=st.lists(st.sampled_from(KEYS), unique=True),
        concludes=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(list(ObligationState))),
    )
    def decide(self, serves: list[str], concludes: dict[str, ObligationState]) -> None:
        self.decisions += 1
        before = self.agreement
        symbol = f"CAC/CUSTOMS/2027/DEC/{self.decisions}"
        event = decision(*serves, concludes=concludes, symbol=symbol)
        self.agreement = decided(before, event)
        for was, now in zip(before.standings, self.agreement.standings, strict=True):
            if was.id not in serves and was.id not in concludes:
                assert now == was
            if was.id in serves:
                assert now.decisions[-1] == symbol

    @rule(key=st.sampled_from(KEYS), state=st.sampled_from(list(ObligationState)))
    def find(self, key: str, state: ObligationState) -> None:
        try:
            self.agreement = found(self.agreement, key, state)
        except UnacceptableError:
            commitment = rules.find(self.agreement, key).commitment
            assert (state in CONSIDERED) if commitment else state is ObligationState.FULFILLED

    @invariant()
    def a_consider_is_never_fulfilled_and_nothing_else_is_ever_declined(self) -> None:
        for standing in self.agreement.standings:
            closed = {ObligationState.FULFILLED} if standing.commitment else CONSIDERED
            assert standing.state in UNDER_WAY | closed

    @invariant()
    def no_decision_is_named_twice(self) -> None:
        for standing in self.agreement.standings:
            assert len(set(standing.decisions)) == len(standing.decisions)

    @invariant()
    def it_is_the_same_when_read_from_its_json(self) -> None:
        assert Agreement.model_validate_json(self.agreement.model_dump_json()) == self.agreement


DecidingAndFinding.TestCase.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None
)
TestDecidingAndFinding = DecidingAndFinding.TestCase
