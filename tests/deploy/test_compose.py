import re
from typing import Any

import pytest

from hub.kafka.local.properties import STRICT
from hub.settings import Settings
from hub.settings import read as settings
from tests.deploy.files import DEPLOY, ROOT, parsed, read

COMPOSE = read("compose.yaml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
HUB = {name: service for name, service in SERVICES.items() if service.get("image", "").startswith("${HUB_IMAGE")}
LASTING = {name: service for name, service in HUB.items() if service["restart"] == "unless-stopped"}
EXAMPLE = dict(
    line.split("=", 1) for line in (DEPLOY / "hub.env.example").read_text("utf-8").splitlines() if "=" in line[:30]
)
SECRETS = {"POSTGRES_PASSWORD", "PEOPLE_PASSWORD", "LEDGER_PASSWORD"}


def filled(value: str) -> str:
    """As Compose fills it in, from an operator's file."""
    given = {**EXAMPLE, **dict.fromkeys(SECRETS, "0f" * 24), "CLUSTER_ID": "x"}
    return re.sub(r"\$\{(\w+)(?::[?-][^}]*)?\}", lambda found: given[found[1]], value)


def properties() -> dict[str, str]:
    environment = SERVICES["kafka"]["environment"]
    return {k[6:].lower().replace("_", "."): v for k, v in environment.items() if k.startswith("KAFKA_")}


def test_every_part_of_the_hub_runs_and_sharing_twice() -> None:
    commands = sorted(" ".join(service["command"]) for service in LASTING.values())
    sharing = ["worker --part sharing"] * 2
    assert commands == ["statistics count", "worker --part intake", "worker --part ledger", *sharing]


@pytest.mark.parametrize("name", HUB)
def test_its_command_is_one_that_the_hub_has(name: str) -> None:
    parsed(HUB[name]["command"])


@pytest.mark.parametrize("name", HUB)
def test_its_environment_holds_settings_and_nothing_else(name: str) -> None:
    environment = {variable: filled(value) for variable, value in HUB[name]["environment"].items()}
    assert set(environment) <= {f"HUB_{field.upper()}" for field in Settings.model_fields}
    chosen = settings(environment)
    assert (chosen.bootstrap, chosen.replication, chosen.transaction_timeout_ms) == ("kafka:9092", 1, 5_000)


def test_an_auditors_password_does_not_open_the_person_index() -> None:
    addresses = {name: settings({k: filled(v) for k, v in s["environment"].items()}) for name, s in HUB.items()}
    assert addresses["intake"].people.endswith("@postgres/people")
    assert addresses["ledger"].ledger.endswith("@postgres/ledger")
    assert "HUB_PEOPLE" not in HUB["ledger"]["environment"]
    assert "HUB_LEDGER" not in HUB["intake"]["environment"]


def test_the_image_can_speak_to_that_database() -> None:
    """compose.yaml names the driver; the image has what is locked."""
    assert re.search(r"^psycopg==", (ROOT / "requirements" / "runtime.lock").read_text("ascii"), re.MULTILINE)


@pytest.mark.parametrize("name", LASTING)
def test_a_part_is_looked_after_and_may_do_little(name: str) -> None:
    service = LASTING[name]
    assert (service["user"], service["read_only"], service["cap_drop"]) == ("10001:10001", True, ["ALL"])
    assert service["depends_on"]["topics"] == {"condition": "service_completed_successfully"}
    assert f"127.0.0.1:{service['environment']['HUB_METRICS_PORT']}/metrics" in service["healthcheck"]["test"][-1]


def test_prometheus_asks_every_part_where_it_answers() -> None:
    targets = {
        job["job_name"]: job["static_configs"][0]["targets"]
        for job in read("prometheus/prometheus.yaml")["scrape_configs"]
    }
    served: dict[str, list[str]] = {}
    for name, service in LASTING.items():
        port = service["environment"]["HUB_METRICS_PORT"]
        served.setdefault(f"hub-{name.partition('-')[0]}", []).append(f"127.0.0.1:{port}")
    assert targets == served
    assert SERVICES["prometheus"]["network_mode"] == "service:pod"


def test_the_broker_has_what_the_hub_relies_on() -> None:
    relied = {name: value for name, value in STRICT.items() if name.startswith(("transaction.", "auto.", "unclean."))}
    assert len(relied) == 3
    assert {name: properties()[name] for name in relied} == relied


def test_whatever_a_service_names_is_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= SERVICES.keys()
        assert set(service.get("networks", ())) <= COMPOSE["networks"].keys()
        assert service.get("network_mode", "service:pod").removeprefix("service:") in SERVICES
        for source in (volume.partition(":")[0] for volume in service.get("volumes", ())):
            assert source.startswith("${") or source in COMPOSE["volumes"] or (DEPLOY / source).exists(), source


def test_who_is_waited_for_until_healthy_says_whether_it_is() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            assert wait["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]


def test_nothing_is_open_to_a_network() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:9090:9090"]
    assert not any("HUB_METRICS_ADDRESS" in service["environment"] for service in HUB.values())


def test_whoever_must_open_the_metrics_is_told_how() -> None:
    chosen = settings({"HUB_METRICS_ADDRESS": "0.0.0.0"})  # noqa: S104 - what the pages tell
    for page in ("README.md", "compose.yaml"):
        assert f'HUB_METRICS_ADDRESS: "{chosen.metrics_address}"' in (DEPLOY / page).read_text("utf-8")


def test_no_password_is_written_down_and_every_variable_is_explained() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)", text)) == EXAMPLE.keys()
    assert {name for name, value in EXAMPLE.items() if not value} == {*SECRETS, "CLUSTER_ID"}


def test_images_are_of_a_version() -> None:
    images = [filled(service["image"]) for name, service in SERVICES.items() if name not in HUB]
    assert all(re.search(r":v?\d", image) for image in images)
