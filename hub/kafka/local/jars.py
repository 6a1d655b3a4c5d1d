"""The jars of Apache Kafka: fetched once, and checked against the committed list at every start.

The list, not a repository's metadata, says what Kafka is made of: nothing else is fetched or run.
A jar is fetched beside its place, checked, and only then renamed into it, so that no process ever
sees half of one.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hub.kafka.local.errors import JarError
from hub.kafka.local.progress import Progress, quiet

LIST = Path(__file__).with_name("jars.sha256")
ATTEMPTS = 3
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the list: the digest a file must have, and its path in any Maven repository."""

    digest: str
    path: PurePosixPath

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def coordinates(self) -> tuple[str, str, str]:
        """Group, artifact and version, as Maven's layout gives them."""
        *group, artifact, version, _ = self.path.parts
        return ".".join(group), artifact, version


Fetch = Callable[[Jar, Path], Path]
"""Fetches one jar into a folder that only this fetch uses, and says where it put it."""


def listed(text: str | None = None) -> tuple[Jar, ...]:
    """Read the committed list."""
    lines = (LIST.read_text("ascii") if text is None else text).splitlines()
    pairs = (line.split() for line in lines if line)
    return tuple(Jar(digest, PurePosixPath(path)) for digest, path in pairs)


def class_path(
    cache: Path, progress: Progress = quiet, *, jars: Sequence[Jar] | None = None, fetch: Fetch | None = None
) -> str:
    """Return the class path of exactly the listed jars, fetching those not yet in the cache.

    Any jar whose digest is not the listed one is an error that names it.
    """
    wanted, folder = (listed() if jars is None else jars), cache / "jars"
    if os.pathsep in str(folder):
        raise JarError(f"{folder}: Java cannot find jars in a folder with {os.pathsep!r} in its name; set HUB_CACHE")
    if missing(wanted, folder):
        with _alone(folder):
            still_missing = missing(wanted, folder)  # another process may just have fetched them
            if still_missing:
                _fetch_all(still_missing, folder, progress, fetch or from_repository)
    for jar in wanted:
        check(jar, folder / jar.path)
    return os.pathsep.join(str(folder / jar.path) for jar in wanted)


def missing(jars: Sequence[Jar], folder: Path) -> list[Jar]:
    """Return the jars not there, or not there whole (a zip's directory stands at its end)."""
    return [jar for jar in jars if not _is_whole(jar, folder / jar.path)]


def _is_whole(jar: Jar, path: Path) -> bool:
    if path.is_dir():
        raise JarError(f"{jar.name} is a folder, not a file: remove it ({path})")
    return zipfile.is_zipfile(path)


def check(jar: Jar, path: Path) -> None:
    """Raise unless the file has the listed digest."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != jar.digest:
        raise JarError(f"{jar.name} is not the file on the list: its SHA-256 is {found}, not {jar.digest} ({path})")


def from_repository(jar: Jar, folder: Path) -> Path:
    """Fetch from Maven Central, or from the repositories that jgo's own configuration names."""
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    remotes = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    group, artifact, version = jar.coordinates
    context = MavenContext(repo_cache=folder, remote_repos=remotes, timeout=60)
    return Path(context.project(group, artifact).at_version(version).artifact().resolve())


def _fetch_all(jars: Sequence[Jar], folder: Path, progress: Progress, fetch: Fetch) -> None:
    what = "Fetching Apache Kafka, once (about 45 MB)"
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fetched = pool.map(lambda jar: _fetch_one(jar, folder, fetch), jars)
        for done in range(len(jars)):
            progress(what, done, len(jars))
            next(fetched)
    progress(what, len(jars), len(jars))


def _fetch_one(jar: Jar, folder: Path, fetch: Fetch) -> None:
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as beside:
        path = _whole(jar, Path(beside), fetch)
        check(jar, path)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        (folder / jar.path).parent.mkdir(parents=True, exist_ok=True)
        path.replace(folder / jar.path)


def _whole(jar: Jar, beside: Path, fetch: Fetch) -> Path:
    cause: Exception | None = None
    for attempt in range(ATTEMPTS):
        try:
            path = fetch(jar, beside / str(attempt))
        except (OSError, RuntimeError) as error:
            cause = error
            continue
        if zipfile.is_zipfile(path):
            return path
    raise JarError(f"{jar.name} could not be fetched whole in {ATTEMPTS} attempts") from cause


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time fetch; a lock of a process that dies goes with it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left_behind in folder.glob(".fetching-*"):
            shutil.rmtree(left_behind)
        yield
