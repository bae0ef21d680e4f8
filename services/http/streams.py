"""Server-sent events: routes that tell what happens, as it happens."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import StreamingResponse

LOOK_SECONDS = 5.0
UNBUFFERED = {"cache-control": "no-cache", "x-accel-buffering": "no"}
STREAM: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {}}}}


def streamed(said: AsyncIterator[bytes]) -> StreamingResponse:
    """What is said as the answer to an EventSource; nothing on the way may hold it back."""
    return StreamingResponse(said, media_type="text/event-stream", headers=UNBUFFERED)


async def first_of(*events: asyncio.Event) -> bool:
    """Whether one of `events` was set within LOOK_SECONDS."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        set_, _ = await asyncio.wait(
            waits, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(set_)
    finally:
        for wait in waits:
            wait.cancel()
