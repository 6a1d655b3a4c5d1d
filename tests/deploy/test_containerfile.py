import re

from tests.deploy.files import DEPLOY, ROOT

TEXT = (DEPLOY / "Containerfile").read_text("utf-8")
BUILD, FINAL = re.split(r"^FROM ", TEXT, flags=re.MULTILINE)[1:]


def test_only_what_is_locked_with_a_hash_is_installed() -> None:
    installed = re.findall(r"pip install ([^&\n]*)", TEXT)
    locked, from_source = (True, False), (False, True)
    assert [("--require-hashes" in line, "--no-deps" in line) for line in installed] == [locked, locked, from_source]


def test_the_final_image_installs_nothing_and_can_install_nothing() -> None:
    assert "pip install" not in FINAL
    assert re.search(r"pip uninstall [^&\n]*pip setuptools", BUILD)
    assert re.search(r"pip uninstall [^&\n]*pip setuptools wheel", FINAL)
    assert "apt-get" not in TEXT


def test_it_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.*)$", FINAL, re.MULTILINE) == ["10001:10001"]


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", BUILD, re.MULTILINE)
    names = [name for line in sources for name in line.split()]
    assert len(names) == 9
    let_through = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert all((ROOT / name).exists() and f"!{name}" in let_through for name in names)


def test_a_package_that_is_shipped_is_copied() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    shipped = re.search(r"^packages = \[(.*)\]$", project, re.MULTILINE)
    assert shipped
    assert all(f"COPY {name} {name}\n" in BUILD for name in re.findall(r'"(\w+)"', shipped[1]))
