"""The door of the command line: Ctrl-C ends it with 130 from the first second on.

While modules are imported and input is read there is nothing to tidy up, and an exception may be lost in
the import of an extension: the process ends at once. Commands that have something to tidy up say so.
"""

from __future__ import annotations

import os
import signal
from typing import NoReturn

STOPPED = 130


def leave(number: int, frame: object) -> NoReturn:
    """End at once; workers end with this process."""
    os.write(2, b"stopped\n")
    os._exit(STOPPED)


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGINT, leave)
    from sim.cli.main import main as commands

    commands(prog_name="run.py")
