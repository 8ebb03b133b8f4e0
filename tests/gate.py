"""The gate: format, lint, types, tests. The first that fails ends it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("pytest", "-q", "-n", "auto", "--maxprocesses=4"),
)


def main() -> int:
    """Run the steps in this environment; returns the exit code of the first that fails."""
    for step in STEPS:
        print("$", *step, flush=True)
        code = subprocess.run([sys.executable, "-m", *step], cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
