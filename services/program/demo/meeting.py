"""One meeting of one body, from the plan to adopted minutes."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from services.program.demo import texts
from services.program.demo.caller import Caller
from services.program.demo.followup import due_days, start_follow_ups
from services.program.demo.plot import BodyPlot, Gathering, Incident
from services.program.demo.readiness import start_noting
from services.program.demo.timeline import Script
from services.program.demo.world import World, days, instant, morning

MINUTES_AFTER = days(2)
HOUR = timedelta(hours=1)


class MeetingScript:
    """The life of one meeting. `name` sets its commands apart from all others'."""

    def __init__(self, world: World, plot: BodyPlot, gathering: Gathering, name: str) -> None:
        self.world = world
        self.plot = plot
        self.gathering = gathering
        self.name = name
        self.call: Caller = world.caller(name)
        self.dice: random.Random = world.dice(plot, name)
        self.rules: dict[str, Any] = world.bodies[plot.mechanism]["rules"]
        self.parties = [party["id"] for party in world.bodies[plot.mechanism]["parties"]]
        self.meeting: dict[str, Any] = {}

    def has(self, incident: Incident) -> bool:
        return incident in self.gathering.incidents

    @property
    def key(self) -> str:
        key: str = self.meeting["id"]
        return key

    @property
    def chair(self) -> str:
        return f"{self.meeting['turn']['chair']}/chair"

    @property
    def starts(self) -> datetime:
        return instant(self.meeting["span"]["starts"]["at"])

    @property
    def ends(self) -> datetime:
        return instant(self.meeting["span"]["ends"]["at"])

    async def play(self) -> Script:
        """Plan, convoke, hold, and adopt the minutes; then follow what was decided."""
        yield morning(self.gathering.day) - days(self.rules["notice_days"] + 21)
        await self.plan()
        if self.has(Incident.CANCELLED):
            yield morning(self.gathering.day) - days(self.rules["notice_days"] + 14)
            await self.convoke(self.gathering.day)
            yield self.starts - days(self.rules["proposals_days"] + 12)
            await self.propose(1)
            yield self.starts - days(self.rules["proposals_days"] + 9)
            await self.call.post(
                f"/meetings/{self.key}/cancellation",
                {"reason": "The host asked for another month; a new date will be proposed."},
            )
            await self.plan()
        day = self.gathering.day
        if self.has(Incident.CANCELLED):
            day = self.world.diary.take(day + days(28))
        yield morning(self.gathering.day) - days(self.rules["notice_days"] + 4)
        await self.convoke(day)
        async for until in self.prepare():
            yield until
        async for until in self.hold():
            yield until
        async for until in self.minute():
            yield until
        await start_follow_ups(
            self.world, self.plot, self.plot.mechanism, self.key, self.gathering.incidents
        )
        if self.has(Incident.BETWEEN_MEETINGS):
            async for until in self.decide_between_meetings():
                yield until

    async def plan(self) -> None:
        body = {"mechanism": self.plot.mechanism, "year": self.gathering.day.year}
        self.meeting = await self.call.post("/meetings", body)

    async def convoke(self, day: date) -> None:
        host = self.meeting["turn"]["host"]
        body = {
            "when": self.world.when(day, host),
            "place": texts.PLACES.get(host, host),
            "despite_clashes": True,
        }
        self.meeting = await self.call.post(f"/meetings/{self.key}/convocation", body)
        start_noting(self.world, self.plot, self.key)

    async def prepare(self) -> Script:
        """Proposals in time and late, and another date; the provisional agenda goes by itself."""
        yield self.starts - days(self.rules["proposals_days"] + 7)
        await self.propose(self.dice.randint(2, 3))
        if self.has(Incident.RESCHEDULED):
            yield self.starts - days(self.rules["proposals_days"] + 3)
            host = self.meeting["turn"]["host"]
            body = {
                "when": self.world.when(self.world.diary.take(self.starts.date() + days(7)), host),
                "reason": "Перенос по просьбе принимающей стороны.",
                "short_notice": True,
                "despite_clashes": True,
            }
            self.meeting = await self.call.post(f"/meetings/{self.key}/move", body)
        if self.has(Incident.SUPPLEMENTARY):
            yield self.starts - days(max(1, self.rules["circulation_days"] - 4))
            (late,) = await self.propose(1)
            await self.call.post(f"/proposals/{late}/leave", by=self.chair)

    async def propose(self, number: int) -> list[str]:
        """Let `number` parties propose an item each; the proposals' ids."""
        made = []
        for party in self.dice.sample(self.parties, number):
            obligation, action = self.dice.choice(self.world.actions[self.plot.mechanism])
            body = {
                "title": texts.filled(self.world.words(party, texts.PROPOSALS, self.dice), action),
                "serves": [obligation] if obligation else [],
            }
            path = f"/mechanisms/{self.plot.mechanism}/proposals"
            proposal = await self.call.post(path, body, by=f"{party}/delegate")
            made.append(proposal["id"])
        return made

    async def hold(self) -> Script:
        """Open with a quorum, adopt the agenda, discuss, and close."""
        yield self.starts
        quorum = self.rules["quorum"]
        may_miss = [] if quorum["numerator"] == quorum["denominator"] else self.parties
        absent = self.dice.choice([*may_miss, None, None, None])
        attendance = [
            {"party": party, "presence": self.presence(party, absent)} for party in self.parties
        ]
        few = [line for line in attendance if line["presence"] != "absent"][:1]
        path = f"/meetings/{self.key}/opening"
        await self.call.refused(path, {"attendance": few}, by=self.chair)
        await self.call.post(path, {"attendance": attendance}, by=self.chair)
        yield self.starts + HOUR / 4
        adopted = await self.call.post(f"/agendas/{self.key}/adoption", by=self.chair)
        yield self.starts + 4 * HOUR
        if self.has(Incident.POSTPONED):
            await self.postpone(adopted["items"])
        yield self.ends
        await self.call.post(f"/meetings/{self.key}/closing", by=self.chair)

    def presence(self, party: str, absent: str | None) -> str:
        if party == self.meeting["turn"]["chair"]:
            return "in_person"
        return "absent" if party == absent else self.dice.choice(["in_person", "online"])

    async def postpone(self, items: list[dict[str, Any]]) -> None:
        discussed = [item for item in items if item["kind"] in {"proposed", "supplementary"}]
        if discussed:
            body = {"item": discussed[-1]["item"], "reason": "Time ran out."}
            await self.call.post(f"/agendas/{self.key}/postponements", body, by=self.chair)

    async def minute(self) -> Script:
        """Write the minutes, have them commented and adopted, by consensus or by silence."""
        yield self.ends + MINUTES_AFTER
        await self.write()
        yield self.ends + MINUTES_AFTER + HOUR
        path = f"/minutes/{self.key}"
        circulated = await self.call.post(f"{path}/circulation")
        yield self.ends + MINUTES_AFTER + days(1)
        for party in self.dice.sample(self.parties, 2):
            body = {"text": self.world.words(party, texts.COMMENTS, self.dice)}
            await self.call.post(f"{path}/comments", body, by=f"{party}/delegate")
        yield instant(circulated["comments_until"]) + HOUR
        if self.rules["minutes_mode"] == "consensus" and not self.has(Incident.SILENCE_BROKEN):
            await self.call.post(f"{path}/adoption", by=self.chair)
            yield instant(circulated["comments_until"]) + 2 * HOUR
        else:
            async for until in self.keep_silence():
                yield until

    async def write(self) -> None:
        """Fill the draft: a summary an item, and decisions under what was discussed."""
        path = f"/minutes/{self.key}"
        draft = await self.call.get(path)
        for entry in draft["entries"]:
            await self.call.post(
                f"{path}/entries/{entry['item']}",
                {"summary": texts.in_words_of(self.rules["languages"], texts.SUMMARIES, self.dice)},
                method="PUT",
            )
        discussed = [
            entry
            for entry in draft["entries"]
            if entry["kind"] != "standing" and not entry["postponed"]
        ]
        for number, entry in enumerate(discussed[:3]):
            refer = number == 0 and self.has(Incident.REFERRED)
            body = self.decision(entry["serves"], refer_to=self.world.summit if refer else None)
            await self.call.post(f"{path}/entries/{entry['item']}/decisions", body)

    def decision(self, serves: list[str], refer_to: str | None = None) -> dict[str, Any]:
        """A decision on the obligations of an item, with a task or two and a day for each."""
        action = self.world.action_of(serves)
        task = texts.filled(self.dice.choice(texts.TASKS), action)
        due = (self.ends + due_days(self.dice)).date().isoformat()
        return {
            "text": texts.filled(self.dice.choice(texts.DECISIONS), action),
            "assignments": [
                {"party": party, "task": task, "due": due}
                for party in self.dice.sample(self.parties, self.dice.randint(1, 2))
            ],
            "serves": serves,
            "refer_to": refer_to,
        }

    async def keep_silence(self) -> Script:
        """Silence until it expires; first broken by an amendment where the plot says so."""
        path = f"/minutes/{self.key}"
        silent = await self.call.post(f"{path}/silence", by=self.chair)
        if self.has(Incident.SILENCE_BROKEN):
            yield self.world.timeline.clock.now() + days(1)
            amendment = {"text": "Во втором абзаце заменить «принять» на «рассмотреть»."}
            broken = f"/silence-procedures/{silent['silence']}"
            await self.call.post(
                f"{broken}/amendment", amendment, by=f"{self.dice.choice(self.parties)}/delegate"
            )
            yield self.world.timeline.clock.now() + days(1)
            circulated = await self.call.post(f"{path}/circulation")
            yield instant(circulated["comments_until"]) + HOUR
            silent = await self.call.post(f"{path}/silence", by=self.chair)
        procedure = await self.call.get(f"/silence-procedures/{silent['silence']}")
        expires = instant(procedure["expires"]["at"])
        yield expires + HOUR / 60
        late = f"/silence-procedures/{silent['silence']}/objection"
        await self.call.refused(late, {"text": "Too late."}, by=f"{self.parties[0]}/delegate")

    async def decide_between_meetings(self) -> Script:
        """A decision by silence, announced at the next meeting."""
        yield self.world.timeline.clock.now() + days(14)
        obligation, _ = self.world.actions[self.plot.mechanism][0]
        expires = self.world.timeline.clock.now() + days(4)
        body = {
            "decision": self.decision([obligation] if obligation else []),
            "expires": {"wall": f"{expires:%Y-%m-%dT12:00:00}", "zone": "Asia/Tashkent"},
        }
        path = f"/mechanisms/{self.plot.mechanism}/silence-procedures"
        await self.call.post(path, body, by=self.chair)
