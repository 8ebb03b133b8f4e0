"""What stands behind the first screen, by question: the page's sections as blocks, and their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.experiment.pieces import Pieces
from sim.report.markdown import tight
from sim.report.plots import PLOTS
from sim.report.render.blocks import Block, Heading, blocks_of, plain
from sim.report.sections import SECTIONS, section_of
from sim.report.telling import Telling

FIGURES: dict[str, tuple[str, ...]] = {
    "history": ("transfers",),
    "verdict": ("overflow",),
    "bargain": ("cost",),
    "sites": ("worst_sites", "map"),
    "waiting": ("vehicle_time",),
    "slag": ("stock_yard", "utilisation"),
    "headroom": ("stock_bays", "storage_curve"),
}
"""Which figures belong to which question; those of a section that is not there follow the others."""

FIRST, REST = "first_screen", "figures"


@dataclass(frozen=True)
class Question:
    """One question: its title, what is said of it, and the figures that show it."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    figures: tuple[str, ...]


def questions_of(telling: Telling, lang: str, figures: Sequence[str]) -> list[Question]:
    """Sections of the page but its first screen; one that fails is left out, as the page tells."""
    view, pieces, found = telling.page(lang), Pieces(), []
    left = list(figures)
    for key in SECTIONS:
        text = "" if key == FIRST else pieces.make(key, section_of, view, key)
        if not text:
            continue
        head, *blocks = blocks_of(tight(text, lang))
        if not isinstance(head, Heading):
            head, blocks = Heading(((view.words("head:verdict"), ""),)), [head, *blocks]
        own = tuple(name for name in FIGURES.get(key, ()) if name in left)
        left = [name for name in left if name not in own]
        found.append(Question(key, plain(head.runs), tuple(blocks), own))
    if left:
        found.append(Question(REST, view.words("head:figures"), (), tuple(left)))
    return found


def figures_in(folder: Path) -> list[str]:
    """Names of the figures that were drawn, in the order of the page."""
    return [name for name in PLOTS if (folder / f"{name}.png").is_file()]
