"""Numbers of things in English."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Like `1 day` and `2 days`; `many` is the plural that is not `one` with an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
