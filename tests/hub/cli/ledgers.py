"""A ledger as an auditor finds it: SP-01's arrest and referral on record, and a person whom the index knows."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import Engine, create_engine, insert, select
from typer.testing import CliRunner, Result

from hub import settings
from hub.ledger import database, store
from hub.ledger.tables import CONSULTATIONS
from hub.model.keys import Keys, audit_ref, identifier_digest
from hub.people import Index, tables
from tests.hub.ledger.sheets import arrivals

NHS, PNC, CRN = "9990000018", "2019/9999901W", "X999001"
ROUTE = "0f" * 16
WHO = ("--as", "Asa Auditor", "--purpose", "complaint 12")


class Office:
    """An auditor's desk: settings, keys and a ledger of this test's own."""

    def __init__(self, home: Path) -> None:
        self.home, self.url = home, f"sqlite:///{home / 'ledger.db'}"
        self.people = f"sqlite:///{home / 'people.db'}"
        self.keys: Keys = settings.create_keys(home / "keys.toml")
        self.pseudonym = audit_ref(self.keys, ROUTE)
        self._since: store.Reached = {}

    def record(self, *sheets: dict[str, Any]) -> None:
        """Put sheets on record, after those before."""
        with self.engine(make=True) as engine:
            taken = {0: arrivals(*sheets, start=self._since.get(0, 0))}
            self._since = store.append(engine, taken, self._since)

    def know(self, **identifiers: str) -> None:
        """Let the person index know one person by these identifiers."""
        Index.open(self.people, self.keys).close()
        with self.engine_of(self.people) as engine, engine.begin() as connection:
            for kind, value in identifiers.items():
                row = {
                    "value": identifier_digest(self.keys, kind, value),
                    "kind": kind,
                    "route_key": ROUTE,
                    "vouched": True,
                }
                connection.execute(insert(tables.person_identifier).values(row))

    @contextmanager
    def engine(self, *, make: bool = False) -> Iterator[Engine]:
        if make:
            database.create(self.url).dispose()
        with self.engine_of(self.url) as engine:
            yield engine

    @contextmanager
    def engine_of(self, url: str) -> Iterator[Engine]:
        engine = create_engine(url)
        yield engine
        engine.dispose()

    def consultations(self) -> list[dict[str, Any]]:
        """What is on record of who looked."""
        with self.engine() as engine, engine.begin() as connection:
            return [dict(row) for row in connection.execute(select(CONSULTATIONS)).mappings()]

    def run(self, app: typer.Typer, *arguments: str, typed: str | None = None) -> Result:
        """Run a command as an auditor would."""
        environment = {name: None for name in os.environ if name.startswith("HUB_")}
        return CliRunner().invoke(app, arguments, input=typed, env={**environment, "HUB_HOME": str(self.home)})

    def rows(self, app: typer.Typer, *arguments: str, typed: str | None = None) -> list[dict[str, Any]]:
        """The rows of a JSON answer."""
        result = self.run(app, *arguments, *WHO, "--json", typed=typed)
        return list(json.loads(result.stdout)["rows"])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def desks(rows: Sequence[dict[str, Any]]) -> list[str | None]:
    return [row["desk"] for row in rows]


def told(result: Result) -> str:
    """All that a command wrote, on one line and out of its frames."""
    return " ".join(result.output.replace("│", " ").split())
