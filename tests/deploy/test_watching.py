"""What Prometheus and Grafana are told, judged by promtool and by what the services export."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from services.program.doctor import ServiceReport
from services.program.health import measured
from services.program.services import SERVICES
from tests.deploy.tools import CONFIGURATION, DEPLOY, installed, run

PROMETHEUS = DEPLOY / "prometheus"
DASHBOARD = json.loads((DEPLOY / "grafana" / "secretariat.json").read_text(encoding="utf-8"))
NOT_A_NAME = re.compile(r"\"[^\"]*\"|\{[^}]*\}|\[[^]]*\]|\w+ by \([^)]*\)|\b\w+(?=\()|\b(or|and)\b")


@pytest.fixture
def promtool() -> str:
    return installed("promtool", "prometheus")


def exported() -> set[str]:
    text = measured({"minutes": ServiceReport(database="ok")}).decode()
    return {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(text)
    }


def panels() -> Iterator[dict[str, Any]]:
    yield from (panel for panel in DASHBOARD["panels"] if panel["type"] != "row")


def drawn() -> list[str]:
    """Every expression of the dashboard."""
    return [target["expr"] for panel in panels() for target in panel["targets"]]


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((CONFIGURATION / "rules.yaml").read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def metrics_in(expressions: list[str]) -> set[str]:
    left = (NOT_A_NAME.sub(" ", expression) for expression in expressions)
    return {name for text in left for name in re.findall(r"[a-z_]\w*", text)}


def test_the_configuration_is_one_that_prometheus_takes(promtool: str, tmp_path: Path) -> None:
    for file in (PROMETHEUS / "prometheus.yml", CONFIGURATION / "rules.yaml"):
        shutil.copy(file, tmp_path)
    run(promtool, "check", "config", str(tmp_path / "prometheus.yml"))


def test_every_service_is_asked() -> None:
    told = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
    ((asked,),) = [config["static_configs"] for config in told["scrape_configs"]]
    assert asked["targets"] == [f"{service.name}:8000" for service in SERVICES]


def test_alerts_are_raised_when_they_should_be_and_only_then(promtool: str) -> None:
    run(promtool, "test", "rules", str(PROMETHEUS / "rules_test.yaml"))


def test_every_alert_is_tried_and_says_what_to_do() -> None:
    tried = (PROMETHEUS / "rules_test.yaml").read_text(encoding="utf-8")
    for rule in alerts():
        assert re.search(rf"\b{rule['alert']}\b", tried), f"{rule['alert']} has no test"
        assert set(rule["annotations"]) == {"summary", "action"}
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_alerts_look_at_figures_that_services_export() -> None:
    assert metrics_in([rule["expr"] for rule in alerts()]) <= exported() | {"up"}


def test_the_dashboard_shows_every_figure_that_services_export_and_no_other() -> None:
    assert metrics_in(drawn()) == exported() | {"up"}


def test_every_expression_of_the_dashboard_is_promql(promtool: str, tmp_path: Path) -> None:
    rules = [{"record": f"panel:{at}", "expr": text} for at, text in enumerate(drawn())]
    file = tmp_path / "panels.yaml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    run(promtool, "check", "rules", str(file))


def test_panels_have_a_place_of_their_own_and_say_what_they_show() -> None:
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["title"] and panel["description"] for panel in panels())
