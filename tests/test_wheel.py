"""The wheel holds what the program reads, and no stranger's package lies over ours."""

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = "mappa-sharing-hub"
READ_AT_RUN_TIME = {
    "consent/gateways.toml",
    "consent/receivers.toml",
    "consent/views.toml",
    "consent/words.toml",
    "hub/demo/directory.toml",
    "hub/kafka/local/jars.sha256",
    "schemas/registered/ids.toml",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)  # noqa: S603
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize("package", ["hub", "schemas", "consent", "agents"])
def test_no_other_distribution_brings_a_package_of_our_name(package: str) -> None:
    assert (packages_distributions().get(package) or [OURS]) == [OURS]


@pytest.mark.slow
def test_the_wheel_holds_every_file_that_is_read_at_run_time(wheel: Path) -> None:
    assert set(zipfile.ZipFile(wheel).namelist()) >= READ_AT_RUN_TIME


@pytest.mark.slow
def test_a_schema_loads_from_the_installed_wheel_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import schemas.catalogue as c; assert c.__file__.startswith(sys.path[0]), c.__file__\n"
        "print(c.by_type('arrest').name)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd="/", check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout.strip() == "hub.Arrest"
