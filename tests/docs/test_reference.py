"""The generated pages are never stale, and what they say of who may see a view is what the policy decides."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.decision import decide
from consent.terms import VIEWS
from consent.who import in_emergency, openings
from docs.generate import COMMAND, FOLDER, pages, stale, write
from docs.generate.holds import fields
from docs.generate.sources import read
from schemas import catalogue
from tests.consent.cases import Case, all_cases, facts

SOURCES = read()
CASES = tuple(all_cases())
KINDS = catalogue.event_types()
MADE = pages()


def test_no_page_is_stale() -> None:
    assert not stale(), f"run: {COMMAND}"


def test_a_page_that_differs_is_written_anew_and_one_that_is_left_over_goes(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "reference" / "views.md").write_text("something else", "utf-8")
    (tmp_path / "reference" / "left.md").write_text("of an event that is no more", "utf-8")
    assert write(tmp_path) == ("reference/left.md", "reference/views.md")
    assert stale(tmp_path) == ()


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_whoever_is_given_a_view_stands_on_its_page_with_the_gateway(case: Case) -> None:
    decision = decide(facts(case), SOURCES.policy)
    for answer in decision.answers:
        if answer.answer == "GIVE":
            assert (case["to"], answer.gateway) in set(_ways(case["event"], answer.view)), answer.view


def _ways(kind: str, view: str) -> Iterator[tuple[str, str]]:
    """Role and gateway, as the page has them."""
    for opening in openings(SOURCES.policy, kind, view):
        yield from ((opening.role, gateway) for gateway in opening.under)
    for gateway, names in in_emergency(SOURCES.policy, kind, view).items():
        yield from ((name, gateway) for name in names)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_an_event_leads_to_who_may_see_it(kind: str) -> None:
    schema = catalogue.by_type(kind)
    index, page = MADE["reference/fields.md"], MADE[f"reference/events/{kind}.md"]
    for view in schema.views:
        assert f"### {view}\n" in page or f"| `{view}` |" in page
        assert all(f"| `{field.path}` | [`{view}`](views.md#{view}) |" in index for field in fields(schema, view))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_what_it_holds(view: str) -> None:
    assert f"## {view}\n\n{SOURCES.say('view', view)[0].upper()}" in MADE["reference/views.md"]


def test_the_pages_name_no_machine() -> None:
    assert all(str(Path.home()) not in text and str(FOLDER) not in text for text in MADE.values())
