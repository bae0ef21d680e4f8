"""Why a command is not carried out. Nothing has changed when one of these is raised."""


class RefusedError(Exception):
    """A command that is not carried out; the text says why and what to do instead."""


class NotAllowedError(RefusedError):
    """This actor may not do this."""


class NotFoundError(RefusedError):
    """There is nothing of that id."""


class WrongStateError(RefusedError):
    """It may be done, but not now: the state or the date does not allow it."""


class UnacceptableError(RefusedError):
    """What the command carries makes no sense here."""


class KeyReusedError(RefusedError):
    """An Idempotency-Key came again with another command."""


class StaleError(RefusedError):
    """Somebody else changed it first. `current` is what stands now, as JSON."""

    def __init__(self, message: str, *, current: object) -> None:
        super().__init__(message)
        self.current = current
