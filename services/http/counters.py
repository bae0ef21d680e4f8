"""What services count of the requests that they answer, for whoever watches the program."""

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]

COUNTED = CollectorRegistry()

FEED_READS = Counter(
    "secretariat_feed_reads",
    "Answers to calendar programs, by the kind of feed and whether it was new to them",
    ["service", "feed", "answer"],
    registry=COUNTED,
)

FEED_FAILURES = Counter(
    "secretariat_feed_failures",
    "Times that feeds could not be made anew after a change; the log says why",
    ["service"],
    registry=COUNTED,
)
