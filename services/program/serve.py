"""The program behind an HTTP server, until it is told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Iterator
from types import FrameType

import uvicorn

from events.clock import SetClock
from services.program.app import create_app
from services.program.clock import clock_routes
from services.program.deployment import Deployment
from services.program.tracing import traced

STOP_SECONDS = 10


class PortInUseError(Exception):
    """Something else listens there."""


class Server(uvicorn.Server):
    """Ends its work on SIGINT or SIGTERM, and leaves it to its caller to end the process."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self.closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let streams end that would go on for ever."""
        self.closing.set()
        super().handle_exit(sig, frame)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)


def listening(host: str, port: int) -> socket.socket:
    """A socket on `host` and `port`; PortInUseError when that is taken."""
    wanted = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        wanted.bind((host, port))
        wanted.listen()
    except OSError as error:
        wanted.close()
        raise PortInUseError(
            f"{host}:{port} can't be used ({error.strerror}); choose another with --port"
        ) from None
    return wanted


async def serve_until_stopped(program: Deployment, place: socket.socket) -> None:
    """Serve an opened deployment on `place` and do its background work, until SIGINT or SIGTERM.

    Requests under way are answered first; the databases are closed by whoever opened them. What was
    loaded until here stays: where the collector of garbage looked through all of it, somebody would
    wait for it now and then (150 ms).
    """
    app = create_app(program.services, program.workers)
    if isinstance(program.clock, SetClock):
        app.include_router(clock_routes(program.clock))
    config = uvicorn.Config(
        app,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = Server(config, app.state.closing)
    gc.collect()
    gc.freeze()
    with traced(app, program.services):
        background = asyncio.create_task(program.run())
        serving = asyncio.create_task(server.serve(sockets=[place]))
        await asyncio.wait({background, serving}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
        background.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await background
