"""compose.yaml as Docker Compose itself reads it."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.kafka.broker import IMAGE
from services.notices.post import Post
from services.program.services import SERVICES
from tests.deploy.commands import assert_known
from tests.deploy.tools import COMPOSE, DEPLOY, attempt, built, run

TRACES = "OTEL_EXPORTER_OTLP_ENDPOINT"
OF_MAIL = ("MAIL_", "SMTP_", "IMAP_")
NAMES = {service.name for service in SERVICES}
BROUGHT = {"gateway", "grafana", "jaeger", "kafka", "postgres", "prometheus"}
JOBS = {"topics", "migrate"}
FILE = str(DEPLOY / "compose.yaml")
OF_SERVERS = ("HOST", "PORT", "TLS", "USERNAME", "PASSWORD")
SETTINGS = {"POSTGRES_PASSWORD": "s3cret", "PEOPLE": "/etc/secretariat/people"}


@pytest.fixture(scope="module")
def containers() -> dict[str, Any]:
    """Every container, with what is said of it."""
    told = run(
        *(built(COMPOSE), "-f", FILE, "--profile", "watch", "config", "--format", "json"),
        **SETTINGS,
    )
    assert not told.stderr
    found: dict[str, Any] = json.loads(told.stdout)["services"]
    return found


def test_every_service_has_a_container_and_serves_itself(containers: dict[str, Any]) -> None:
    assert set(containers) == NAMES | JOBS | BROUGHT
    for name in NAMES:
        command = containers[name]["command"]
        assert command[: command.index("--host")] == ["serve", "--only", name]
        assert_known(command)
        told = {said for said in containers[name]["environment"] if not said.startswith(OF_MAIL)}
        assert told == {"KAFKA_BOOTSTRAP", "DATABASE_URL", "PUBLIC_URL", TRACES}


def test_only_notices_is_told_of_mail_servers_and_of_none_unless_somebody_says_which(
    containers: dict[str, Any],
) -> None:
    told = {
        name
        for name in NAMES
        if any(said.startswith(OF_MAIL) for said in containers[name]["environment"])
    }
    assert told == {"notices"}
    settings = containers["notices"]["environment"]
    unset = Post.from_settings(settings)
    assert (unset.out, unset.mailbox) == (None, None)
    given = Post.from_settings({**settings, "MAIL_ADDRESS": "a@b.example", "SMTP_HOST": "c"})
    assert str(given.out) == "c:587"


def test_every_setting_of_mail_reaches_notices_and_authorities_as_files() -> None:
    given = {f"{way}_{name}": f"x{name}" for way in ("SMTP", "IMAP") for name in OF_SERVERS}
    given |= {"SMTP_CA": "/etc/a.pem", "IMAP_CA": "/etc/b.pem", "IMAP_FOLDER": "Ответы"}
    given |= {"MAIL_ADDRESS": "a@b.example", "IMAP_AUTHSERV_ID": "mx.example"}
    told = run(*(built(COMPOSE), "-f", FILE, "config", "--format", "json"), **SETTINGS, **given)
    container = json.loads(told.stdout)["services"]["notices"]
    mounts = {mount["target"]: mount["source"] for mount in container["volumes"]}
    of_mail = {k: v for k, v in container["environment"].items() if k.startswith(OF_MAIL)}
    assert {k: mounts.get(v, v) for k, v in of_mail.items()} == given
    assert {mount["read_only"] for mount in container["volumes"]} == {True}


def test_services_start_when_topics_and_tables_are_there(containers: dict[str, Any]) -> None:
    for name in NAMES:
        awaited = containers[name]["depends_on"]
        conditions = {job: awaited[job]["condition"] for job in awaited}
        assert conditions == dict.fromkeys(JOBS, "service_completed_successfully")
    for job in JOBS:
        assert_known(containers[job]["command"])
    assert set(containers["gateway"]["depends_on"]) == NAMES


def test_what_others_wait_for_has_a_way_to_say_it_is_well(containers: dict[str, Any]) -> None:
    awaited = {
        name
        for container in containers.values()
        for name, wait in container.get("depends_on", {}).items()
        if wait["condition"] == "service_healthy"
    }
    of_the_image = {name for name in awaited if containers[name]["image"] == "secretariat"}
    assert of_the_image == NAMES
    assert all("healthcheck" in containers[name] for name in awaited - of_the_image)


def test_a_start_without_settings_is_refused_with_what_to_set() -> None:
    for missing in SETTINGS:
        given = {name: value for name, value in SETTINGS.items() if name != missing}
        refused = attempt(built(COMPOSE), "-f", FILE, "config", "--quiet", **given)
        assert refused.returncode
        assert f"required variable {missing} is missing" in refused.stderr


def test_every_file_that_is_mounted_is_there(containers: dict[str, Any]) -> None:
    sources = [
        Path(mount["source"])
        for container in containers.values()
        for mount in container.get("volumes", ())
        if mount["type"] == "bind" and mount["source"] not in {SETTINGS["PEOPLE"], "/dev/null"}
    ]
    assert sources
    assert [source for source in sources if not source.is_file()] == []


def test_our_containers_write_nowhere_and_have_no_rights(containers: dict[str, Any]) -> None:
    for name in set(containers) - {"kafka", "postgres"}:
        container = containers[name]
        assert container["read_only"], name
        assert container["cap_drop"] == ["ALL"], name


def test_only_the_gateway_can_be_reached_from_elsewhere_and_only_when_asked(
    containers: dict[str, Any],
) -> None:
    places = {
        name: port["host_ip"]
        for name, container in containers.items()
        for port in container.get("ports", ())
    }
    assert places == dict.fromkeys(("gateway", "grafana", "jaeger", "prometheus"), "127.0.0.1")


def test_kafka_is_the_one_that_tests_run_on(containers: dict[str, Any]) -> None:
    assert containers["kafka"]["image"] == IMAGE
