"""What `make` does first on a machine with nothing of ours: find a Python, make the virtual environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

TOOLS = ("sh", "dirname", "cat", "cksum", "tr", "grep", "echo", "mkdir", "env")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that needs no package at all, and a folder of programs with no Python in it."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "venv", tmp_path / "tools" / "venv")
    (tmp_path / "requirements").mkdir()
    for name in ("base", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    programs = tmp_path / "programs"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def program(checkout: Path, name: str, script: str) -> None:
    """Put a program on the machine."""
    file = checkout / "programs" / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def prepare(checkout: Path, wanted: str = "base") -> subprocess.CompletedProcess[str]:
    """Run the tool as `make` does, on a machine that has only what was put there."""
    environment = {"PATH": str(checkout / "programs"), "HOME": str(checkout)}
    return subprocess.run(
        [str(checkout / "tools" / "venv"), wanted],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_python_one_sentence_says_what_to_install(checkout: Path) -> None:
    program(checkout, "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    program(checkout, "python3", "exit 1  # too old")

    ended = prepare(checkout)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "Making the virtual environment in .venv/ ...",
        "Goodturn needs Python 3.12 or newer: install it (with its venv module), or install uv.",
    ]


def test_names_that_start_nothing_are_passed_over_and_nothing_is_installed_twice(checkout: Path) -> None:
    program(checkout, "python3.14", "exit 127")
    program(checkout, "python3.13", "exit 127")
    program(checkout, "python3", f'exec "{os.path.realpath(sys.executable)}" "$@"')

    first = prepare(checkout)
    assert first.returncode == 0, first.stderr
    assert (checkout / ".venv" / "bin" / "python").exists()
    assert prepare(checkout).stderr == ""

    # What the tests need comes on top, and serves the site too.
    assert "requirements/dev.txt" in prepare(checkout, "dev").stderr
    assert prepare(checkout, "dev").stderr == prepare(checkout).stderr == ""

    (checkout / "requirements" / "base.txt").write_text("# changed\n")
    assert "requirements/base.txt" in prepare(checkout).stderr


def test_a_machine_with_uv_alone_gets_its_python_by_it(checkout: Path) -> None:
    program(checkout, "uv", f'for last; do :; done; exec "{os.path.realpath(sys.executable)}" -m venv "$last"')

    ended = prepare(checkout)

    assert ended.returncode == 0, ended.stderr
    assert (checkout / ".venv" / "installed").read_text().startswith("base ")
