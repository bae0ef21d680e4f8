"""The topics that events travel on. On Kafka their names have the deployment's prefix in front.

The loop is the one that services hear: what happens in one mechanism is seen by everybody in the
order in which it happened, whichever service said it. Decisions travel on topics of their own
besides, for those outside who want nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FOREVER = "-1"
YEAR = str(366 * 24 * 60 * 60 * 1000)


def enough_in_sync(replicas: int) -> dict[str, str]:
    """The setting by which a write outlives the loss of one of `replicas`, where there are some."""
    return {"min.insync.replicas": str(max(1, replicas - 1))}


@dataclass(frozen=True)
class Topic:
    """A topic with its partitions, and those of its settings that are ours to choose.

    Times in `settings` are in milliseconds; `key` says what its records are keyed by.
    """

    name: str
    partitions: int
    key: str
    settings: Mapping[str, str]
    about: str


LOOP = Topic(
    "loop",
    12,
    "mechanism",
    {"cleanup.policy": "delete", "retention.ms": FOREVER},
    "Everything that happens, for the services and for whoever follows the whole loop",
)
DECISIONS = Topic(
    "decisions",
    6,
    "mechanism",
    {"cleanup.policy": "delete", "retention.ms": FOREVER},
    "Decisions and their corrigenda, as they are adopted and issued",
)
LATEST_DECISIONS = Topic(
    "decisions.latest",
    6,
    "symbol",
    {"cleanup.policy": "compact"},
    "Each decision as it stands; of several records of one symbol the highest revision counts",
)
DEAD = Topic(
    "dead",
    1,
    "as it came",
    {"cleanup.policy": "delete", "retention.ms": YEAR},
    "Records that are no event of ours, byte for byte, with the reason in their headers",
)

TOPICS = (LOOP, DECISIONS, LATEST_DECISIONS, DEAD)
