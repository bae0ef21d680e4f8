"""The year of one body: its coordinators, its meetings, and its next meeting in the year after."""

from datetime import UTC, datetime

from services.program.demo import texts
from services.program.demo.ahead import days_ahead
from services.program.demo.meeting import MeetingScript
from services.program.demo.plot import LATEST_MONTH, YEAR, BodyPlot
from services.program.demo.readiness import start_noting
from services.program.demo.timeline import Script
from services.program.demo.world import World, days, morning

BEGINS = datetime(YEAR - 1, 10, 5, 6, tzinfo=UTC)
ENDS = datetime(YEAR, 12, 31, 6, tzinfo=UTC)
INVITED = datetime(YEAR, 12, 1, 6, tzinfo=UTC)
NAMES = {
    "china": "Li Wei 李伟",
    "kazakhstan": "Айгүл Омарова",
    "kyrgyzstan": "Нурлан Асанов",
    "tajikistan": "Фирӯза Раҳимова",
    "turkmenistan": "Maral Annaýewa",
    "uzbekistan": "Dilnoza Yoʻldosheva",
}


async def name_coordinators(world: World, plot: BodyPlot) -> Script:
    """Each party names its contact."""
    call = world.caller(f"{plot.mechanism}-coordinators")
    for party in world.parties:
        await call.post(
            f"/mechanisms/{plot.mechanism}/delegations/{party}",
            {"coordinator": NAMES.get(party, party), "address": f"{party}@mfa.example"},
            by=f"{party}/coordinator",
            method="PUT",
        )
    yield BEGINS


async def prepare_next_year(world: World, plot: BodyPlot) -> Script:
    """Plan the first meeting of the next year, and get ready what it will talk about.

    Where follow-ups wait it is convoked and its agenda circulated at once; elsewhere there is time.
    """
    call = world.caller(f"{plot.mechanism}-next")
    yield INVITED
    meeting = await call.post("/meetings", {"mechanism": plot.mechanism, "year": YEAR + 1})
    host = world.hosts[plot.mechanism] = meeting["turn"]["host"]
    waiting = (await call.get(f"/mechanisms/{plot.mechanism}/pool"))["carried"]
    if not waiting and plot.next_day.month == LATEST_MONTH:
        return
    yield INVITED + days(1)
    if not world.ahead:
        found = days_ahead(world.registered, world.hosts, world.wished, INVITED.date())
        world.ahead.update(found)
    body = {
        "when": world.when(world.ahead[plot.mechanism], host),
        "place": texts.PLACES.get(host, host),
        "short_notice": True,
        "despite_clashes": True,
    }
    await call.post(f"/meetings/{meeting['id']}/convocation", body)
    start_noting(world, plot, meeting["id"])
    yield ENDS - days(1)
    if waiting:
        await call.post(f"/agendas/{meeting['id']}/circulation")


def start_year(world: World, plot: BodyPlot) -> None:
    """Let a body's year begin."""
    world.timeline.start(name_coordinators(world, plot), BEGINS)
    for number, gathering in enumerate(plot.gatherings, 1):
        name = f"{plot.mechanism}-{number}"
        script = MeetingScript(world, plot, gathering, name)
        notice = world.bodies[plot.mechanism]["rules"]["notice_days"]
        begins = morning(gathering.day) - days(notice + 22)
        world.timeline.start(script.play(), max(BEGINS, begins))
    world.timeline.start(prepare_next_year(world, plot), INVITED)
