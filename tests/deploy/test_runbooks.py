import re
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, ROOT, RUNBOOKS, alerts, parsed, read, told

PAGES = sorted(path for path in RUNBOOKS.glob("*.md") if path.name != "README.md")
COMMANDS = [(path.name, words) for path in (*PAGES, RUNBOOKS / "README.md") for words in told(path.read_text("utf-8"))]
SERVICES = read("compose.yaml")["services"].keys()


def test_each_alert_has_its_runbook_and_each_runbook_its_alert() -> None:
    named = {rule["alert"]: rule["annotations"]["runbook"] for rule in alerts()}
    for alert, runbook in named.items():
        title = (ROOT / runbook).read_text("utf-8").splitlines()[0]
        assert alert in re.findall(r"\w+", title)
    assert {ROOT / runbook for runbook in named.values()} == set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_runbook_says_what_it_means_then_numbered_steps_then_when_it_is_over(page: Path) -> None:
    _, means, steps, over, *rest = re.split(r"\n\n+", page.read_text("utf-8").strip())
    numbers = [int(line.partition(".")[0]) for line in steps.splitlines()]
    assert len(means) > 80
    assert numbers == list(range(1, len(numbers) + 1))
    assert over.startswith("It is over when")
    assert not rest


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=lambda value: value if isinstance(value, str) else None)
def test_a_command_that_it_tells_is_one_that_the_hub_has(page: str, words: list[str]) -> None:
    assert page
    parsed(words)


def test_a_service_that_it_tells_is_one_of_the_compose_file() -> None:
    pattern = r"`docker compose (?:logs --tail 50|restart|up -d|ps|run --rm) ([a-z0-9 -]+?)(?: doctor)?`"
    text = " ".join(path.read_text("utf-8") for path in (*RUNBOOKS.glob("*.md"), DEPLOY / "README.md"))
    named = {name for found in re.findall(pattern, text) for name in found.split()}
    assert {"intake", "sharing-1", "ledger", "operator"} <= named <= set(SERVICES)


@pytest.mark.parametrize("page", [*RUNBOOKS.glob("*.md"), DEPLOY / "README.md"], ids=lambda page: page.stem)
def test_its_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_list_of_runbooks_is_whole() -> None:
    text = (RUNBOOKS / "README.md").read_text("utf-8")
    assert sorted(re.findall(r"\((\d\d-[a-z-]+\.md)\)", text)) == [page.name for page in PAGES]
