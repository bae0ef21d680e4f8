"""Who has lost the role in which they were invited hears no more of the meetings."""

import pytest

from events.mechanisms import CoordinatorNamed
from tests.conftest import CUSTOMS, Stage
from tests.notices.conftest import OMAROVA, SCHEDULED, Sending, moved, register, settled, span
from tests.notices.post_office import PostOffice
from tests.notices.test_deliveries import calendar_in, event_in

WITHOUT = CUSTOMS.model_copy(
    update={"parties": tuple(party for party in CUSTOMS.parties if party.id != "kazakhstan")}
)


@pytest.fixture
async def invited(stage: Stage, office: PostOffice, sending_from: Sending) -> None:
    async with sending_from(stage, office):
        await register(stage)
        await stage.tell(SCHEDULED)
        await settled(stage, ["sent"])


@pytest.mark.usefixtures("invited")
async def test_whose_party_has_left_is_told_no_new_date_but_that_it_is_without_them(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await stage.tell(WITHOUT)
    async with sending_from(stage, office):
        await stage.tell(moved(1, span(16)))
        await settled(stage, ["sent", "sent"])
    last = (await office.mails(2))[1]
    assert event_in(last)["DTSTART"].dt.replace(tzinfo=None) == SCHEDULED.span.starts.wall
    assert calendar_in(last)["METHOD"] == "CANCEL"
    assert event_in(last)["SEQUENCE"] == 1


@pytest.mark.usefixtures("invited")
async def test_whose_party_has_left_keeps_the_meeting_where_another_is_invited_at_the_same_address(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await register(stage, "china", address=OMAROVA)
    await stage.tell(WITHOUT, moved(1, span(16)))
    async with sending_from(stage, office):
        await settled(stage, ["sent", "sent", "superseded"])
    last = (await office.mails(2))[1]
    assert calendar_in(last)["METHOD"] == "REQUEST"


async def test_what_waited_when_a_party_left_does_not_go_out(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await register(stage)
    await register(stage, "china", address="li.na@mfa.example")
    await stage.tell(SCHEDULED)
    await stage.tell(WITHOUT)
    async with sending_from(stage, office):
        await settled(stage, ["sent", "superseded"])
    (mail,) = await office.mails(1)
    assert "li.na@mfa.example" in str(mail["To"])


@pytest.mark.usefixtures("invited")
@pytest.mark.parametrize(
    ("name", "address", "stays"),
    [
        ("Айгүл Омарова", None, True),
        ("A. Omarova", OMAROVA, True),
        ("B. Satpayev", None, False),
        ("Айгүл Омарова", "satpayev@mfa.example", False),
    ],
)
async def test_the_former_coordinator_is_invited_until_another_is_named(
    stage: Stage, name: str, address: str | None, *, stays: bool
) -> None:
    named = CoordinatorNamed(
        mechanism="customs-heads", party="kazakhstan", coordinator=name, address=address
    )
    await stage.tell(named)
    answer = await stage.http.get(
        "/api/v1/mechanisms/customs-heads/recipients", headers={"actor": "secretary"}
    )
    assert len(answer.json()["items"]) == stays
    await settled(stage, ["sent"] if stays else ["sent", "queued"])
