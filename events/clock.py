"""Where the time comes from: the only place that asks the machine for it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

LONGEST_NAP = timedelta(minutes=1)


class Clock(Protocol):
    """Tells the present instant (UTC) and waits for a later one."""

    def now(self) -> datetime: ...

    async def wait_until(self, instant: datetime) -> None: ...


class SystemClock:
    """The machine's clock, or one that runs `ahead` of it."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def wait_until(self, instant: datetime) -> None:
        while (left := instant - self.now()) > timedelta(0):  # noqa: ASYNC110
            await asyncio.sleep(min(left, LONGEST_NAP).total_seconds())


class SetClock:
    """Shows the instant it was set to, and moves only when it is set to a later one."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)
        self.moved = asyncio.Condition()

    def now(self) -> datetime:
        return self.instant

    async def set(self, instant: datetime) -> None:
        """Move on to `instant`; an earlier one raises ValueError."""
        if instant < self.instant:
            raise ValueError(f"the clock shows {self.instant} and does not go back to {instant}")
        async with self.moved:
            self.instant = instant.astimezone(UTC)
            self.moved.notify_all()

    async def wait_until(self, instant: datetime) -> None:
        async with self.moved:
            await self.moved.wait_for(lambda: self.instant >= instant)
