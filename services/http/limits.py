"""How large a request may be."""

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.http.problems import problem

LARGEST_BODY = 1024 * 1024


class TooLargeError(Exception):
    """The body is longer than LARGEST_BODY; nobody reads on."""


class BodyLimit:
    """Answers 413 to a request with more than LARGEST_BODY bytes, whatever length it claims."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise TooLargeError
            return message

        async def honest(message: Message) -> None:
            if received <= LARGEST_BODY:
                await send(message)

        with suppress(TooLargeError):
            await self.app(scope, counted, honest)
        if received > LARGEST_BODY:
            answer = problem(
                413,
                "too-large",
                "The request is too large",
                f"at most {LARGEST_BODY} bytes are taken; shorten the text, or link to a document",
            )
            await answer(scope, receive, send)
