"""The gate: format, lint, types, tests with branch coverage. Stops at the first that fails, with its exit code."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("pytest", "--quiet", "--cov", "--cov-report=term:skip-covered"),
)


def main() -> int:
    """Run all steps in this environment."""
    for step in STEPS:
        print("$", *step, flush=True)
        code = subprocess.run([sys.executable, "-m", *step], cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
