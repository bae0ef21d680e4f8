"""Where Kafka is, and how to be let in: for every client of it alike."""

import asyncio
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from traceback import walk_tb
from typing import Any, Self

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from events.road.interface import RoadUnreachableError
from events.topics import TOPICS, Topic, enough_in_sync

PREFIX = "secretariat"
SESSION_SECONDS, SHORTEST_SESSION = 10, 6
MECHANISMS = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


class SettingsError(Exception):
    """Settings of the connection that contradict one another; says which."""


@dataclass(frozen=True)
class Kafka:
    """A cluster by the addresses of its brokers, what opens it, and the prefix of our topics.

    A copy of a service of which Kafka has heard nothing for `session_seconds` loses its partitions.
    """

    bootstrap: str
    prefix: str = PREFIX
    security: BaseSecurity | None = None
    session_seconds: int = SESSION_SECONDS

    def name(self, topic: Topic) -> str:
        """What `topic` is called there."""
        return f"{self.prefix}.{topic.name}"

    def topics(self, replicas: int) -> tuple[Topic, ...]:
        """All topics by their names there; a write outlives the loss of one of `replicas`."""
        enough = enough_in_sync(replicas)
        return tuple(
            replace(topic, name=self.name(topic), settings={**topic.settings, **enough})
            for topic in TOPICS
        )

    def group(self, service: str) -> str:
        """The consumer group of all copies of `service`."""
        return f"{self.prefix}.{service}"

    @property
    def client(self) -> dict[str, Any]:
        """What a client of aiokafka is made with."""
        return {"bootstrap_servers": self.bootstrap.split(","), **parse_security(self.security)}

    @classmethod
    def from_settings(cls, bootstrap: str, said: Mapping[str, str] = os.environ) -> Self:
        """As the variables KAFKA_… in `said` have it; SettingsError when they contradict.

        KAFKA_PREFIX; KAFKA_SASL (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512) with KAFKA_USERNAME and
        KAFKA_PASSWORD; KAFKA_TLS=1, or KAFKA_CA with the file of the authority to trust;
        KAFKA_CERTIFICATE with KAFKA_KEY, the files that say who we are; KAFKA_SESSION_SECONDS.
        """
        prefix = said.get("KAFKA_PREFIX", PREFIX)
        return cls(bootstrap, prefix, security_of(said), session_of(said))


@contextmanager
def one_error(kafka: Kafka, seconds: float) -> Iterator[None]:
    """Make a RoadUnreachableError of whichever way Kafka has of being away, or of being silent.

    What is done inside ends after `seconds` with a TimeoutError.
    """
    try:
        yield
    except TimeoutError as error:
        raise RoadUnreachableError(
            f"Kafka at {kafka.bootstrap} has not answered for {seconds:g} s"
        ) from error
    except (KafkaError, OSError) as error:
        raise RoadUnreachableError(f"Kafka at {kafka.bootstrap}: {error!r}") from error


@contextmanager
def starting() -> Iterator[None]:
    """Have a client started inside that leaves no connection open when it is cancelled.

    The one by which it asks first aiokafka (0.14) keeps nowhere but in the frame that waits.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        for frame, _ in walk_tb(error.__traceback__):
            for value in frame.f_locals.values():
                if isinstance(value, AIOKafkaConnection):
                    value.close()
        raise


def session_of(said: Mapping[str, str]) -> int:
    seconds = said.get("KAFKA_SESSION_SECONDS", str(SESSION_SECONDS))
    if not seconds.isdecimal() or int(seconds) < SHORTEST_SESSION:
        raise SettingsError(
            f"KAFKA_SESSION_SECONDS is {seconds}; it takes a number, {SHORTEST_SESSION} or more"
        )
    return int(seconds)


def security_of(said: Mapping[str, str]) -> BaseSecurity | None:
    context = tls_of(said)
    mechanism = said.get("KAFKA_SASL")
    if mechanism is None:
        return BaseSecurity(ssl_context=context, use_ssl=True) if context else None
    if mechanism not in MECHANISMS:
        raise SettingsError(f"KAFKA_SASL is {mechanism}; it takes one of {', '.join(MECHANISMS)}")
    missing = [name for name in ("KAFKA_USERNAME", "KAFKA_PASSWORD") if not said.get(name)]
    if missing:
        raise SettingsError(f"KAFKA_SASL is {mechanism}, and {' and '.join(missing)} not set")
    return MECHANISMS[mechanism](
        username=said["KAFKA_USERNAME"],
        password=said["KAFKA_PASSWORD"],
        ssl_context=context,
        use_ssl=context is not None,
    )


def tls_of(said: Mapping[str, str]) -> ssl.SSLContext | None:
    authority, certificate = said.get("KAFKA_CA"), said.get("KAFKA_CERTIFICATE")
    if not (authority or certificate or said.get("KAFKA_TLS") == "1"):
        return None
    context = ssl.create_default_context(cafile=authority)
    if certificate:
        context.load_cert_chain(certificate, said.get("KAFKA_KEY"))
    return context
