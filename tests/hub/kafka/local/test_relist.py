from pathlib import Path

import pytest

from hub.kafka.local import jars, relist


@pytest.mark.kafka
@pytest.mark.slow
def test_the_committed_list_is_what_kafka_says_it_is_made_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("M2_REPO", str(tmp_path))
    assert relist.lines("4.3.0") == jars.LIST.read_text().splitlines()
