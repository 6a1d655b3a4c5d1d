"""``hub init``: make a home for a hub on this machine, so that the other commands find who takes part and the keys."""

import os
from importlib.resources import files

import typer

from hub import settings

DEMO_DIRECTORY = files("hub.demo") / "directory.toml"


def init() -> None:
    """Make the home folder with the demo's directory and new keys; what is there already stays as it is."""
    chosen = settings.read(os.environ)
    chosen.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if chosen.directory.exists() and chosen.key_file.exists():
        typer.echo(f"{chosen.directory} and {chosen.key_file} are there already. Nothing was changed.")
    if not chosen.directory.exists():
        chosen.directory.write_text(DEMO_DIRECTORY.read_text(encoding="utf-8"), encoding="utf-8")
        typer.echo(f"{chosen.directory}: the demo's invented agencies. Edit it to say who takes part.")
    if not chosen.key_file.exists():
        settings.create_keys(chosen.key_file)
        typer.echo(
            f"{chosen.key_file}: new secrets. Whoever loses them cannot read the quarantine or name a person again."
        )
    typer.echo(
        "Next: hub kafka up, then hub topics apply, then hub worker. "
        "On one broker, such as hub kafka up keeps, HUB_REPLICATION=1 has to be set."
    )
