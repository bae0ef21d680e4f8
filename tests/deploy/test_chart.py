"""The chart as Helm renders it, judged by Kubernetes' own schemas, by nginx and by promtool."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.gateway.routes import configuration
from services.program.services import SERVICES
from tests.deploy.commands import assert_known
from tests.deploy.tools import CONFIGURATION, DEPLOY, HELM, attempt, built, installed, run

CHART = str(DEPLOY / "helm" / "secretariat")
NAMES = [service.name for service in SERVICES]
OLDEST, NEWEST = "1.30", "1.34"
OF_THE_OPERATOR = {"ServiceMonitor", "PrometheusRule"}
KAFKA_BY_SASL = ("kafka.sasl=SCRAM-SHA-512", "kafka.existingSecret=k", "kafka.caSecret=ca")
KAFKA_BY_TLS = ("kafka.tls=true", "kafka.certificateSecret=certificate", "kafka.ports={9093,9094}")
WATCHED = ("monitoring.enabled=true", "monitoring.labels.release=prometheus")
TRACED = ("tracing.endpoint=http://collector:4318",)
REACHED = ("ingress.enabled=true", "ingress.className=nginx", "ingress.tlsSecret=tls")
MAILED = (
    "mail.address=meetings@secretariat.example",
    "mail.existingSecret=mail",
    "mail.smtp.host=smtp.example",
    "mail.smtp.caSecret=smtp",
    "mail.imap.host=imap.example",
    "mail.imap.caSecret=imap",
    "mail.imap.authservId=mx.example",
)
SCALED = ("autoscaling.enabled=true", "services.portal.replicas=7")
EVERYTHING = (*KAFKA_BY_SASL, *KAFKA_BY_TLS, *WATCHED, *TRACED, *REACHED, *MAILED, *SCALED)
PUBLIC = "https://meetings.example"
LAID_OUT = [
    (),
    KAFKA_BY_SASL,
    KAFKA_BY_TLS,
    ("networkPolicy.enabled=false", *WATCHED),
    EVERYTHING,
]


OF_MAIL = ("MAIL_", "SMTP_", "IMAP_")
MAIL_SETTINGS = {
    "MAIL_ADDRESS": "meetings@secretariat.example",
    "SMTP_HOST": "smtp.example",
    "SMTP_PORT": "587",
    "SMTP_TLS": "starttls",
    "SMTP_CA": "/etc/secretariat/smtp/ca.crt",
    "SMTP_USERNAME": {"name": "mail", "key": "smtp-username", "optional": True},
    "SMTP_PASSWORD": {"name": "mail", "key": "smtp-password", "optional": True},
    "IMAP_HOST": "imap.example",
    "IMAP_PORT": "993",
    "IMAP_TLS": "implicit",
    "IMAP_CA": "/etc/secretariat/imap/ca.crt",
    "IMAP_FOLDER": "INBOX",
    "IMAP_AUTHSERV_ID": "mx.example",
    "IMAP_USERNAME": {"name": "mail", "key": "imap-username", "optional": True},
    "IMAP_PASSWORD": {"name": "mail", "key": "imap-password", "optional": True},
}


def helm(verb: str, *more: str, version: str = NEWEST) -> list[str]:
    return [built(HELM), verb, *more, CHART, f"--kube-version={version}"]


def given(values: tuple[str, ...]) -> list[str]:
    return [f"--set={value}" for value in values]


@cache
def rendered(values: tuple[str, ...] = (), version: str = NEWEST) -> list[dict[str, Any]]:
    """Every manifest that Helm makes with `values`."""
    text = run(*helm("template", "demo", version=version), *given(values)).stdout
    return [found for found in yaml.safe_load_all(text) if found]


def of_kind(kind: str, values: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    """The manifests of one kind, by name."""
    found = [manifest for manifest in rendered(values) if manifest["kind"] == kind]
    return {manifest["metadata"]["name"]: manifest for manifest in found}


def templates(values: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pods of every kind, by the name of what makes them."""
    for kind in ("StatefulSet", "Deployment", "Job"):
        for name, manifest in of_kind(kind, values).items():
            yield name, manifest["spec"]["template"]


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {
        each["name"]: each.get("value") or next(iter(each["valueFrom"].values()))
        for each in container["env"]
    }


@pytest.mark.parametrize("values", LAID_OUT)
def test_helm_finds_nothing(values: tuple[str, ...]) -> None:
    run(*helm("lint", "--strict"), *given(values))


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("values", LAID_OUT)
def test_kubernetes_takes_every_manifest(values: tuple[str, ...], version: str) -> None:
    for manifest in rendered(values, version):
        if manifest["kind"] not in OF_THE_OPERATOR:
            kubernetes_validate.validate(manifest, f"{version}.0", strict=True)


def test_every_service_has_copies_with_names_of_their_own() -> None:
    sets = of_kind("StatefulSet")
    assert set(sets) == {f"demo-{name}" for name in NAMES}
    for name in NAMES:
        manifest = sets[f"demo-{name}"]
        (container,) = manifest["spec"]["template"]["spec"]["containers"]
        assert manifest["spec"]["replicas"] == 2
        assert container["args"][:3] == ["serve", "--only", name]
        assert_known(container["args"])
        assert environment(container)["SECRETARIAT_COPY"] == {"fieldPath": "metadata.name"}
        assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_a_service_knows_where_people_reach_it_where_that_is_said() -> None:
    unset, given = (of_kind("StatefulSet", values) for values in ((), (f"publicUrl={PUBLIC}",)))
    for sets, said in ((unset, None), (given, PUBLIC)):
        (container,) = sets["demo-calendars"]["spec"]["template"]["spec"]["containers"]
        assert environment(container).get("PUBLIC_URL") == said
    for wrong in ("meetings.example", "ftp://meetings.example"):
        with pytest.raises(AssertionError, match="publicUrl"):
            run(*helm("lint", "--strict"), f"--set=publicUrl={wrong}")


def test_topics_and_tables_are_made_before_services_start() -> None:
    jobs = of_kind("Job")
    assert set(jobs) == {"demo-topics", "demo-migrate"}
    for job in jobs.values():
        assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
        (container,) = job["spec"]["template"]["spec"]["containers"]
        assert_known(container["args"])


def test_what_stands_for_others_has_a_budget_for_disruptions() -> None:
    assert set(of_kind("PodDisruptionBudget")) == {f"demo-{name}" for name in [*NAMES, "gateway"]}


@pytest.mark.parametrize("values", [(), EVERYTHING])
def test_no_container_has_rights_or_writes_to_its_root(values: tuple[str, ...]) -> None:
    seen = dict(templates(values))
    assert len(seen) == len(NAMES) + 3
    for name, template in seen.items():
        pod = template["spec"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "readOnlyRootFilesystem": True,
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            }
            assert set(container["resources"]) == {"requests", "limits"}


def test_what_is_secret_comes_from_outside() -> None:
    assert of_kind("Secret", EVERYTHING) == {}
    ours = dict(templates(EVERYTHING))
    del ours["demo-gateway"]
    for template in ours.values():
        pod = template["spec"]
        (container,) = pod["containers"]
        told = environment(container)
        told.pop("SECRETARIAT_COPY", None)
        of_mail = {name: told.pop(name) for name in list(told) if name.startswith(OF_MAIL)}
        assert of_mail == (MAIL_SETTINGS if container["name"] == "notices" else {})
        assert told == {
            "KAFKA_BOOTSTRAP": "kafka:9092",
            "KAFKA_PREFIX": "secretariat",
            "DATABASE_URL": {"name": "secretariat-database", "key": "url"},
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
            "KAFKA_SASL": "SCRAM-SHA-512",
            "KAFKA_USERNAME": {"name": "k", "key": "username"},
            "KAFKA_PASSWORD": {"name": "k", "key": "password"},
            "KAFKA_TLS": "1",
            "KAFKA_CA": "/etc/secretariat/ca/ca.crt",
            "KAFKA_CERTIFICATE": "/etc/secretariat/certificate/tls.crt",
            "KAFKA_KEY": "/etc/secretariat/certificate/tls.key",
        }
        mounted = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        secrets = {
            each["name"]: each["secret"]["secretName"]
            for each in pod["volumes"]
            if "secret" in each
        }
        named = {path: secrets[name] for path, name in mounted.items() if name in secrets}
        of_mail = {"/etc/secretariat/smtp": "smtp", "/etc/secretariat/imap": "imap"}
        assert named == {
            "/etc/secretariat/ca": "ca",
            "/etc/secretariat/certificate": "certificate",
            **(of_mail if container["name"] == "notices" else {}),
        }


def test_pods_speak_with_whom_they_must_and_with_nobody_else() -> None:
    policies = of_kind("NetworkPolicy", (*KAFKA_BY_TLS, *TRACED))
    shut = policies["demo-nothing-else"]["spec"]
    assert shut["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & set(shut)
    services = policies["demo-services"]["spec"]
    (way_out,) = services["egress"]
    assert {port["port"] for port in way_out["ports"]} == {53, 4318, 5432, 9093, 9094}
    (way_in,) = services["ingress"]
    assert way_in["ports"] == [{"port": 8000}]
    of_gateway, of_prometheus = way_in["from"]
    assert of_gateway["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "gateway"
    assert set(of_prometheus) == {"namespaceSelector"}
    everybody = shut["podSelector"]["matchLabels"]
    for name, template in templates(KAFKA_BY_TLS):
        assert everybody.items() <= template["metadata"]["labels"].items(), name


def test_only_notices_reaches_the_mail_servers() -> None:
    policy = of_kind("NetworkPolicy", MAILED)["demo-mail"]["spec"]
    assert policy["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "notices"
    (way_out,) = policy["egress"]
    assert [port["port"] for port in way_out["ports"]] == [587, 993]
    assert "demo-mail" not in of_kind("NetworkPolicy")


def test_the_gateway_has_the_committed_configuration() -> None:
    (files,) = [manifest["data"] for manifest in of_kind("ConfigMap").values()]
    nginx = (CONFIGURATION / "nginx.conf").read_text(encoding="utf-8")
    assert files["nginx.conf"].strip() == nginx.strip()
    assert (
        files["routes.conf"].replace("server demo-", "server ").strip() == configuration().strip()
    )
    assert set(of_kind("Service")) == {f"demo-{name}" for name in [*NAMES, "gateway"]}
    assert all(f"server demo-{name}:8000;" in files["routes.conf"] for name in NAMES)


def test_copies_follow_the_lag_of_their_service() -> None:
    scalers = of_kind("HorizontalPodAutoscaler", SCALED)
    assert set(scalers) == {f"demo-{name}" for name in NAMES}
    for name in NAMES:
        (metric,) = scalers[f"demo-{name}"]["spec"]["metrics"]
        assert metric["external"]["metric"] == {
            "name": "secretariat_consumer_lag",
            "selector": {"matchLabels": {"service": name}},
        }
    assert scalers["demo-portal"]["spec"]["minReplicas"] == 7
    assert scalers["demo-portal"]["spec"]["maxReplicas"] == 7
    sets = of_kind("StatefulSet", SCALED).values()
    assert not any("replicas" in manifest["spec"] for manifest in sets)


def test_the_operator_is_given_the_committed_alerts(tmp_path: Path) -> None:
    (rule,) = of_kind("PrometheusRule", WATCHED).values()
    committed = (CONFIGURATION / "rules.yaml").read_text(encoding="utf-8")
    assert rule["spec"] == yaml.safe_load(committed)
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps(rule["spec"]), encoding="utf-8")
    run(installed("promtool", "prometheus"), "check", "rules", str(file))
    (monitor,) = of_kind("ServiceMonitor", WATCHED).values()
    assert monitor["spec"]["endpoints"] == [
        {"port": "http", "path": "/metrics", "honorLabels": True}
    ]


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("services.letters.replicas=1", "letters"),
        ("services.portal=null", "portal"),
        ("services.portal.replicas=13", "replicas"),
        ("kafka.sasl=PLAIN", "existingSecret"),
        ("kafka.sasl=GSSAPI", "sasl"),
        ("database.existingSecret=", "existingSecret"),
        ("database.password=s3cret", "password"),
    ],
)
def test_values_that_would_not_work_are_refused(value: str, complaint: str) -> None:
    refused = attempt(*helm("template", "demo"), f"--set={value}")
    assert refused.returncode
    assert complaint in refused.stderr
