"""What is in the way: windows of starts, gathered by the rule they break and who bears it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Delegate, Engagement, Gathering, Neighbour
from services.working_time.stretches import Stretch, Use


class Clash(NamedTuple):
    """Another meeting, and the delegates of a party who are in it; none where it is the host's."""

    other: Gathering
    delegates: tuple[Delegate, ...] = ()


class Near(NamedTuple):
    """Another meeting that keeps a `gap` of whole days, and the delegates who are in both."""

    other: Engagement
    gap: int
    delegates: tuple[Delegate, ...] = ()


class Beside(NamedTuple):
    """A date that may yet be a day off, of parties by their names, and what it is there."""

    on: date
    parties: tuple[str, ...]
    name: str


class Window(NamedTuple):
    """A start from the minute `first` to before `past` breaks a rule, because of `subject`.

    Where that is a stretch of time, it is the session that begins `after` minutes after the start
    which lies in it.
    """

    first: int
    past: int
    subject: Stretch | Clash | Near | Beside | Neighbour | None
    after: int = 0

    def amount(self, start: int, duration: int) -> int:
        """By how much a start in this window breaks its rule; see `Rule` for the units."""
        match self.subject:
            case Stretch() as stretch if stretch.use is not Use.OFF:
                return shared(stretch.ends - stretch.starts, self.lead(start), duration)
            case Clash(delegates=delegates):
                return len(delegates) or 1
        return 1

    def lead(self, start: int) -> int:
        """How long after the beginning of its stretch the session begins."""
        assert isinstance(self.subject, Stretch)
        return start + self.after - self.subject.starts


@dataclass(frozen=True, slots=True)
class Obstacle:
    """All breaches of one rule at the cost of one party; no party where it is the meeting's."""

    rule: Rule
    party: str | None
    hard: bool
    cost: int
    windows: tuple[Window, ...]


def shared(length: int, lead: int, duration: int) -> int:
    """The minutes that a session takes of a stretch of `length`, if it begins `lead` after it."""
    return max(0, min(length, lead + duration) - max(0, lead))
