"""What is read depends on who reads: a cache must not give one's answer to another."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class VaryByActor:
    """Says so of every answer (RFC 9110, 12.5.5)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Actor")
            await send(message)

        await self.app(scope, receive, varying if scope["type"] == "http" else send)
