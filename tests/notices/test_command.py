"""`secretariat mail`, against a server that runs."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.notices import incoming
from services.notices.figures import Figures
from services.notices.post import IN, Post, note
from services.program.app import create_app
from services.program.cli import app
from services.program.commands.doctor import of_mail, show
from services.program.doctor import Report, ServiceReport
from services.program.serve import listening
from services.program.terminal import CommandError
from tests.bridge.test_service import served
from tests.conftest import START, Stage
from tests.notices.clients import ORGANIZER, OUTLOOK_COM, STAMP, carried, reply
from tests.notices.conftest import MEETING, OMAROVA, SCHEDULED, Sending, listed, register, settled
from tests.notices.post_office import PostOffice

Run = Callable[..., Any]


@pytest.fixture
async def run(stage: Stage) -> AsyncIterator[Run]:
    """Runs the command and returns what it did."""
    with listening("127.0.0.1", 0) as place:
        program = create_app(stage.program.services, stage.program.workers)
        async with served(program, place) as address:

            async def running(*words: str) -> Result:
                return await asyncio.to_thread(
                    CliRunner(env={"COLUMNS": "160"}).invoke,
                    app,
                    ["mail", *words, "--url", address],
                )

            yield running


async def test_the_secretary_sees_what_failed_and_why_and_sends_it_again(
    stage: Stage, office: PostOffice, sending_from: Sending, run: Run
) -> None:
    office.to_recipients = ["550 5.1.1 no such user"]
    await register(stage)
    async with sending_from(stage, office):
        await stage.tell(SCHEDULED)
        (failed,) = await settled(stage, ["failed"])
        shown = (await run("list")).stdout
        for part in (failed["id"], MEETING, "invitation", "failed", "no such user", "1 mail;"):
            assert part in shown
        assert OMAROVA not in shown, "a list on a screen tells no address"
        assert json.loads((await run("list", "--stage", "sent", "--json")).stdout) == []
        one = (await run("show", failed["id"])).stdout
        assert f"Айгүл Омарова <{OMAROVA}>, kazakhstan" in one
        assert "failed after 1 attempts" in one
        again = (await run("retry", failed["id"])).stdout
        assert again == f"{failed['id']} to Айгүл Омарова is queued.\n"
        await settled(stage, ["sent"])
    refused = await run("retry", failed["id"])
    assert isinstance(refused.exception, CommandError)
    assert "only failed and bounced ones" in str(refused.exception)


async def test_answers_are_shown_and_what_was_put_aside(
    stage: Stage, office: PostOffice, sending_from: Sending, run: Run
) -> None:
    await register(stage)
    await stage.tell(SCHEDULED)
    assert "not sent yet" in (await run("answers", MEETING)).stdout
    async with sending_from(stage, office):
        await settled(stage, ["sent"])
    database = stage.program.workers["notices"].database
    await note(database, IN, office.server, None, stage.clock.now())
    other = reply("DECLINED", sender="x@mail.example", stamp=STAMP + timedelta(hours=1))
    mails = (carried(OUTLOOK_COM), reply(method="COUNTER"), other)
    for place, message in enumerate(mails, start=1):
        found = incoming.Found(place, message.as_bytes())
        await incoming.take(database, found, 1, Post(ORGANIZER, None, None), stage.clock.now())
    shown = (await run("answers", MEETING)).stdout
    assert "tentative" in shown
    assert "Буду, если успею" in shown
    assert "proposes another date" in (await run("aside")).stdout
    (doubt,) = re.findall(r"unconfirmed declined \((\w+)\) from x@mail.example", shown)
    confirmed = (await run("confirm", MEETING, doubt)).stdout
    assert confirmed == "customs-heads.kazakhstan.coordinator has declined.\n"
    shown = (await run("answers", MEETING)).stdout
    assert "unconfirmed" not in shown
    assert "tentative" not in shown


async def test_the_doctor_says_what_keeps_mail_and_what_did_not_arrive() -> None:
    mail = Figures(waiting=2, failed=1, outgoing="no server is configured", mailbox="b:993 is away")
    report = Report(
        at=START,
        services={"notices": ServiceReport(database="ok", mail=mail)},
        orphan_follow_ups=[],
    )
    assert not report.healthy
    assert list(of_mail(report)) == [
        "✗ 1 mail did not arrive; secretariat mail list says which and why.",
        "2 mails wait; no server is configured.",
        "Answers to invitations are not read; b:993 is away.",
    ]


@pytest.mark.parametrize(("waiting", "verdict"), [(0, "All is well."), (2, "All else is well.")])
async def test_all_is_not_well_where_mail_waits(
    capsys: pytest.CaptureFixture[str], waiting: int, verdict: str
) -> None:
    mail = Figures(waiting=waiting, failed=0, outgoing="no server is configured", mailbox=None)
    services = {"notices": ServiceReport(database="ok", mail=mail)}
    show(Report(at=START, services=services, orphan_follow_ups=[]))
    assert capsys.readouterr().out.splitlines()[-1] == verdict


async def test_settings_are_shown_and_changed_one_by_one(stage: Stage, run: Run) -> None:
    await register(stage)
    shown = (await run("settings", "customs-heads")).stdout
    assert "kazakhstan/coordinator" in shown
    assert "at once" in shown
    who = ("settings", "customs-heads", "kazakhstan/coordinator")
    changed = (await run(*who, "--digest", "daily", "--quiet", "21:00-07:30")).stdout
    assert "daily at 08:00 Asia/Almaty" in changed
    assert "21:00–07:30" in changed
    back = (await run(*who, "--quiet", "none", "--language", "en")).stdout
    assert "21:00" not in back
    assert "daily at 08:00" in back
    unknown = await run("settings", "customs-heads", "china/coordinator")
    assert "invites nobody called china/coordinator" in str(unknown.exception)
    assert await listed(stage) == []


async def test_somebody_is_invited_given_another_address_and_invited_no_more(
    stage: Stage, run: Run
) -> None:
    assert "`secretariat mail invite" in (await run("settings", "customs-heads")).stdout
    assert "There is no mail yet" in (await run("list")).stdout
    await stage.tell(SCHEDULED)
    assert "Nobody is invited" in (await run("answers", MEETING)).stdout
    who = ("customs-heads", "kazakhstan/coordinator")
    name = ("--name", "A. Omarova", "--address")
    said = (await run("invite", *who, *name, OMAROVA)).stdout
    assert "A. Omarova is invited to the meetings of customs-heads to come." in said
    (mail,) = await listed(stage)
    assert (mail["address"], mail["language"]) == (OMAROVA, "kk")
    await run("settings", *who, "--quiet", "21:00-07:30")
    again = (await run("invite", *who, *name, "o@mfa.example", "--language", "ru")).stdout
    assert "21:00–07:30" in again, "another address changes nothing else"
    assert "o@mfa.example" in again
    gone = (await run("remove", *who)).stdout
    assert gone == "A. Omarova is not invited to customs-heads any more.\n"
    assert "nobody called" in str((await run("remove", *who)).exception)
    wrong = (
        (("invite", "customs-heads", "kazakhstan", *name, OMAROVA), "is not PARTY/HANDLE"),
        (("invite", *who, *name, "nowhere"), "--address"),
        (("invite", "customs-heads", "mongolia/x", *name, OMAROVA), "no party of customs-heads"),
    )
    for words, why in wrong:
        assert why in str((await run(*words)).exception)
