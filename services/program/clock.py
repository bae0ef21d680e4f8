"""A clock that is set from outside: how a demo moves the time of processes of their own."""

from fastapi import APIRouter
from pydantic import BaseModel

from events.clock import SetClock
from events.moments import Instant


class Reading(BaseModel):
    """What a clock shows, in UTC."""

    now: Instant


def clock_routes(clock: SetClock) -> APIRouter:
    router = APIRouter()

    @router.put("/clock")
    async def move(reading: Reading) -> Reading:
        """Move the clock on; it never goes back, and the answer says what it shows now."""
        await clock.set(max(reading.now, clock.now()))
        return Reading(now=clock.now())

    return router
