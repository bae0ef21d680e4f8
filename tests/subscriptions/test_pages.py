"""The pages of secret addresses: for who holds one, and for who makes them."""

import re
from typing import Any, get_args

import pytest

from events.subscriptions import Settings, SubscriptionMade, SubscriptionSettingsChanged
from services.subscriptions.pages import drawing
from services.subscriptions.service import subscriptions
from tests.conftest import Staging
from tests.subscriptions.test_service import OWNER, subscribed

COORDINATOR = "kazakhstan/coordinator Б. Сатпаев"
FORM = {"wished": "yes", "meetings": "true", "language": "en", "alarm_minutes": ""}


@pytest.fixture
async def stage(staged: Staging, postgres_url: str | None) -> Any:
    return await staged(subscriptions, url=postgres_url)


async def page_of(stage: Any, **body: Any) -> str:
    return str((await subscribed(stage, **body))["address"].removesuffix(".ics"))


async def send(stage: Any, path: str, actor: str | None = None, **fields: str) -> Any:
    headers = {b"actor": actor.encode()} if actor else {}
    answer = await stage.http.post(path, data=fields, headers=headers)
    await stage.program.settle()
    return answer


async def look(stage: Any, path: str, actor: str | None = None) -> Any:
    return await stage.http.get(path, headers={b"actor": actor.encode()} if actor else {})


@pytest.mark.parametrize("page", ["settings", "rotation", "revocation"])
async def test_a_page_of_a_holder_is_kept_by_no_cache_and_changes_nothing_when_read(
    stage: Any, page: str
) -> None:
    at = await page_of(stage)
    answer = await look(stage, f"{at}/{page}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "http" not in answer.text.split("<main", 1)[1].split("</main>", 1)[0]
    assert len(await stage.envelopes()) == 4
    gone = await look(stage, f"{at}x/{page}")
    assert (gone.status_code, "leads nowhere" in gone.text) == (404, True)
    assert (await send(stage, f"{at}x/{page}", **FORM)).status_code == 404


async def test_free_time_has_an_address_of_its_own_kind_and_no_wishes(stage: Any) -> None:
    person = {"party": "kazakhstan", "role": "delegate", "name": "А. Омарова"}
    made = await send(
        stage, "/subscriptions", "secretary", **FORM, **person, scope="busy:kazakhstan"
    )
    (address,) = re.findall(r">http://[^<]*(/calendars/by-token/[^<]+)\.ifb<", made.text)
    assert "webcal:" not in made.text
    assert "Kazakhstan: busy" in made.text
    settings = await look(stage, f"{address}/settings")
    assert 'name="deadlines"' not in settings.text
    rotated = await send(stage, f"{address}/rotation")
    assert re.search(r"/calendars/by-token/[^<]+\.ifb<", rotated.text)
    ticked = {**FORM, **person, "deadlines": "true", "language": "ru"}
    made = await send(stage, "/subscriptions", "secretary", **ticked, scope="busy:kazakhstan")
    assert made.status_code == 200
    assert (await stage.said(SubscriptionMade))[-1].settings == Settings(language="ru")


async def test_what_a_holder_changes_is_the_owners_change(stage: Any) -> None:
    at = await page_of(stage, settings={"deadlines": True})
    form = {**FORM, "alarm_minutes": "60", "language": "ru", "all_day": "true"}
    saved = await send(stage, f"{at}/settings", **form)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{at}/settings?saved")
    (change,) = await stage.said(SubscriptionSettingsChanged)
    assert change.settings == Settings(language="ru", alarm_minutes=60, all_day=True)
    *_, last = await stage.envelopes()
    assert str(last.actor) == OWNER


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"meetings": ""}, "the feed would be empty"),
        ({"alarm_minutes": "7"}, "alarm_minutes"),
        ({"alarm_minutes": "²"}, "alarm_minutes"),
        ({"language": "xx"}, "there are no words in the language xx"),
    ],
)
async def test_wishes_that_make_no_sense_change_nothing(
    stage: Any, wrong: dict[str, str], says: str
) -> None:
    at = await page_of(stage)
    form = {name: value for name, value in (FORM | wrong).items() if value}
    answer = await send(stage, f"{at}/settings", **form)
    assert (answer.status_code, says in answer.text) == (422, True), answer.text
    long = await send(stage, f"{at}/revocation", reason="а" * 20_001)
    assert long.status_code == 422
    assert len(await stage.envelopes()) == 4


async def test_an_address_that_was_replaced_or_ended_changes_nothing_any_more(
    stage: Any,
) -> None:
    first = await page_of(stage)
    answer = await send(stage, f"{first}/rotation")
    second = answer.text.partition("/calendars/by-token/")[2].partition(".ics")[0]
    assert answer.headers["cache-control"] == "no-store"
    said = len(await stage.envelopes())
    for path in ("settings", "rotation", "revocation"):
        assert (await send(stage, f"{first}/{path}", **FORM)).status_code == 404
    assert len(await stage.envelopes()) == said
    ended = await send(stage, f"/calendars/by-token/{second}/revocation")
    assert "The address is ended" in ended.text
    assert (await look(stage, f"/calendars/by-token/{second}/settings")).status_code == 404


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (None, ()),
        (OWNER, (OWNER,)),
        ("china/delegate", ()),
        (COORDINATOR, (OWNER, COORDINATOR)),
        ("secretary", (OWNER, COORDINATOR, "secretary")),
    ],
)
async def test_the_list_shows_everybody_what_they_may_see(
    stage: Any, actor: str | None, seen: tuple[str, ...]
) -> None:
    made = {who: await subscribed(stage, who) for who in (OWNER, COORDINATOR, "secretary")}
    page = await look(stage, "/subscriptions", actor)
    for who, one in made.items():
        assert (one["id"] in page.text) is (who in seen)
        assert one["address"].removesuffix(".ics") not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_a_delegate_who_is_logged_in_makes_an_address_for_nobody_else(stage: Any) -> None:
    page = await look(stage, "/subscriptions", OWNER)
    assert 'name="party"' not in page.text
    form = FORM | {"scope": "party:kazakhstan"}
    made = await send(stage, "/subscriptions", OWNER, **form)
    assert "/calendars/by-token/" in made.text
    other = await send(
        stage, "/subscriptions", OWNER, **form, party="china", role="delegate", name="王毅"
    )
    assert (other.status_code, "only the secretary may" in other.text) == (422, True)
    (one,) = await stage.said(SubscriptionMade)
    assert str(one.owner) == OWNER
    nobody = await send(stage, "/subscriptions", **form)
    assert (nobody.status_code, "only who is logged in" in nobody.text) == (422, True)


async def test_nobody_gets_an_address_unasked_and_a_new_one_replaces_none(stage: Any) -> None:
    form = FORM | {"scope": "all", "party": "", "role": "delegate", "name": ""}
    unasked = await send(stage, "/subscriptions", "secretary", **form)
    assert (unasked.status_code, "say for whom" in unasked.text) == (422, True)
    form["party"] = "the secretariat"
    made = await send(stage, "/subscriptions", "secretary", **form)
    assert "/calendars/by-token/" in made.text
    for words in ("before is dead", "another to the same calendar"):
        assert words not in made.text
    (one,) = await stage.said(SubscriptionMade)
    assert str(one.owner) == "secretary"
    second = await send(stage, "/subscriptions", "secretary", **form)
    assert f"another to the same calendar: {one.subscription}." in second.text
    replaced = await send(stage, f"/subscriptions/{one.subscription}/rotation", "secretary")
    assert "The address before is dead." in replaced.text
    await send(stage, f"/subscriptions/{one.subscription}/revocation", "secretary")
    third = await send(stage, "/subscriptions", "secretary", **form)
    assert f"calendar: {one.subscription}" not in third.text, "it is ended"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"scope": "planet:mars"}, "scope.kind"),
        ({"scope": "party:mongolia"}, "no mechanism is in a feed"),
        ({"role": "king", "party": "china"}, "write the actor as party/role"),
        ({"alarm_minutes": "7"}, "alarm_minutes"),
    ],
)
async def test_a_form_that_makes_no_sense_is_shown_again_with_what_is_wrong(
    stage: Any, wrong: dict[str, str], says: str
) -> None:
    form = FORM | {"scope": "all", "party": "china", "role": "delegate", "name": "王毅"} | wrong
    answer = await send(stage, "/subscriptions", "secretary", **form)
    assert (answer.status_code, says in answer.text) == (422, True), answer.text
    assert 'value="王毅"' in answer.text
    assert await stage.said(SubscriptionMade) == []


async def test_a_long_list_is_cut_and_found_by_whose_it_is(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.subscriptions.pages.MOST", 2)
    for name in ("A_", "Ab", "C%"):
        await subscribed(stage, "secretary", owner=f"kazakhstan/delegate {name}")
    cut = await look(stage, "/subscriptions", "secretary")
    assert "The first 2 are shown" in cut.text
    for whose, found in (("A_", ["A_"]), ("%", ["C%"]), ("delegate", None), ("nobody", [])):
        page = await send(stage, "/subscriptions/shown", "secretary", whose=whose)
        shown = [name for name in ("A_", "Ab", "C%") if f">{name}, delegate" in page.text]
        assert shown == found or (found is None and len(shown) == 2)


def test_every_reminder_that_there_may_be_is_offered() -> None:
    module = drawing.environment.get_template("wishes.html").make_module({"lang": "en"})
    offered = [minutes for minutes, _ in module.alarms]  # type: ignore[attr-defined]
    said = Settings.model_fields["alarm_minutes"].annotation
    literal = next(each for each in get_args(said) if get_args(each))
    assert offered == list(get_args(literal))
