from pathlib import Path

import pytest

from hub.kafka.local import places


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HUB_CACHE", "HUB_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_by_default_both_are_under_the_users_home(tmp_path: Path) -> None:
    assert places.cache() == tmp_path / ".cache" / "mappa-sharing-hub"
    assert places.home() == tmp_path / ".local" / "share" / "mappa-sharing-hub"


def test_the_users_cache_directory_is_kept_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    assert places.cache() == tmp_path / "elsewhere" / "mappa-sharing-hub"


def test_our_own_settings_win_and_are_made_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CACHE", "here")
    monkeypatch.setenv("HUB_HOME", "there")
    assert (places.cache(), places.home()) == (Path.cwd() / "here", Path.cwd() / "there")
