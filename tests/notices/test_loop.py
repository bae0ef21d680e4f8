"""The whole way: convoked, mailed, answered by others' programs, seen; moved, and asked anew.

With a real SMTP server and a real IMAP server, and scheduling and the portal as they are.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.notices import mailbox
from services.notices.service import notices
from services.portal.service import portal
from services.scheduling.service import scheduling
from tests.conftest import Stage, Staging
from tests.notices.clients import APPLE, GOOGLE, OMAROVA, OUTLOOK_COM, STAMP, carried, reply
from tests.notices.conftest import MEETING, Sending, register, settled
from tests.notices.dovecot import Mailbox
from tests.notices.post_office import PostOffice
from tests.notices.test_deliveries import event_in
from tests.notices.test_mailbox import post_of

LI, KARIMOVA = "li.na@mfa.example", "d.karimova@mfa.example"
Read = Callable[[], Any]


@pytest.fixture
async def stage(staged: Staging) -> Stage:
    """A meeting is planned, and three delegations have somebody to invite."""
    stage: Stage = await staged(scheduling, notices, portal)
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    await register(stage)
    await register(stage, "china", name="李娜", address=LI)
    await register(stage, "uzbekistan", name="Dilnoza Karimova", address=KARIMOVA)
    return stage


@pytest.fixture
def read(stage: Stage, box: Mailbox) -> Read:
    """Reads what is new in the mailbox; how many mails that are."""
    database = stage.program.workers["notices"].database
    return partial(mailbox.step, database, post_of(box.implicit), stage.clock)


def at_ten(day: str) -> dict[str, Any]:
    return {"wall": f"{day}T10:00:00", "zone": "Asia/Almaty", "minutes": 420}


async def replies(stage: Stage) -> dict[str, tuple[str | None, bool]]:
    """What each party says, and whether of the date that there is now."""
    await stage.program.settle()
    answer = await stage.http.get(f"/api/v1/meetings/{MEETING}/replies", headers=SECRETARY)
    return {
        one["party"]: (one["participation"], one["current"]) for one in answer.json()["attendees"]
    }


SECRETARY = {"actor": "secretary"}


async def body_page(stage: Stage, **headers: str) -> str:
    """The portal's page of the body, without its marks."""
    answer = await stage.http.get("/bodies/customs-heads", headers=headers)
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def test_answers_of_three_programs_are_seen_and_a_new_date_is_asked_about_anew(
    stage: Stage, box: Mailbox, read: Read, office: PostOffice, sending_from: Sending
) -> None:
    convocation = {"when": at_ten("2027-06-09"), "place": "Astana", "despite_clashes": True}
    await stage.post(f"/meetings/{MEETING}/convocation", convocation)
    async with sending_from(stage, office):
        invitations = await office.mails(3)
        assert {event_in(mail)["SEQUENCE"] for mail in invitations} == {0}
        await settled(stage, ["sent"] * 3)

    box.drop(carried(OUTLOOK_COM.replace("PARTSTAT=TENTATIVE", "PARTSTAT=ACCEPTED")))
    box.drop(carried(GOOGLE.replace(OMAROVA, LI), sender=LI))
    apple = APPLE.replace("PARTSTAT=TENTATIVE", "PARTSTAT=DECLINED").replace(OMAROVA, KARIMOVA)
    box.drop(carried(apple, sender=KARIMOVA))
    assert await read() == 3
    assert await replies(stage) == {
        "china": ("tentative", True),
        "kazakhstan": ("accepted", True),
        "uzbekistan": ("declined", True),
    }
    shown = await body_page(stage)
    assert "1 of 6 delegations will come, 1 perhaps, 1 not" in shown
    assert "Uzbekistan: declined" not in shown, "who is nobody in particular"
    assert "Uzbekistan: declined" in await body_page(stage, **SECRETARY)
    theirs = await body_page(stage, actor="china/delegate")
    assert "China: tentative" in theirs
    assert "Uzbekistan: declined" not in theirs

    move = {"when": at_ten("2027-06-16"), "place": "Astana", "reason": "Государственный визит"}
    assert (await stage.post(f"/meetings/{MEETING}/move", move)).status_code == 200
    async with sending_from(stage, office):
        updates = (await office.mails(6))[3:]
        assert {event_in(mail)["SEQUENCE"] for mail in updates} == {1}
        assert {event_in(m)["ATTENDEE"].params["PARTSTAT"] for m in updates} == {"NEEDS-ACTION"}
        await settled(stage, ["sent"] * 6)
    assert not any(current for _, current in (await replies(stage)).values())
    assert "will come" not in await body_page(stage)

    later = STAMP + timedelta(hours=1)
    box.drop(reply("ACCEPTED", attendee=KARIMOVA, sequence=0, stamp=later))
    box.drop(reply("ACCEPTED", sequence=1, stamp=later))
    assert await read() == 2
    assert await replies(stage) == {
        "china": ("tentative", False),
        "kazakhstan": ("accepted", True),
        "uzbekistan": ("accepted", False),
    }
    assert "1 of 6 delegations will come" in await body_page(stage)
    assert "perhaps" not in await body_page(stage)
