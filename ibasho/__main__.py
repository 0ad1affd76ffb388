"""`ibasho COMMAND`: what a house is run with. `ibasho --help` lists the commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import django

from ibasho.lib import env

DESCRIPTION = {
    "serve": "serve the house in the foreground; bin/start does this",
    "tend": "do what is due (openings, closings, what must be forgotten), once or until stopped",
    "keeper-link": "make a one-time link for a new keeper, or for one who cannot get in any more",
    "backup": "copy the whole house into one file, also while it is open",
    "restore": "bring the house back as a backup has it, without what was erased since",
    "check-log": "whether the log of keepers' acts is as it was written; name the first row that is not",
    "furnish": "fill an empty house with the sample house",
    "migrate": "copy the database and bring it to this version",
    "new-secret": "go on with another house secret, where the old one is lost for good",
    "django": "a command of Django's own, such as `ibasho django shell`",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 for a wrong word or a wrong setting."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ibasho.settings")
    if options.data:
        os.environ["IBASHO_DATA"] = str(Path(options.data).resolve())
    if getattr(options, "port", None) is not None:
        os.environ["IBASHO_PORT"] = str(options.port)
    if options.command != "django":
        os.umask(0o077)  # whatever is made in the data folder is for the house alone
    try:
        django.setup()
        # only now: a command's module imports models, and those need the settings
        run = import_module(f"ibasho.commands.{options.command.replace('-', '_')}").run
        return int(run(options))
    except env.Wrong as wrong:
        print(f"ibasho: {wrong}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ibasho", description="Run an online place to be.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in DESCRIPTION.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--data", metavar="DIR", help="the data folder (default: data/, or IBASHO_DATA)")
        if name == "serve":
            command.add_argument(
                "--port", type=int, metavar="N", help="default: 8000, or IBASHO_PORT; 0: any free one"
            )
            command.add_argument("--empty", action="store_true", help="do not furnish a new house")
        if name == "tend":
            command.add_argument("--once", action="store_true", help="do what is due now, and stop")
        if name == "keeper-link":
            who = command.add_mutually_exclusive_group()
            who.add_argument("--login", metavar="NAME", help="back in for this keeper")
            who.add_argument(
                "--roles",
                metavar="ROLE,…",
                help="for a new keeper: moderator, facilitator, coordinator, steward",
            )
        if name == "check-log":
            what = command.add_mutually_exclusive_group()
            what.add_argument(
                "--head", action="store_true", help="only say where the log ends, to be noted elsewhere"
            )
            what.add_argument(
                "--expect", metavar="NUMBER:HASH", help="and whether it still holds the end noted then"
            )
        if name == "backup":
            command.add_argument(
                "file", nargs="?", metavar="FILE", help="default: one more in backups/; -: stdout"
            )
        if name == "restore":
            command.add_argument("file", metavar="FILE", help="what `ibasho backup` made; -: stdin")
            command.add_argument(
                "--without-list",
                action="store_true",
                help="also where no list tells what was erased since: it is there again then",
            )
        if name == "django":
            command.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
