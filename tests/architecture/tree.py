"""The tree as the rules see it: where things lie, and how a document is read."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
TEMPLATES = ROOT / "frontend" / "templates"


def modules(*folders: str) -> list[Path]:
    """Every Python file below the folders, migrations left out."""
    found = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [file for file in found if "migrations" not in file.parts]


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), filename=str(file))


def imported(file: Path) -> set[str]:
    """The top-level packages that a file imports."""
    names: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def defines(file: Path, name: str) -> bool:
    """Whether a Python file defines `name`, which may be `Class.method`."""
    body: list[ast.stmt] = parsed(file).body
    for part in name.split("."):
        found = [node for node in body if _names(node, part)]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _names(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name == name
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, each cell stripped; the head row is left out."""
    section = re.split(rf"^#+ {re.escape(heading)}\n", text, flags=re.M)[1]
    section = re.split(r"^#", section, flags=re.M)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def code_words(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))
