"""What is told of a plan to who may not read some of its meetings.

A restricted meeting that stood on its date before takes time, which is no secret: reasons that name
it tell of a restricted meeting. Of another one nothing is told, not even that there is one: what it
costs, and what is in another one's way because of it, is as if it were not there; so is a date that
a poll asks about for a restricted meeting. The secretary's own words, in what is wanted, may tell
of any, and are left out.
"""

import re
from collections.abc import Collection, Iterator

from events.plans import Broken, LeftOut, Moved, Planned, Wish
from services.planning.rules.reading import BETTER
from services.planning.rules.wanted import Wanted

SOME = "a restricted meeting"
PERIOD = "a period that the secretary has named"
PEOPLE = "the same people"
OVERTAKEN = "the date holds no more"
END_OF_ID = r"(?![\w-])"


class Words:
    """The words of a plan without the names of meetings that are `standing`, or `secret`."""

    def __init__(self, wanted: Wanted, standing: Collection[str], secret: Collection[str]) -> None:
        self.standing = standing
        self.secret = secret
        self.replaced = {
            **{re.escape(id_) + END_OF_ID: SOME for id_ in standing},
            **{re.escape(one.text): PERIOD for one in wanted.periods},
            **{re.escape(one.name): PEOPLE for one in wanted.circles},
        }

    def planned(self, one: Planned, *, shown: bool) -> Planned:
        broken = tuple(self.broken(one)) if shown else ()
        return one.model_copy(update={"broken": broken})

    def broken(self, one: Planned) -> Iterator[Broken]:
        for each in one.broken:
            if each.wish is Wish.PERIOD:
                yield each.model_copy(update={"text": PERIOD})
            elif each.wish is Wish.STEADINESS and named(self.standing, each.text):
                continue
            elif not self.tells(f"{each.text} {each.let_stand}"):
                words = self.spoken(each.text)[:300]
                stands = each.let_stand and self.spoken(each.let_stand)
                yield each.model_copy(update={"text": words, "let_stand": stands})

    def left_out(self, one: LeftOut, year: int) -> LeftOut:
        """A sum of all dates counts secret meetings too."""
        none = f"no date of {year} is left"
        because = none if self.secret else self.spoken(one.because)
        return one.model_copy(update={"because": because})

    def moved(self, one: Moved) -> Moved:
        reasons = [each for each in one.because.split("; ") if not self.tells(each)]
        return one.model_copy(update={"because": self.spoken("; ".join(reasons)) or BETTER})

    def tells(self, text: str) -> bool:
        """Whether it names a meeting of which nothing is told."""
        return named(self.secret, text)

    def spoken(self, text: str) -> str:
        for names, instead in self.replaced.items():
            text = re.sub(names, instead, text)
        return text


def named(ids: Collection[str], text: str) -> bool:
    """Whether a text names one of these meetings."""
    return any(re.search(re.escape(id_) + END_OF_ID, text) for id_ in ids)
