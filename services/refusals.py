"""Why a command is not carried out. Nothing has changed when one of these is raised."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from services.state import State


class RefusedError(Exception):
    """A command that is not carried out; the text says why and what to do instead."""


class NotAllowedError(RefusedError):
    """This actor may not do this."""


class NotFoundError(RefusedError):
    """There is nothing of that id."""


def nothing_called(key: str) -> NotFoundError:
    """The refusal for what is not there, and for what is there and not for whoever asks."""
    return NotFoundError(f"there is nothing called {key}, or nothing that you may read")


class WrongStateError(RefusedError):
    """It may be done, but not now: the state or the date does not allow it."""


class UnacceptableError(RefusedError):
    """What the command carries makes no sense here."""


@contextmanager
def gathered(refused: list[RefusedError], *kinds: type[RefusedError]) -> Iterator[None]:
    """Keep what is refused for a reason of these kinds, to go on and look for others."""
    try:
        yield
    except kinds as error:
        refused.append(error)


def refuse(refused: Sequence[RefusedError]) -> None:
    """Refuse all that is gathered at once, as the first of it."""
    if refused:
        raise type(refused[0])(". And ".join(map(str, refused)))


class KeyReusedError(RefusedError):
    """An Idempotency-Key came again with another command."""


class StaleError(RefusedError):
    """Somebody else changed it first. `current` is what stands now."""

    def __init__(self, message: str, *, current: State) -> None:
        super().__init__(message)
        self.current = current
