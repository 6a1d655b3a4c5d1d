import hashlib
import io
import re
import threading
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from hub.kafka.local.errors import JarError
from hub.kafka.local.jars import ATTEMPTS, Fetch, Jar, class_path, listed


def archive(content: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as file:
        file.writestr(zipfile.ZipInfo("content"), content)
    return into.getvalue()


def jar(name: str) -> Jar:
    digest = hashlib.sha256(archive(name)).hexdigest()
    return Jar(digest, PurePosixPath(f"org/example/{name}/1.0/{name}-1.0.jar"))


class Repository:
    """Serves what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def fetch(self, wanted: Jar, folder: Path) -> Path:
        self.asked.append(wanted.name)
        answer = self.answers.pop(0) if self.answers else archive(wanted.path.parts[2])
        if isinstance(answer, Exception):
            raise answer
        folder.mkdir()
        (folder / wanted.name).write_bytes(answer)
        return folder / wanted.name


def files(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


ALPHA, BETA = jar("alpha"), jar("beta")


def test_missing_jars_are_fetched_and_named_in_the_order_of_the_list(tmp_path: Path) -> None:
    found = class_path(tmp_path, jars=[BETA, ALPHA], fetch=Repository().fetch)
    assert [Path(part).name for part in found.split(":")] == ["beta-1.0.jar", "alpha-1.0.jar"]
    assert files(tmp_path) == [".lock", "alpha-1.0.jar", "beta-1.0.jar"]


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    class_path(tmp_path, jars=[ALPHA], fetch=Repository().fetch)
    repository = Repository()
    class_path(tmp_path, jars=[ALPHA, BETA], fetch=repository.fetch)
    assert repository.asked == ["beta-1.0.jar"]


def test_a_jar_changed_in_the_cache_is_an_error_that_names_it(tmp_path: Path) -> None:
    class_path(tmp_path, jars=[ALPHA], fetch=Repository().fetch)
    (tmp_path / "jars" / ALPHA.path).write_bytes(archive("something else"))
    with pytest.raises(JarError, match=r"alpha-1\.0\.jar is not the file on the list"):
        class_path(tmp_path, jars=[ALPHA], fetch=Repository().fetch)


def test_a_fetched_jar_that_is_another_is_an_error_and_stays_out_of_the_cache(tmp_path: Path) -> None:
    with pytest.raises(JarError, match=r"alpha-1\.0\.jar is not the file on the list"):
        class_path(tmp_path, jars=[ALPHA], fetch=Repository(archive("something else")).fetch)
    assert files(tmp_path) == [".lock"]


def test_half_a_jar_in_the_cache_is_fetched_again(tmp_path: Path) -> None:
    half = tmp_path / "jars" / ALPHA.path
    half.parent.mkdir(parents=True)
    half.write_bytes(archive("alpha")[:50])
    class_path(tmp_path, jars=[ALPHA], fetch=Repository().fetch)
    assert half.read_bytes() == archive("alpha")


def test_a_fetch_cut_off_is_tried_again(tmp_path: Path) -> None:
    repository = Repository(archive("alpha")[:50], ConnectionError())
    class_path(tmp_path, jars=[ALPHA], fetch=repository.fetch)
    assert len(repository.asked) == 3


def test_a_jar_that_cannot_be_fetched_whole_is_an_error_that_names_it(tmp_path: Path) -> None:
    always_cut_off = [archive("alpha")[:50]] * ATTEMPTS
    with pytest.raises(JarError, match=r"alpha-1\.0\.jar could not be fetched whole"):
        class_path(tmp_path, jars=[ALPHA], fetch=Repository(*always_cut_off).fetch)
    assert files(tmp_path) == [".lock"]


def test_what_a_killed_fetch_left_behind_is_removed_by_the_next(tmp_path: Path) -> None:
    left_behind = tmp_path / "jars" / ".fetching-abc"
    left_behind.mkdir(parents=True)
    class_path(tmp_path, jars=[ALPHA], fetch=Repository().fetch)
    assert not left_behind.exists()


def test_two_that_fetch_at_the_same_time_fetch_once(tmp_path: Path) -> None:
    repository, together = Repository(), threading.Barrier(2)
    begun: list[str] = []

    def start() -> None:
        together.wait()
        class_path(
            tmp_path,
            lambda what, done, _total: begun.append(what) if done == 0 else None,
            jars=[ALPHA, BETA],
            fetch=repository.fetch,
        )

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(repository.asked) == ["alpha-1.0.jar", "beta-1.0.jar"]
    assert len(begun) == 1


def test_progress_counts_every_jar(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    fetch: Fetch = Repository().fetch
    class_path(tmp_path, lambda _what, done, total: told.append((done, total)), jars=[ALPHA, BETA], fetch=fetch)
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_the_committed_list_holds_file_names_and_digests_only() -> None:
    jars = listed()
    assert len(jars) == len({jar.name for jar in jars}) == 46
    assert all(re.fullmatch("[0-9a-f]{64}", jar.digest) for jar in jars)
    assert all(jar.name == f"{jar.coordinates[1]}-{jar.coordinates[2]}.jar" for jar in jars)
    assert ("org.apache.kafka", "kafka_2.13", "4.3.0") in {jar.coordinates for jar in jars}


def test_a_folder_in_the_place_of_a_jar_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "jars" / ALPHA.path).mkdir(parents=True)
    with pytest.raises(JarError, match=r"alpha-1\.0\.jar is a folder, not a file"):
        class_path(tmp_path, jars=[ALPHA], fetch=Repository().fetch)


def test_a_cache_whose_name_java_would_take_apart_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JarError, match="set HUB_CACHE"):
        class_path(tmp_path / "a:b", jars=[ALPHA], fetch=Repository().fetch)
