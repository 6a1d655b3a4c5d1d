import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from hub import metrics
from tests.deploy.files import DEPLOY, OF_PROMETHEUS, alerts, names, read, samples, unknown

PROMTOOL = shutil.which("promtool")
TESTS = ("rules_test.yaml", "week_test.yaml")
RULES = DEPLOY / "prometheus" / "rules.yaml"


def expressions() -> list[str]:
    panels = [target["expr"] for panel in read("grafana/hub.json")["panels"] for target in panel["targets"]]
    return [*(rule["expr"] for rule in alerts()), *panels]


@pytest.mark.parametrize("expression", expressions())
def test_it_asks_for_nothing_that_is_not_there(expression: str) -> None:
    assert unknown(expression) == set()


def test_a_name_that_nobody_serves_is_found_out() -> None:
    assert unknown('sum(increase(hub_sheet_total{kind="RULED"}[5m])) > 0') == {"hub_sheet_total"}


def test_every_metric_of_the_hub_is_looked_at() -> None:
    asked = " ".join(expressions())
    told_another_way = ("_created", "_sum", "_count")
    assert {name for name in samples() if name not in asked and not name.endswith(told_another_way)} == set()


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_rests_on_a_metric(rule: Mapping[str, Any]) -> None:
    assert names(rule["expr"]) & (samples() | OF_PROMETHEUS)


@pytest.mark.parametrize(
    "metric",
    ["hub_broker_reachable", "hub_intake_lag_records", "hub_ledger_lag_records", "hub_ledger_running"],
)
def test_what_stands_still_wakes_somebody_who_is_told_what_to_do(metric: str) -> None:
    assert any(metric in names(rule["expr"]) for rule in alerts())


def test_every_reason_that_a_rule_names_is_one() -> None:
    [rule] = [rule for rule in alerts() if rule["alert"] == "HubFaultInQuarantine"]
    named = rule["expr"].partition('=~"')[2].partition('"')[0].split("|")
    assert set(named) <= set(metrics.QUARANTINE_REASONS)


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_and_what_it_means(rule: Mapping[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert "{{" not in rule["annotations"]["summary"]


def test_every_alert_is_tested_both_ways() -> None:
    groups = (group for name in TESTS for group in read(f"prometheus/{name}")["tests"])
    tests = [test for group in groups for test in group.get("alert_rule_test", ())]
    fires = {test["alertname"] for test in tests if test.get("exp_alerts")}
    rests = {test["alertname"] for test in tests if not test.get("exp_alerts")}
    names = {rule["alert"] for rule in alerts()}
    assert fires == names
    assert names - rests <= {"PartitionsNotDecided", "QuarantineBurst"}  # which rest in "a hub at work"


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (on Debian: apt install prometheus)")
@pytest.mark.parametrize("arguments", [("check", "rules", "rules.yaml"), ("test", "rules", *TESTS)])
def test_prometheus_itself_agrees(arguments: tuple[str, ...]) -> None:
    assert PROMTOOL
    ran = subprocess.run([PROMTOOL, *arguments], cwd=RULES.parent, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stdout + ran.stderr
