"""A station: a process of the site on a scratch database, which does what it is told and answers.

The benchmark itself touches no database through Django; what it measures happens in such processes, in the surroundings
of a deployment (DEBUG=0, prepared statements, no test client). They talk by lines of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from core.bench.ending import end

ROOT = Path(__file__).resolve().parent.parent.parent


class Trouble(Exception):
    """A station could not do what it was told; the text is its traceback."""


class Station:
    """The near end of such a process."""

    def __init__(self, surroundings: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.bench.station"],
            cwd=ROOT,
            env={**os.environ, **surroundings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, function: Callable[..., Any], **values: Any) -> None:
        """Let it call a function of a module with these values (plain JSON); `hear` the answer."""
        assert self._process.stdin is not None
        said = {"module": function.__module__, "name": function.__qualname__, "values": values}
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """What the function returned. Raises Trouble with what it raised."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Trouble(f"A station ended with code {self._process.wait()}.")
        answer = json.loads(line)
        if "trouble" in answer:
            raise Trouble(answer["trouble"])
        return answer["result"]

    def call(self, function: Callable[..., Any], **values: Any) -> Any:
        """Tell and hear."""
        self.tell(function, **values)
        return self.hear()

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        end(self._process)


def together(stations: list[Station], function: Callable[..., Any], **values: Any) -> list[Any]:
    """Let all stations do the same at the same time, and return their answers."""
    for station in stations:
        station.tell(function, **values)
    return [station.hear() for station in stations]


def serve() -> None:
    """The far end: do what each line of standard input says until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is written is no answer
    import django

    django.setup()
    for line in sys.stdin:
        said = json.loads(line)
        try:
            function = getattr(import_module(said["module"]), said["name"])
            answer = {"result": function(**said["values"])}
        except Exception:
            answer = {"trouble": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
