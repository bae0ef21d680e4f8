"""What the settings KAFKA_… say opens a broker that lets in only whom it knows, over TLS."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.kafka.broker import CLUSTER, JavaBroker, jars_of_kafka, java
from events.road.interface import RoadUnreachableError
from events.road.kafka.connection import Kafka, SettingsError
from events.road.kafka.road import KafkaRoad
from events.road.kafka.topics import apply, asking
from tests.events.listener import sealed
from tests.events.test_roads import Ear, Roads

USER, PASSWORD = "secretariat", "кіліт-s3cret"
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certify(folder: Path, name: str) -> None:
    """A key and a certificate of the authority in `folder`, which is made with the first one."""
    anew = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    if not (folder / "ca.crt").exists():
        openssl(folder, *anew, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt")
    who = ("-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1")
    signed = ("-CA", "ca.crt", "-CAkey", "ca.key", "-keyout", f"{name}.key", "-out", f"{name}.crt")
    openssl(folder, *anew, *who, *signed)
    key, certificate = ((folder / f"{name}.{kind}").read_text("ascii") for kind in ("key", "crt"))
    (folder / f"{name}.pem").write_text(key + certificate, "ascii")


class Fortress(JavaBroker):
    """A broker behind TLS that asks for a password, or for a certificate."""

    def __init__(self, folder: Path, protocol: str) -> None:
        super().__init__(folder)
        self.protocol = protocol

    def format(self, jars: Path, settings: Path) -> None:
        super().format(jars, settings)
        text = settings.read_text("utf-8").replace("BROKER:PLAINTEXT", f"BROKER:{self.protocol}")
        said = {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self.folder / "broker.pem",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.folder / "ca.crt",
            "ssl.client.auth": "required" if self.protocol == "SSL" else "none",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "listener.name.broker.plain.sasl.jaas.config": f"{PLAIN} required "
            f'username="{USER}" password="{PASSWORD}" user_{USER}="{PASSWORD}";',
            "listener.name.broker.scram-sha-256.sasl.jaas.config": f"{SCRAM} required;",
            "listener.name.broker.scram-sha-512.sasl.jaas.config": f"{SCRAM} required;",
        }
        lines = "\n".join(f"{name}={value}" for name, value in said.items())
        settings.write_bytes(f"{text}\n{lines}\n".encode("ascii", "backslashreplace"))
        (self.folder / "data" / "meta.properties").unlink()
        scram = [
            f"{kind}=[name={USER},password={PASSWORD}]"
            for kind in ("SCRAM-SHA-256", "SCRAM-SHA-512")
        ]
        tool = ["kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER, "--config"]
        users = [word for each in scram for word in ("--add-scram", each)]
        subprocess.run([*java(jars), *tool, str(settings), *users], check=True, capture_output=True)


def fortress(folder: Path, protocol: str) -> Iterator[Fortress]:
    jars_of_kafka()
    for name in ("broker", "secretariat"):
        certify(folder, name)
    found = Fortress(folder, protocol)
    try:
        found.start()
        yield found
    finally:
        found.end()


@pytest.fixture(scope="module")
def by_password(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fortress]:
    yield from fortress(tmp_path_factory.mktemp("password"), "SASL_SSL")


@pytest.fixture(scope="module")
def by_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fortress]:
    yield from fortress(tmp_path_factory.mktemp("certificate"), "SSL")


async def carried(bootstrap: str, said: Mapping[str, str]) -> list[str]:
    """What is heard of an event on topics of its own, with every client that the road has."""
    kafka = Kafka.from_settings(bootstrap, {"KAFKA_PREFIX": f"test-{uuid4().hex}", **said})
    async with asking(kafka) as admin:
        await apply(admin, kafka.topics(1), replicas=1)
    async with AsyncExitStack() as stack:
        ear = Ear()
        road = await Roads(lambda: KafkaRoad(kafka)).opened(stack, ear=ear.deliver)
        await road.publish([sealed("Бишкек")])
        heard = await ear.hears(1)
        assert [envelope async for envelope in road.history()]
        return heard


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_name_and_a_password_open_it(by_password: Fortress, mechanism: str) -> None:
    who = {"KAFKA_USERNAME": USER, "KAFKA_PASSWORD": PASSWORD}
    place = {"KAFKA_SASL": mechanism, "KAFKA_CA": str(by_password.folder / "ca.crt")}
    assert await carried(by_password.bootstrap, {**who, **place}) == ["Бишкек"]


async def test_a_certificate_opens_it(by_certificate: Fortress) -> None:
    folder = by_certificate.folder
    said = {
        "KAFKA_CA": str(folder / "ca.crt"),
        "KAFKA_CERTIFICATE": str(folder / "secretariat.crt"),
        "KAFKA_KEY": str(folder / "secretariat.key"),
    }
    assert await carried(by_certificate.bootstrap, said) == ["Бишкек"]
    with pytest.raises(RoadUnreachableError):
        await carried(by_certificate.bootstrap, {"KAFKA_CA": said["KAFKA_CA"]})


async def test_a_wrong_password_and_an_unknown_authority_are_refused(by_password: Fortress) -> None:
    who = {"KAFKA_SASL": "PLAIN", "KAFKA_USERNAME": USER}
    for said in (
        {**who, "KAFKA_PASSWORD": "guessed", "KAFKA_CA": str(by_password.folder / "ca.crt")},
        {**who, "KAFKA_PASSWORD": PASSWORD, "KAFKA_TLS": "1"},
    ):
        with pytest.raises(RoadUnreachableError):
            await carried(by_password.bootstrap, said)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"KAFKA_SASL": "GSSAPI"}, "it takes one of PLAIN"),
        ({"KAFKA_SASL": "PLAIN", "KAFKA_USERNAME": USER}, "KAFKA_PASSWORD not set"),
        ({"KAFKA_SASL": "PLAIN"}, "KAFKA_USERNAME and KAFKA_PASSWORD not set"),
    ],
)
def test_settings_that_contradict_one_another_are_refused(
    said: Mapping[str, str], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        Kafka.from_settings("nowhere:9092", said)
