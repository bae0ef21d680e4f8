"""The picture of the loop: stations on a rounded track, with how many bodies stand at each.

The first five stages run to the right above, the others back to the left below, and the follow-ups
close the loop. All lengths are in the units of the picture, WIDTH by HEIGHT.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from services.portal.rules.meeting import LOOP
from services.portal.rules.standing import Standing

WIDTH, HEIGHT = 1120, 272
LEFT, APART = 120, 220
ABOVE, BELOW = 84, 192
IN_A_ROW = 5


class Station(BaseModel):
    """A stage of the loop with the short names of the bodies that stand there."""

    model_config = ConfigDict(frozen=True)

    label: str
    bodies: tuple[str, ...]
    x: int
    y: int


def stations(standings: Sequence[Standing]) -> list[Station]:
    """The stages in the order of the loop."""
    return [
        Station(
            label=stage,
            bodies=tuple(s.body.short_name for s in standings if s.stage is stage),
            x=place(number),
            y=ABOVE if number < IN_A_ROW else BELOW,
        )
        for number, stage in enumerate(LOOP)
    ]


def place(number: int) -> int:
    """The x of the `number`-th station on the way round."""
    along = number if number < IN_A_ROW else 2 * IN_A_ROW - 1 - number
    return LEFT + along * APART
