"""What each word of a vocabulary means: the sentence that stands below its field.

Sentences are read from the source when somebody asks for them, so that a run does not pay for them.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache

from sim.spec import Spec


@cache
def sentences_of(spec: type[Spec]) -> dict[str, str]:
    """Sentence of each word of a spec that has one."""
    return _sentences_in(spec.__module__).get(spec.__name__, {})


@cache
def _sentences_in(module: str) -> dict[str, dict[str, str]]:
    """Sentences by class and field: the text that follows a field."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {one.name: _below_fields(one) for one in tree.body if isinstance(one, ast.ClassDef)}


def _below_fields(one: ast.ClassDef) -> dict[str, str]:
    found = {}
    for field, below in zip(one.body, one.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            found[field.target.id] = " ".join(str(below.value.value).split())
    return found
