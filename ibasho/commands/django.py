"""`ibasho django …`: Django's own commands with the house's settings."""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line

from ibasho.commands.patience import wait_for_the_database


def run(options: argparse.Namespace) -> int:
    wait_for_the_database()
    execute_from_command_line(["ibasho django", *options.arguments])
    return 0
