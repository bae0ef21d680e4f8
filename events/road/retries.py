"""How often something that failed is tried again, and after which pause."""

from datetime import timedelta

ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_EXPLANATION = 2000


def pause(attempts: int) -> timedelta:
    """How long to wait after `attempts` failures: 1 s, 4 s, 16 s, 64 s, then 5 min."""
    factor: int = 4 ** (attempts - 1)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


def explain(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_EXPLANATION]
