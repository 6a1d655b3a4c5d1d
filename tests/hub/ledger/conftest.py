from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.ledger import database


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a ledger that is not made yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(url: str) -> Iterator[Engine]:
    """An empty ledger."""
    engine = database.create(url)
    yield engine
    engine.dispose()
