"""Mechanisms as its callers see it: loaded from a registry, over HTTP, and on the road."""

import asyncio
import re
from functools import partial
from typing import Any

import pytest

from events.decisions import Conclusion, DecisionAdopted, DecisionText
from events.envelope import Cause, Envelope
from events.mechanisms import (
    AgreementRegistered,
    CoordinatorNamed,
    DecisionMode,
    MechanismRegistered,
    ObligationAdvanced,
    ObligationState,
    RulesAmended,
)
from events.road.conflicts import again_on_conflict
from events.road.transaction import transaction
from events.vocabulary import SYSTEM
from services.mechanisms.commands import PACKAGE, own_registry
from services.mechanisms.rules.reading import read_registry
from services.mechanisms.service import mechanisms
from services.mechanisms.tables import MECHANISMS
from services.program.formats import load_format
from services.refusals import UnacceptableError

CUSTOMS = "/mechanisms/customs-heads"
REASON = "Отчёт принят на совещании"


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(mechanisms, known=False)
    await load_format(stage.program.workers["mechanisms"], own_registry())
    await stage.program.settle()
    return stage


async def rules_of(stage: Any) -> Any:
    return (await stage.get(f"{CUSTOMS}/rules")).json()[-1]


def decision(*serves: str, **concludes: ObligationState) -> DecisionAdopted:
    return DecisionAdopted(
        mechanism="customs-heads",
        symbol="CAC/CUSTOMS/2027/DEC/3",
        mode=DecisionMode.CONSENSUS,
        meeting="customs-heads-2027-1",
        decision=DecisionText(
            text="The parties connect their single windows.",
            serves=serves,
            concludes=tuple(
                Conclusion(obligation=key.replace("_", "."), state=state)
                for key, state in concludes.items()
            ),
        ),
    )


async def standing(stage: Any, number: int) -> Any:
    return (await stage.get(f"/agreements/{number}")).json()["standings"][0]


async def test_loading_registers_twenty_bodies_and_all_agreements(stage: Any) -> None:
    registered = await stage.said(MechanismRegistered)
    assert len(registered) == 20
    assert [event.mechanism for event in registered if event.parent is None] == ["heads-of-state"]
    numbers = [event.number for event in await stage.said(AgreementRegistered)]
    assert numbers == list(range(1, 55))


async def test_loading_the_same_registry_again_changes_nothing(stage: Any) -> None:
    before = await stage.envelopes()
    loaded = await load_format(stage.program.workers["mechanisms"], own_registry())
    await stage.program.settle()
    assert (loaded.bodies, loaded.agreements) == (0, 0)
    assert await stage.envelopes() == before


async def test_a_registry_with_one_more_body_registers_that_one_alone(stage: Any) -> None:
    text = (PACKAGE / "registry.yaml").read_text(encoding="utf-8")
    text = text.replace("mechanisms: 19", "mechanisms: 20").replace(
        "# Bodies that section I speaks of",
        "  - {id: water-dialogue, number: 20, short_name: Water, full_name: Диалог по воде, "
        "kind: dialogue_mechanism, level: not_stated, status: initiated}\n#",
    )
    loaded = await load_format(
        stage.program.workers["mechanisms"], read_registry(text, "more.yaml")
    )
    await stage.program.settle()
    assert (loaded.bodies, loaded.agreements) == (1, 0)
    assert (await stage.said(MechanismRegistered))[-1].mechanism == "water-dialogue"
    assert (await stage.get("/mechanisms/water-dialogue")).json()["row"]["full_name"] == (
        "Диалог по воде"
    )


async def test_loading_again_leaves_amended_rules_as_they_are(stage: Any) -> None:
    await stage.patch(f"{CUSTOMS}/rules", {**await rules_of(stage), "notice_days": 50})
    await load_format(stage.program.workers["mechanisms"], own_registry())
    assert (await rules_of(stage))["notice_days"] == 50


async def test_what_the_registry_says_anew_of_parties_is_told_once_and_rules_stay(
    staged: Any,
) -> None:
    """A database of before capitals had other names gets them at the next start."""
    stage = await staged(mechanisms, known=False)
    text = (PACKAGE / "registry.yaml").read_text(encoding="utf-8")
    before = read_registry(re.sub(r"\n +capital_names: .*", "", text), "before.yaml")
    await load_format(stage.program.workers["mechanisms"], before)
    await stage.program.settle()
    assert not (await stage.said(MechanismRegistered))[-1].parties[0].capital_names
    await stage.patch(f"{CUSTOMS}/rules", {"notice_days": 70})
    for registry in (own_registry(), own_registry(), before, own_registry()):
        await load_format(stage.program.workers["mechanisms"], registry)
        await stage.program.settle()
    registered = await stage.said(MechanismRegistered)
    assert len(registered) == 80
    del registered[40:]
    assert all(event.parties[0].capital_names for event in registered[20:])
    (customs,) = (one for one in registered[20:] if one.mechanism == "customs-heads")
    assert customs.rules.notice_days == (await rules_of(stage))["notice_days"] == 70


async def forget_names_of_capitals(stage: Any) -> None:
    """Leave bodies as a version left them that did not know what capitals are called elsewhere."""
    cause = Cause(id="before", actor=SYSTEM, time=stage.clock.now())
    async with transaction(stage.program.workers["mechanisms"].database, cause) as work:
        for body in await MECHANISMS.all(work.session):
            less = tuple(one.model_copy(update={"capital_names": ()}) for one in body.parties)
            await MECHANISMS.save(work, body.model_copy(update={"parties": less}))


async def test_each_version_that_reads_more_in_the_same_registry_is_heard(stage: Any) -> None:
    for times in (2, 3):
        await forget_names_of_capitals(stage)
        for _ in range(2):
            await load_format(stage.program.workers["mechanisms"], own_registry())
            await stage.program.settle()
        registered = await stage.said(MechanismRegistered)
        assert len(registered) == times * 20
        assert all(event.parties[0].capital_names for event in registered)
    assert (await stage.get("/format")).json()["revision"] == 2


async def test_two_who_start_at_once_say_anew_once_and_again_when_it_goes_back(
    staged: Any, postgres_url: str | None
) -> None:
    stage = await staged(mechanisms, known=False, url=postgres_url)
    text = (PACKAGE / "registry.yaml").read_text(encoding="utf-8")
    other = read_registry(text.replace("capital: Astana", "capital: Nur-Sultan"), "other.yaml")
    worker = stage.program.workers["mechanisms"]
    for registry in (own_registry(), other, own_registry(), other):
        starts = [again_on_conflict(partial(load_format, worker, registry)) for _ in range(2)]
        await asyncio.gather(*starts)
        await stage.program.settle()
    registered = await stage.said(MechanismRegistered)
    capitals = [event.parties[1].capital for event in registered]
    assert capitals == (["Astana"] * 20 + ["Nur-Sultan"] * 20) * 2


async def test_every_body_is_listed_page_by_page(stage: Any) -> None:
    first = (await stage.get("/mechanisms", limit=15)).json()
    rest = (await stage.get("/mechanisms", limit=15, after=first["next"])).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (15, 5, None)


async def test_rows_are_shown_with_their_number_confidence_and_origin(stage: Any) -> None:
    assert (await stage.get(CUSTOMS)).json()["row"]["number"] == 9
    agreement = (await stage.get("/agreements/33")).json()
    assert agreement["row"]["link_confidence"] == "medium"
    assert "forum's title" in agreement["row"]["link_note"]
    parties = (await stage.get("/parties")).json()
    assert {party["reference"]["source"] for party in parties} == {"external"}
    documents = (await stage.get("/documents")).json()
    assert [document["number"] for document in documents] == list(range(1, 10))
    assert documents[7]["mechanisms"] == ["agriculture-ministers", "customs-heads"]
    assert (await stage.get("/format")).json()["registry"]["meta"]["counts"]["agreements"] == 54


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"unassigned": True}, [4, 8, 29, 34, 35, 36, 39, 41, 44, 45, 46, 48, 49]),
        ({"mechanism": "customs-heads"}, [6, 14, 15, 16]),
        ({"mechanism": "heads-of-state"}, [1, 53, 54]),
        ({"theme": "energy"}, [30, 31, 32]),
        ({"theme": "energy", "unassigned": True}, []),
        ({"state": "fulfilled"}, []),
    ],
)
async def test_agreements_are_found_by_every_filter(
    stage: Any, wanted: Any, numbers: list[int]
) -> None:
    found = (await stage.get("/agreements", **wanted)).json()
    assert [agreement["row"]["number"] for agreement in found] == numbers


async def test_an_amendment_is_the_next_version_and_is_said(stage: Any) -> None:
    answer = await stage.patch(f"{CUSTOMS}/rules", {**await rules_of(stage), "notice_days": 50})
    assert answer.status_code == 200, answer.text
    versions = (await stage.get(f"{CUSTOMS}/rules")).json()
    assert [(rules["version"], rules["notice_days"]) for rules in versions] == [(1, 60), (2, 50)]
    (event,) = await stage.said(RulesAmended)
    assert (event.rules.version, event.rules.notice_days) == (2, 50)


async def test_the_second_of_two_who_amend_at_once_is_refused(stage: Any) -> None:
    seen = (await stage.get(CUSTOMS)).headers["etag"]
    body = await rules_of(stage)
    await stage.patch(f"{CUSTOMS}/rules", {**body, "notice_days": 50}, if_match=seen)
    lost = await stage.patch(f"{CUSTOMS}/rules", {**body, "notice_days": 40}, if_match=seen)
    assert lost.status_code == 412
    assert lost.json()["current"]["rules"]["notice_days"] == 50
    assert len(await stage.said(RulesAmended)) == 1


async def test_the_same_amendment_sent_twice_happens_once(stage: Any) -> None:
    body = {**await rules_of(stage), "notice_days": 50}
    first = await stage.patch(f"{CUSTOMS}/rules", body, idempotency_key="k")
    again = await stage.patch(f"{CUSTOMS}/rules", body, idempotency_key="k")
    assert again.text == first.text
    assert len(await stage.said(RulesAmended)) == 1


async def test_a_party_names_its_coordinator_and_the_last_one_named_counts(stage: Any) -> None:
    path = f"{CUSTOMS}/delegations/china"
    for name in ("李娜", "王毅"):
        answer = await stage.put(path, {"coordinator": name}, actor="china/delegate")
        assert answer.status_code == 200, answer.text
    (named,) = (await stage.get(f"{CUSTOMS}/delegations")).json()
    assert (named["party"], named["coordinator"]) == ("china", "王毅")
    assert [event.coordinator for event in await stage.said(CoordinatorNamed)] == ["李娜", "王毅"]


@pytest.mark.parametrize(
    ("method", "path", "body", "actor", "status", "says"),
    [
        ("put", f"{CUSTOMS}/delegations/china", {"coordinator": "X"}, "kazakhstan/delegate", 403,
         "only china"),
        ("put", f"{CUSTOMS}/delegations/atlantis", {"coordinator": "X"}, "secretary", 404,
         "no party"),
        ("put", f"{CUSTOMS}/delegations/china", {"coordinator": "a\u0000"}, "secretary", 422,
         "U+0000"),
        ("put", f"{CUSTOMS}/delegations/china", {"coordinator": "X", "address": "no"}, "secretary",
         422, "address"),
        ("patch", f"{CUSTOMS}/rules", {"symbol_prefix": "CAC/FM"}, "secretary", 422,
         "choose another"),
        ("patch", f"{CUSTOMS}/rules", {"host_order": ["atlantis"]}, "secretary", 422, "atlantis"),
        ("patch", f"{CUSTOMS}/rules", {"symbol_prefix": "X", "host_order": ["china", "china"]},
         "secretary", 422, "twice"),
        ("patch", f"{CUSTOMS}/rules", {"symbol_prefix": "X"}, "china/chair", 403, "secretary"),
        ("patch", "/mechanisms/nobody/rules", {"symbol_prefix": "X"}, "secretary", 404, "nobody"),
        ("post", "/obligations/A9.1/state", {"state": "fulfilled", "reason": "r"}, "secretary", 422,
         "A9.1 asks to consider"),
        ("post", "/obligations/A16.1/state", {"state": "declined", "reason": "r"}, "secretary", 422,
         "A16.1 asks to develop"),
        ("post", "/obligations/A16.1/state", {"state": "fulfilled"}, "secretary", 422, "reason"),
        ("post", "/obligations/A16.9/state", {"state": "fulfilled", "reason": "r"}, "secretary",
         404, "A16.9"),
        ("post", "/obligations/A99.1/state", {"state": "fulfilled", "reason": "r"}, "secretary",
         404, "A99"),
        ("post", "/obligations/A16.1/state", {"state": "fulfilled", "reason": "r"},
         "china/delegate", 403, "secretary"),
    ],
)  # fmt: skip
async def test_a_refused_command_says_why_and_changes_nothing(
    stage: Any, method: str, path: str, body: Any, actor: str, status: int, says: str
) -> None:
    before = await stage.envelopes()
    refused = await getattr(stage, method)(path, body, actor=actor)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert says in refused.json()["detail"]
    assert await stage.envelopes() == before


async def test_the_secretary_concludes_an_obligation_and_it_is_said(stage: Any) -> None:
    path = "/obligations/A54.1/state"
    answer = await stage.post(path, {"state": "fulfilled", "reason": REASON})
    assert answer.status_code == 200, answer.text
    (event,) = await stage.said(ObligationAdvanced)
    assert (event.obligation, event.reason) == ("A54.1", REASON)
    found = (await stage.get("/agreements", state="fulfilled")).json()
    assert [agreement["row"]["number"] for agreement in found] == [54]


async def test_a_decision_moves_the_obligations_that_it_serves(stage: Any) -> None:
    await stage.tell(decision("A16.1", "A9.1", A9_1=ObligationState.ADOPTED))
    assert (await standing(stage, 16))["state"] == "in_progress"
    assert (await standing(stage, 9))["state"] == "adopted"
    assert (await standing(stage, 9))["decisions"] == ["CAC/CUSTOMS/2027/DEC/3"]
    moved = [event.obligation for event in await stage.said(ObligationAdvanced)]
    assert moved == ["A16.1", "A9.1"]


async def test_a_conclusion_that_does_not_fit_poisons_nothing(stage: Any) -> None:
    await stage.tell(decision("A9.1", A9_1=ObligationState.FULFILLED))
    await stage.tell(decision("A16.1"))
    assert (await standing(stage, 9))["state"] == "in_progress"
    assert (await standing(stage, 16))["state"] == "in_progress"


async def test_a_decision_about_obligations_that_nobody_knows_is_heard_and_passed(
    stage: Any,
) -> None:
    await stage.tell(decision("A99.1", "A16.77", A99_1=ObligationState.FULFILLED))
    await stage.tell(decision("A16.1"))
    assert (await standing(stage, 16))["state"] == "in_progress"


async def test_a_decision_delivered_twice_takes_effect_once(stage: Any) -> None:
    cause = Cause(id="once", actor=SYSTEM, time=stage.clock.now())
    envelope = Envelope.seal(decision("A16.1"), source="/test", cause=cause, ordinal=0)
    receiver = stage.program.workers["mechanisms"].receiver
    for _ in range(2):
        await receiver.deliver([envelope])
    await stage.program.settle()
    assert len(await stage.said(ObligationAdvanced)) == 1
    assert (await stage.get("/agreements/16")).json()["revision"] == 1


@pytest.mark.parametrize("path", ["/mechanisms/nobody", "/agreements/99", "/agreements/x"])
async def test_what_is_not_there_is_a_problem_document(stage: Any, path: str) -> None:
    answer = await stage.get(path)
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_mechanism_is_shown_with_the_rules_in_force(stage: Any) -> None:
    assert (await stage.get(CUSTOMS)).json()["rules"]["symbol_prefix"] == "CAC/CUSTOMS"


async def test_an_amendment_leaves_alone_what_it_does_not_name(stage: Any) -> None:
    before = await rules_of(stage)
    await stage.patch(f"{CUSTOMS}/rules", {"symbol_prefix": "CAC/CUSTOMS", "notice_days": 50})
    assert await rules_of(stage) == {**before, "version": 2, "notice_days": 50}


async def test_a_decision_that_moves_nothing_leaves_the_revision(stage: Any) -> None:
    await stage.tell(decision("A16.77"))
    assert (await stage.get("/agreements/16")).json()["revision"] == 0


async def test_another_format_is_not_loaded_into_the_same_database(stage: Any) -> None:
    text = (PACKAGE / "registry.yaml").read_text(encoding="utf-8")
    other = text.replace("heads-of-state", "leaders").replace("Outcomes of the first", "Another")
    with pytest.raises(UnacceptableError, match="format of heads-of-state"):
        await load_format(stage.program.workers["mechanisms"], read_registry(other, "other.yaml"))
