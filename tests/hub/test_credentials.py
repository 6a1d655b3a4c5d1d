"""By which name somebody comes to a broker that asks for one, and what is said where the file does not do."""

import ssl
from pathlib import Path

import pytest

from hub import credentials
from hub.settings import Settings, SettingsError

FILE = 'protocol = "SASL_PLAINTEXT"\nmechanism = "PLAIN"\n[names]\n"avon-ld.team" = "open sesame"\n'


def chosen(folder: Path, text: str | None, mode: int = 0o600) -> Settings:
    path = folder / "credentials.toml"
    if text is not None:
        path.write_text(text, "utf-8")
        path.chmod(mode)
    return Settings(
        home=folder,
        bootstrap="127.0.0.1:9",
        directory=folder,
        key_file=folder,
        people="sqlite://",
        ledger="sqlite://",
        credentials=path,
    )


def test_without_a_file_nobody_is_named(tmp_path: Path) -> None:
    plain = chosen(tmp_path, None).model_copy(update={"credentials": None})
    assert credentials.connection(plain, "avon-ld.team") == {"bootstrap_servers": "127.0.0.1:9"}


def test_a_desk_comes_by_its_own_name_and_password(tmp_path: Path) -> None:
    assert credentials.connection(chosen(tmp_path, FILE), "avon-ld.team") == {
        "bootstrap_servers": "127.0.0.1:9",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "avon-ld.team",
        "sasl_plain_password": "open sesame",
    }


def test_unless_it_says_otherwise_it_is_encrypted_and_the_broker_must_be_known(tmp_path: Path) -> None:
    made = credentials.security(chosen(tmp_path, '[names]\nhub-intake = "x"\n'), credentials.INTAKE)
    assert (made["security_protocol"], made["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert made["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert made["ssl_context"].check_hostname


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            FILE.replace("avon-ld.team", "avon-police.ppu"),
            "names: has no avon-ld.team, by which this comes to the broker",
        ),
        ("[names\n", "is not TOML"),
        ("[names]\n", "names: Dictionary should have at least 1 item after validation, not 0"),
        (
            FILE.replace('PLAIN"\n[', 'PLAIN7"\n['),
            "mechanism: Input should be 'SCRAM-SHA-512', 'SCRAM-SHA-256' or 'PLAIN'",
        ),
        (FILE.replace("mechanism", "mechanic"), "mechanic: Extra inputs are not permitted"),
        ('ca_file = "/nowhere"\n[names]\n"avon-ld.team" = "x"\n', "ca_file: holds no certificates that can be read"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_that_does_not_do_is_named_with_the_rule_and_without_what_it_holds(
    tmp_path: Path, text: str | None, told: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        credentials.security(chosen(tmp_path, text), "avon-ld.team")
    assert str(raised.value) == f"{tmp_path / 'credentials.toml'}: {told}"
    assert "sesame" not in str(raised.value)


def test_others_may_not_read_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="others may read or change it; chmod 600"):
        credentials.security(chosen(tmp_path, FILE, 0o644), "avon-ld.team")


def test_no_repr_shows_a_password() -> None:
    held = credentials.Credentials.model_validate({"names": {"a": "open sesame"}})
    assert "sesame" not in repr(held)
