"""What the year came to, read from the API, and whether every loop closed."""

from collections import Counter
from typing import Any

from pydantic import BaseModel

from services.program.demo.audit import Audit
from services.program.demo.caller import Caller
from services.program.demo.world import World

OPEN = ("open", "reported", "overdue", "escalated")


class BodySummary(BaseModel):
    """One body's year. `missing` are open follow-ups that nothing brings back to the table.

    They stand on the next agenda; where none is out, since the next meeting is not near, or was
    cancelled, they wait for it.
    """

    meetings: int
    cancelled: int
    adopted_agendas: int
    adopted_minutes: int
    decisions: int
    follow_ups: dict[str, int]
    carried_items: int
    postponed_items: int
    silences: dict[str, int]
    referrals: int
    next_meeting: str | None
    missing: list[str]

    @property
    def closed(self) -> bool:
        """Whether what was decided comes back: minutes of all that was held, nothing missing."""
        return (
            self.meetings > 0
            and self.meetings == self.adopted_agendas == self.adopted_minutes
            and self.decisions > 0
            and not self.missing
        )


class Summary(BaseModel):
    """The whole demo, without a word that depends on the machine it ran on."""

    seed: int
    bodies: dict[str, BodySummary]
    events: int
    lost: int
    twice: int

    @property
    def failures(self) -> list[str]:
        """Why the year that was played has failed; nothing when it has not."""
        unclosed = [
            f"the loop of {name} did not close" for name, b in self.bodies.items() if not b.closed
        ]
        return [*unclosed, *self.breaches]

    @property
    def breaches(self) -> list[str]:
        """What is wrong whatever people have done since: loops that they open are their work."""
        lost = [f"{self.lost} events were lost"] if self.lost else []
        twice = [f"{self.twice} events took effect twice"] if self.twice else []
        return [*lost, *twice]


async def summarise(world: World, audit: Audit) -> Summary:
    line = world.caller("summary")
    return Summary(
        seed=world.seed,
        bodies={name: await body_summary(line, name) for name in world.bodies},
        events=audit.sent,
        lost=audit.lost,
        twice=audit.twice,
    )


async def body_summary(line: Caller, body: str) -> BodySummary:
    async def every(path: str) -> list[Any]:
        return [item async for item in line.every(path, mechanism=body)]

    all_meetings = await every("/meetings")
    meetings = Counter(meeting["stage"] for meeting in all_meetings)
    ahead = [m["id"] for m in all_meetings if m["stage"] in {"planned", "scheduled"}]
    agendas = await every("/agendas")
    minutes = Counter(text["stage"] for text in await every("/minutes"))
    follow_ups = await every("/follow-ups")
    coming = [agenda for agenda in agendas if agenda["stage"] == "provisional"]
    on_table = {item["origin"]["id"] for a in coming for item in a["items"] if item["origin"]}
    if not coming:
        pool = await line.get(f"/mechanisms/{body}/pool")
        on_table = {matter["origin"]["id"] for matter in pool["carried"]}
    return BodySummary(
        meetings=meetings["closed"],
        cancelled=meetings["cancelled"],
        adopted_agendas=sum(agenda["stage"] == "concluded" for agenda in agendas),
        adopted_minutes=minutes["adopted"],
        decisions=len(await every("/decisions")),
        follow_ups=dict(sorted(Counter(f["stage"] for f in follow_ups).items())),
        carried_items=sum(
            item["kind"] == "carried" for agenda in agendas for item in agenda["items"]
        ),
        postponed_items=sum(len(agenda["postponed"]) for agenda in agendas),
        silences=dict(
            sorted(Counter(s["stage"] for s in await every("/silence-procedures")).items())
        ),
        referrals=len(await every("/referrals")),
        next_meeting=ahead[0] if ahead else None,
        missing=[f["id"] for f in follow_ups if f["stage"] in OPEN and f["id"] not in on_table],
    )
