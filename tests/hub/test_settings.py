import base64
import stat
from pathlib import Path

import pytest

from hub.settings import KEY_NAMES, SettingsError, create_keys, read, read_keys


def test_an_empty_environment_gives_what_a_developer_needs(tmp_path: Path) -> None:
    settings = read({"HUB_HOME": str(tmp_path), "PATH": "/bin"})
    assert settings.bootstrap == "127.0.0.1:19092"
    assert settings.directory == tmp_path / "directory.toml"
    assert settings.key_file == tmp_path / "keys.toml"
    assert settings.people == f"sqlite:///{tmp_path}/people.db"
    assert settings.ledger == f"sqlite:///{tmp_path}/ledger.db"
    assert (settings.metrics_port, settings.transaction_timeout_ms, settings.replication) == (0, 5000, 3)
    assert str(settings.metrics_address) == "127.0.0.1"


def test_a_home_of_ones_own_is_found_when_none_is_named() -> None:
    assert read({"HUB_HOME": ""}).home == Path.home() / ".local" / "share" / "mappa-sharing-hub"


def test_each_setting_is_read_from_its_variable() -> None:
    settings = read(
        {
            "HUB_BOOTSTRAP": "one:9092,two:9092",
            "HUB_DIRECTORY": "who.toml",
            "HUB_KEY_FILE": "/run/keys",
            "HUB_PEOPLE": "postgresql+asyncpg://hub@db/hub",
            "HUB_METRICS_PORT": "9464",
            "HUB_TRANSACTION_TIMEOUT_MS": "15000",
            "HUB_REPLICATION": "1",
        }
    )
    assert (settings.bootstrap, settings.directory, settings.key_file) == (
        "one:9092,two:9092",
        Path("who.toml"),
        Path("/run/keys"),
    )
    assert settings.people == "postgresql+asyncpg://hub@db/hub"
    assert (settings.metrics_port, settings.transaction_timeout_ms, settings.replication) == (9464, 15000, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_BOOTSTRAP", "canary"),
        ("HUB_PEOPLE", "canary://user:secret@db"),
        ("HUB_METRICS_PORT", "canary"),
        ("HUB_METRICS_PORT", "65536"),
        ("HUB_METRICS_ADDRESS", "canary"),
        ("HUB_METRICS_ADDRESS", "127.0.0.1:9101"),
        ("HUB_TRANSACTION_TIMEOUT_MS", "77"),
        ("HUB_REPLICATION", "0"),
    ],
)
def test_a_setting_that_breaks_its_rule_is_named_and_never_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read({name: value})
    assert str(raised.value).startswith(f"{name}: ")
    assert value not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_password_in_the_database_address_is_not_printed() -> None:
    settings = read({"HUB_PEOPLE": "postgresql://hub:canary@db/hub"})
    assert "canary" not in repr(settings) + str(settings)


def test_other_programs_variables_are_left_alone() -> None:
    assert read({"HUB_SERVICE_HOST": "10.0.0.1", "HUB_CACHE": "/cache"}).metrics_port == 0


def test_created_keys_are_read_again_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    made = create_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_keys(path) == made
    assert {len(getattr(made, name)) for name in KEY_NAMES} == {32}
    assert len({getattr(made, name) for name in KEY_NAMES}) == 4


def test_keys_are_new_every_time(tmp_path: Path) -> None:
    assert create_keys(tmp_path / "one") != create_keys(tmp_path / "two")


def test_keys_that_exist_are_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    made = create_keys(path)
    with pytest.raises(SettingsError, match="exists"):
        create_keys(path)
    assert read_keys(path) == made


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        create_keys(tmp_path / "gone" / "keys.toml")
    with pytest.raises(SettingsError, match="No such file"):
        read_keys(tmp_path / "gone" / "keys.toml")


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o620, 0o666])
def test_keys_that_others_may_read_or_change_are_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.toml"
    create_keys(path)
    path.chmod(mode)
    with pytest.raises(SettingsError, match="others may"):
        read_keys(path)


def test_a_secret_mounted_for_the_hubs_group_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    made = create_keys(path)
    path.chmod(0o440)
    assert read_keys(path) == made


def _written(path: Path, **keys: str) -> None:
    path.write_text("".join(f'{name} = "{value}"\n' for name, value in keys.items()), encoding="ascii")
    path.chmod(0o600)


def _canary(letter: str, length: int = 32) -> str:
    return base64.b64encode(letter.encode() * length).decode()


RIGHT = {name: _canary(letter) for name, letter in zip(KEY_NAMES, "abcd", strict=True)}


@pytest.mark.parametrize("name", KEY_NAMES)
@pytest.mark.parametrize("wrong", [_canary("e", 31), _canary("e", 33), "", "*" * 44, RIGHT["digest"][:-1]])
def test_a_key_that_is_not_32_bytes_is_refused_by_name(tmp_path: Path, name: str, wrong: str) -> None:
    path = tmp_path / "keys.toml"
    _written(path, **{**RIGHT, name: wrong})
    with pytest.raises(SettingsError) as raised:
        read_keys(path)
    assert str(raised.value) == f"{path}: {name}: must be 32 bytes in base64"


@pytest.mark.parametrize("keys", [{}, {**RIGHT, "fifth": _canary("e")}, {name: RIGHT[name] for name in KEY_NAMES[1:]}])
def test_a_key_too_many_or_too_few_is_refused(tmp_path: Path, keys: dict[str, str]) -> None:
    path = tmp_path / "keys.toml"
    _written(path, **keys)
    with pytest.raises(SettingsError, match="must hold exactly pseudonym, digest, audit, quarantine"):
        read_keys(path)


def test_one_secret_for_two_uses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    _written(path, **{**RIGHT, "audit": RIGHT["digest"]})
    with pytest.raises(SettingsError, match="a key of its own"):
        read_keys(path)


@pytest.mark.parametrize("text", [b"canary", b"\xff", b'pseudonym = "canary'])
def test_a_file_that_is_not_toml_is_refused_and_not_quoted(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "keys.toml"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(SettingsError) as raised:
        read_keys(path)
    assert str(raised.value) == f"{path}: is not TOML"
    assert raised.value.__cause__ is None


def test_no_repr_shows_a_key(tmp_path: Path) -> None:
    assert repr(create_keys(tmp_path / "keys.toml")) == "Keys()"
