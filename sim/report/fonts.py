"""The font of all figures: one that has Chinese letters and comes with a dependency."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib import font_manager


@cache
def families() -> tuple[str, ...]:
    """Font families to draw with, first choice first; registers the Chinese one.

    Raises
    ------
    FileNotFoundError
        If the package that carries the font, or its font file, is missing.
    """
    path = _font_file()
    font_manager.fontManager.addfont(path)
    return (font_manager.FontProperties(fname=path).get_name(), "DejaVu Sans")


def _font_file() -> Path:
    """Path of the font, found without running the code of its package."""
    package = find_spec("zhplot")
    folders = [] if package is None else list(package.submodule_search_locations or ())
    for folder in folders:
        path = Path(folder) / "fonts" / "NotoSansSC-Regular.ttf"
        if path.is_file():
            return path
    raise FileNotFoundError("the font NotoSansSC-Regular.ttf is missing: install the package zhplot")
