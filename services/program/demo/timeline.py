"""Scripts that take turns in virtual time.

A script is an asynchronous generator: it yields the instant until which it has nothing to do. Those
that wait for the same instant go on in the order in which they were started, one after the other,
so that the same scripts always do the same things in the same order.
"""

import heapq
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from services.program.demo.scene import Scene

Script = AsyncIterator[datetime]


class Timeline:
    """Moves a scene's clock from one script's instant to the next."""

    def __init__(self, scene: Scene, ends: datetime) -> None:
        self.scene = scene
        self.clock = scene.clock
        self.ends = ends
        self.started = 0
        self.waiting: list[tuple[datetime, int, Script]] = []

    def start(self, script: Script, at: datetime | None = None) -> None:
        """Let `script` begin at the instant `at`, or as soon as it can."""
        self.started += 1
        heapq.heappush(self.waiting, (at or self.clock.now(), self.started, script))

    async def play(self, passed: Callable[[datetime], None]) -> None:
        """Run all scripts until time ends; `passed` hears of every instant reached."""
        while self.waiting and self.waiting[0][0] <= self.ends:
            instant, order, script = heapq.heappop(self.waiting)
            await self.scene.advance(max(instant, self.clock.now()))
            passed(self.clock.now())
            try:
                until = await anext(script)
            except StopAsyncIteration:
                continue
            heapq.heappush(self.waiting, (until, order, script))
        await self.scene.advance(self.ends)
