"""Writes tests/golden/ anew: `python tests/golden_case.py`. The commit that changes it says why."""

import gzip
import shutil
import sys
import tempfile
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent / "golden"
LARGE = 200_000
"""Files with more letters are kept compressed."""


def frozen(folder: Path) -> dict[str, str]:
    """Page and tables of the tiny region's study, by file name, run below `folder`."""
    from planner_cases.holes import assert_whole
    from planner_cases.regions import write_tiny_region

    from sim.api import compare

    root = write_tiny_region(folder)
    found = compare("tiny/mini", jobs=1, out=folder / "results", root=root)
    assert not found.failures
    assert_whole(found.answer)
    paths = [found.folder / "answer.md", *found.folder.glob("*.csv")]
    return {path.name: path.read_bytes().decode("utf-8") for path in sorted(paths)}


def kept() -> dict[str, str]:
    """What was frozen, by file name."""
    found = {}
    for path in sorted(GOLDEN.iterdir()):
        data = path.read_bytes()
        text = gzip.decompress(data) if path.suffix == ".gz" else data
        found[path.name.removesuffix(".gz")] = text.decode("utf-8")
    return found


def renew() -> None:
    """Replace what is frozen by what is now."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    GOLDEN.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in frozen(Path(folder)).items():
            if len(text) > LARGE:
                (GOLDEN / f"{name}.gz").write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
            else:
                (GOLDEN / name).write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    sys.path.insert(0, str(GOLDEN.parent.parent))
    renew()
