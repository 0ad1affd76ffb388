"""Sample houses on one PostgreSQL, each with a database and a folder of its own: furnished once, then copied."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

from tests.ops.served import command, served
from tests.postgres import Cluster


class Houses:
    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self._begun = cluster, folder
        self._numbers = itertools.count(1)
        cluster.ask("CREATE DATABASE begun")
        url = cluster.url("begun")
        done = command(folder, "migrate", DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        self._bare = Path(shutil.copytree(folder, folder.with_name("bare")))
        cluster.ask("CREATE DATABASE bare TEMPLATE begun")
        with served(folder, DATABASE_URL=url) as house:
            assert house.end() == 0, house.log

    def new(self, folder: Path) -> str:
        """Fill this folder; returns the name of the database beside it."""
        shutil.copytree(self._begun, folder, dirs_exist_ok=True)
        return self._database("begun")

    def new_bare(self, *folders: Path) -> str:
        """The same without anything in it but its tables, for several folders with one database."""
        for folder in folders:
            shutil.copytree(self._bare, folder)
        return self._database("bare")

    def _database(self, like: str) -> str:
        name = f"house{next(self._numbers)}"
        self.cluster.ask(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name
