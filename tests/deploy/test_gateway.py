"""A real nginx with the gateway's configuration, before servers that say which they are."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from deploy.gateway.routes import paths_of
from deploy.kafka.broker import free_ports
from services.program.health import health
from services.program.services import SERVICES
from tests.deploy.tools import CONFIGURATION, installed, run

DELEGATE = ("aigerim", "горы")
OBSERVER = ("observer", "sea")
ACTOR = "kazakhstan/delegate А. Омарова"
PATIENCE = 60.0
SECRET = "s3Cr3t-tokenOfAFeed_w1th-letters-and-digits"
ROUTES = [(path, service.name) for service in SERVICES for path in paths_of(service)]
HEALTH = [str(context.path) for context in iter_route_contexts(health({}).routes)]


class Stub(ThreadingHTTPServer):
    """Answers every request with the name of its service and what came with the request."""

    daemon_threads = True

    def __init__(self, service: str) -> None:
        self.service = service
        super().__init__(("127.0.0.1", 0), StubAnswer)


class StubAnswer(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        said = {"service": self.server.service, "path": self.path, "headers": dict(self.headers)}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""


class Gateway(NamedTuple):
    address: str
    folder: Path

    def get(self, path: str, who: tuple[str, str] | None = OBSERVER, **headers: str) -> Any:
        said = [(name.encode(), value.encode()) for name, value in headers.items()]
        login = httpx.BasicAuth(*who) if who else None
        return httpx.get(self.address + path, auth=login, headers=said)


def laid_out(folder: Path, ports: dict[str, int], port: int) -> list[str]:
    """The command that runs nginx on a copy of the configuration with addresses of this machine."""
    nginx = (CONFIGURATION / "nginx.conf").read_text(encoding="utf-8")
    nginx = nginx.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/tmp/", f"{folder}/")
    user = "user root;\n" if os.getuid() == 0 else ""
    routes = (CONFIGURATION / "routes.conf").read_text(encoding="utf-8")
    routes = re.sub(r"server (\w+):8000", lambda m: f"server 127.0.0.1:{ports[m[1]]}", routes)
    (folder / "people").mkdir()
    for name, text in {
        "nginx.conf": user + nginx,
        "routes.conf": routes,
        "people/passwords": "".join(
            f"{who}:{{PLAIN}}{word}\n" for who, word in (DELEGATE, OBSERVER)
        ),
        "people/actors": f'{DELEGATE[0]} "{ACTOR}";\n',
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    program = installed("nginx", "nginx-light")
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    (port,) = free_ports(1)
    with ExitStack() as stack:
        stubs = [stack.enter_context(Stub(service.name)) for service in SERVICES]
        for stub in stubs:
            threading.Thread(target=stub.serve_forever, daemon=True).start()
            stack.callback(stub.shutdown)
        command = laid_out(folder, {stub.service: stub.server_port for stub in stubs}, port)
        run(*command, "-t")
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(command, stdout=said, stderr=said)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        wait_until_open(port, process)
        yield Gateway(f"http://127.0.0.1:{port}", folder)


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    pytest.fail("nginx ended")


def filled(path: str) -> str:
    """`path` as a request has it."""
    path = re.sub(r"\{\w+:path\}", "CAC/CUSTOMS/2027/DEC/3", path)
    return re.sub(r"\{\w+\}", "customs-heads-2027-1", path)


def test_the_committed_routes_are_what_the_code_says() -> None:
    run(sys.executable, "-m", "deploy.gateway", "--check")


@pytest.mark.parametrize(("path", "owner"), ROUTES)
def test_every_route_of_every_service_reaches_its_owner(
    gateway: Gateway, path: str, owner: str
) -> None:
    said = gateway.get(filled(path)).json()
    assert (said["service"], said["path"]) == (owner, filled(path))


def test_an_id_with_an_encoded_slash_arrives_as_it_was_sent(gateway: Gateway) -> None:
    said = gateway.get("/api/v1/decisions/CAC%2FCUSTOMS%2F2027%2FDEC%2F3?language=%D1%80").json()
    assert said["service"] == "minutes"
    assert said["path"] == "/api/v1/decisions/CAC%2FCUSTOMS%2F2027%2FDEC%2F3?language=%D1%80"


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/openapi.json",
        "/static/secretariat.css",
        "/static-offline-docs/swagger-ui.css",
        "/nowhere",
    ],
)
def test_what_no_service_owns_is_the_portals(gateway: Gateway, path: str) -> None:
    assert gateway.get(path).json()["service"] == "portal"


def test_who_acts_is_who_is_logged_in(gateway: Gateway) -> None:
    headers = gateway.get("/api/v1/meetings", DELEGATE, actor="secretary").json()["headers"]
    assert headers["Actor"].encode("latin-1").decode() == ACTOR
    assert "Authorization" not in headers


def test_who_has_no_part_acts_as_nobody_whatever_is_said(gateway: Gateway) -> None:
    headers = gateway.get("/api/v1/meetings", OBSERVER, ACTOR="secretary").json()["headers"]
    assert "actor" not in {name.lower() for name in headers}


@pytest.mark.parametrize("who", [DELEGATE, OBSERVER, None])
def test_pages_are_told_that_a_gateway_says_who_acts(
    gateway: Gateway, who: tuple[str, str] | None
) -> None:
    path = "/calendars" if who is None else "/plans"
    assert "Gateway" in gateway.get(path, who).json()["headers"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_acts_as_nobody(gateway: Gateway, site: str) -> None:
    said = gateway.get("/api/v1/meetings", DELEGATE, **{"Sec-Fetch-Site": site}).json()
    assert "Actor" not in said["headers"]
    own = gateway.get("/api/v1/meetings", DELEGATE, **{"Sec-Fetch-Site": "same-origin"}).json()
    assert "Actor" in own["headers"]


def test_what_a_command_is_sent_with_arrives(gateway: Gateway) -> None:
    said = httpx.post(
        f"{gateway.address}/api/v1/meetings",
        auth=OBSERVER,
        json={},
        headers={"Idempotency-Key": "k1", "If-Match": '"3"', "Traceparent": "00-1-2-01"},
    ).json()
    assert said["headers"]["Idempotency-Key"] == "k1"
    assert said["headers"]["If-Match"] == '"3"'
    assert said["headers"]["Traceparent"] == "00-1-2-01"


@pytest.mark.parametrize("who", [None, (DELEGATE[0], "guessed"), ("nobody", "sea")])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/v1/meetings",
        "/openapi.json",
        "/polls/customs-heads-2027-1.poll1",
        "/polls/by-link",
        "/api/v1/subscriptions",
        "/subscriptions",
        "/api/v1/parties/china/free-busy",
        "/calendarsx",
        "/calendars/../api/v1/meetings",
        "/polls/by-link/../x",
    ],
)
def test_who_is_not_logged_in_is_told_nothing(
    gateway: Gateway, path: str, who: tuple[str, str] | None
) -> None:
    assert gateway.get(path, who).status_code == 401


OPEN = {
    "/calendars": "calendars",
    "/calendars/all.ics?deadlines=true": "calendars",
    "/calendars/parties/china.ics": "calendars",
    f"/calendars/by-token/{SECRET}.ics": "calendars",
    f"/calendars/by-token/{SECRET}": "calendars",
    f"/calendars/by-token/{SECRET}/settings": "subscriptions",
    f"/calendars/by-token/{SECRET}/rotation": "subscriptions",
    f"/polls/by-link/{SECRET}": "scheduling",
    "/static/secretariat.css": "portal",
}


@pytest.mark.parametrize(("path", "owner"), OPEN.items())
@pytest.mark.parametrize("who", [None, DELEGATE, (DELEGATE[0], "guessed")])
def test_public_feeds_and_secret_links_need_no_login_and_act_as_nobody(
    gateway: Gateway, path: str, owner: str, who: tuple[str, str] | None
) -> None:
    said = gateway.get(path, who, actor="secretary").json()
    assert (said["service"], said["path"]) == (owner, path)
    assert {"actor", "authorization"}.isdisjoint(name.lower() for name in said["headers"])
    assert said["headers"]["Host"] == httpx.URL(gateway.address).netloc.decode()


def test_an_answer_through_a_secret_link_arrives(gateway: Gateway) -> None:
    sent = httpx.post(f"{gateway.address}/polls/by-link/{SECRET}", data={"s1": "yes"})
    assert sent.json()["service"] == "scheduling"


def test_secret_links_stand_in_no_log(gateway: Gateway) -> None:
    gateway.get(f"/calendars/by-token/{SECRET}.ics", None)
    gateway.get(f"/calendars/by-token/{SECRET}/settings?saved", None)
    httpx.post(f"{gateway.address}/calendars/by-token/{SECRET}/revocation", data={"reason": "lost"})
    gateway.get(f"/polls/by-link/{SECRET}", None)
    gateway.get("/calendars/all.ics?told=last", None)
    said, latest = gateway.folder / "said", time.monotonic() + PATIENCE
    while "told=last" not in (logged := said.read_text(encoding="utf-8")):
        assert time.monotonic() < latest, "nginx has not written to its standard output"
        time.sleep(0.01)
    assert SECRET not in logged


@pytest.mark.parametrize("path", [*HEALTH, "//metrics", "/static/../metrics", "/%6detrics"])
def test_what_is_for_machines_stays_inside(gateway: Gateway, path: str) -> None:
    with socket.create_connection(("127.0.0.1", httpx.URL(gateway.address).port or 0)) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert b" 404 " in line.makefile("rb").readline()
