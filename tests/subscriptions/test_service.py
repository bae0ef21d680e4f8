"""Secret addresses of feeds: made, changed, rotated, revoked, and kept nowhere."""

import hashlib
from typing import Any

import pytest

from events.mechanisms import CoordinatorNamed
from events.subscriptions import (
    SubscriptionMade,
    SubscriptionRevoked,
    SubscriptionRotated,
    SubscriptionSettingsChanged,
)
from services.subscriptions.service import subscriptions
from tests.conftest import CUSTOMS, PARTIES, Staging

OWNER = "kazakhstan/delegate А. Омарова"
COORDINATOR = "kazakhstan/coordinator Б. Сатпаев"
PARTY = {"scope": {"kind": "party", "id": "kazakhstan"}}


@pytest.fixture
async def stage(staged: Staging, postgres_url: str | None) -> Any:
    return await staged(subscriptions, url=postgres_url)


async def subscribed(stage: Any, actor: str = OWNER, **body: Any) -> Any:
    answer = await stage.post("/subscriptions", {**PARTY, **body}, actor=actor)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def token_in(made: Any) -> str:
    return str(made["address"].removeprefix("/calendars/by-token/").removesuffix(".ics"))


async def test_each_subscription_has_an_address_of_its_own_that_only_its_digest_is_kept_of(
    stage: Any,
) -> None:
    first, second = await subscribed(stage), await subscribed(stage)
    assert len(token_in(first)) == 43
    assert token_in(first) != token_in(second)
    said = await stage.said(SubscriptionMade)
    assert [event.digest for event in said] == [
        hashlib.sha256(token_in(made).encode()).hexdigest() for made in (first, second)
    ]
    read = await stage.http.get(
        f"/api/v1/subscriptions/{first['id']}", headers={b"actor": OWNER.encode()}
    )
    assert "address" not in read.json()


async def test_the_secret_stands_nowhere_in_the_databases(stage: Any) -> None:
    key = {"Idempotency_Key": "k1"}
    made = (await stage.post("/subscriptions", PARTY, actor=OWNER, **key)).json()
    rotated = (
        await stage.post(f"/subscriptions/{made['id']}/rotation", actor=OWNER, Idempotency_Key="k2")
    ).json()
    for file in stage.program.folder.iterdir():
        for secret in (token_in(made), token_in(rotated)):
            assert secret.encode() not in file.read_bytes(), file
    again = await stage.post("/subscriptions", PARTY, actor=OWNER, **key)
    assert again.status_code == 201
    assert again.json() == {**made, "address": None}
    assert len(await stage.said(SubscriptionMade)) == 1


async def test_every_fact_is_an_event_without_the_secret(stage: Any) -> None:
    made = await subscribed(stage)
    at = f"/subscriptions/{made['id']}"
    settings = {"deadlines": True, "language": "zh", "alarm_minutes": 60, "all_day": True}
    changed = await stage.put(f"{at}/settings", settings, actor=OWNER)
    assert changed.json()["settings"]["language"] == "zh"
    await stage.put(f"{at}/settings", settings, actor=OWNER)
    answer = await stage.post(f"{at}/rotation", actor=OWNER)
    assert answer.headers["cache-control"] == "no-store"
    rotated = answer.json()
    revoked = await stage.post(f"{at}/revocation", {"reason": "Украден"}, actor=OWNER)
    assert revoked.json()["revoked"] is True
    (one,) = await stage.said(SubscriptionSettingsChanged)
    assert one.settings.deadlines
    (moved,) = await stage.said(SubscriptionRotated)
    assert moved.digest == hashlib.sha256(token_in(rotated).encode()).hexdigest()
    (ended,) = await stage.said(SubscriptionRevoked)
    assert ended.reason == "Украден"
    said = "".join(envelope.to_json() for envelope in await stage.envelopes())
    assert token_in(made) not in said
    assert token_in(rotated) not in said
    for path, body in (("rotation", None), ("revocation", {})):
        late = await stage.post(f"{at}/{path}", body, actor=OWNER)
        assert (late.status_code, "make another one" in late.text) == (409, True)


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (OWNER, True),
        ("secretary", True),
        ("kazakhstan/coordinator Б. Сатпаев", True),
        ("kazakhstan/delegate Б. Сатпаев", False),
        ("china/coordinator 王毅", False),
    ],
)
async def test_who_may_touch_a_subscription(stage: Any, actor: str, allowed: bool) -> None:
    made = await subscribed(stage)
    at = f"/subscriptions/{made['id']}"
    listed = await stage.http.get("/api/v1/subscriptions", headers={b"actor": actor.encode()})
    assert [item["id"] for item in listed.json()["items"]] == ([made["id"]] if allowed else [])
    read = await stage.http.get(f"/api/v1{at}", headers={b"actor": actor.encode()})
    assert read.status_code == (200 if allowed else 403)
    for answer in (
        await stage.put(f"{at}/settings", {"deadlines": True}, actor=actor),
        await stage.post(f"{at}/rotation", actor=actor),
        await stage.post(f"{at}/revocation", {}, actor=actor),
    ):
        assert answer.status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    ("body", "actor", "status", "complaint"),
    [
        ({"scope": {"kind": "mechanism", "id": "nobody"}}, OWNER, 404, "no mechanism"),
        ({"scope": {"kind": "party", "id": "mongolia"}}, OWNER, 404, "no mechanism"),
        ({"scope": {"kind": "delegate"}}, "china/delegate", 422, "somebody with a name"),
        (PARTY, "france/delegate", 403, "france is no party here"),
        ({**PARTY, "owner": "china/delegate"}, OWNER, 403, "only the secretary"),
        ({**PARTY, "settings": {"meetings": False}}, OWNER, 422, "would be empty"),
        ({**PARTY, "settings": {"language": "xx"}}, OWNER, 422, "language"),
    ],
)
async def test_a_subscription_that_makes_no_sense_is_refused(
    stage: Any, body: Any, actor: str, status: int, complaint: str
) -> None:
    answer = await stage.post("/subscriptions", body, actor=actor)
    assert (answer.status_code, complaint in answer.text) == (status, True), answer.text
    assert await stage.said(SubscriptionMade) == []


async def test_the_secretary_subscribes_a_delegate(stage: Any) -> None:
    made = await subscribed(stage, "secretary", owner=OWNER)
    assert made["owner"] == OWNER


async def named(stage: Any, *names: str, mechanism: str = "customs-heads") -> None:
    for name in names:
        await stage.tell(
            CoordinatorNamed(mechanism=mechanism, party="kazakhstan", coordinator=name)
        )


@pytest.mark.parametrize(
    ("scope", "complaint"),
    [
        ({"kind": "mechanism", "id": "customs-heads"}, "is В. Ли (customs-heads), not Б. Сатпаев"),
        ({"kind": "delegate"}, "is В. Ли (customs-heads), not Б. Сатпаев; the secretary names"),
    ],
)
async def test_no_address_that_leads_nowhere_is_given(
    stage: Any, scope: Any, complaint: str
) -> None:
    await named(stage, "В. Ли")
    for actor, body in ((COORDINATOR, {}), ("secretary", {"owner": COORDINATOR})):
        answer = await stage.post("/subscriptions", {"scope": scope, **body}, actor=actor)
        assert (answer.status_code, complaint in answer.text) == (403, True), answer.text
    assert await stage.said(SubscriptionMade) == []
    await named(stage, "Б. Сатпаев")
    await subscribed(stage, COORDINATOR, scope=scope)


async def test_who_was_named_by_nobody_is_told_so(stage: Any) -> None:
    body = {"scope": {"kind": "delegate"}}
    answer = await stage.post("/subscriptions", body, actor=COORDINATOR)
    assert "nobody has named Б. Сатпаев coordinator of kazakhstan" in answer.text
    assert answer.status_code == 403
    await subscribed(stage, OWNER, **body)


async def test_an_address_ends_for_good_with_the_role_and_says_why(stage: Any) -> None:
    scope = {"kind": "mechanism", "id": "customs-heads"}
    theirs = await subscribed(stage, COORDINATOR, scope=scope)
    wider = await subscribed(stage, COORDINATOR)
    await subscribed(stage, OWNER, scope=scope)
    await named(stage, "Б. Сатпаев", "В. Ли", "Б. Сатпаев")
    (ended,) = await stage.said(SubscriptionRevoked)
    assert ended.subscription == theirs["id"]
    assert ended.reason == "coordinator of kazakhstan is В. Ли (customs-heads), not Б. Сатпаев"
    listed = await stage.http.get("/api/v1/subscriptions", headers={b"actor": b"secretary"})
    why = {item["id"]: item["reason"] for item in listed.json()["items"]}
    assert (why[theirs["id"]], why[wider["id"]]) == (ended.reason, None)
    page = await stage.http.get("/subscriptions", headers={b"actor": COORDINATOR.encode()})
    gone = page.text.partition("Those that lead nowhere any more")[2]
    assert (theirs["id"] in gone, wider["id"] in gone, ended.reason in gone) == (True, False, True)


async def test_the_addresses_of_a_delegation_that_leaves_end(stage: Any) -> None:
    scope = {"kind": "mechanism", "id": "customs-heads"}
    made = await subscribed(stage, scope=scope)
    await subscribed(stage)
    await subscribed(stage, "secretary", scope=scope)
    without = tuple(party for party in PARTIES if party.id != "kazakhstan")
    await stage.tell(CUSTOMS.model_copy(update={"parties": without}))
    (ended,) = await stage.said(SubscriptionRevoked)
    assert ended.subscription == made["id"]
    assert ended.reason == "kazakhstan is no party there any more"
