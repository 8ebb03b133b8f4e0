"""Text that others wrote, made harmless for where it goes: a line, a cell of a CSV, a key, a folder."""

from __future__ import annotations

import re

BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
"""What ends a line, steers a terminal, turns the direction of writing, or cannot be in UTF-8 or XML."""

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r']")
"""What a spreadsheet may take for a formula; and the apostrophe, so that one that leads is always a mark."""

NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
NOT_IN_FOLDERS = re.compile(r'[/\\:*?"<>|]+')


def one_line(text: str) -> str:
    """Text in one line that says what it says and does nothing."""
    return BREAKING.sub(" ", text).strip(" ") if BREAKING.search(text) else text


# --- CSV ---------------------------------------------------------------------------------------------


def cell(text: str) -> str:
    """Cell of a CSV: an apostrophe before what would be a formula, quotes where they are needed."""
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        text = f"'{text}"
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def as_it_was(text: str) -> str:
    """Text of a cell without the mark that `cell` put before it."""
    return text[1:] if text.startswith("'") else text


# --- names -------------------------------------------------------------------------------------------


def in_key(name: str) -> str:
    """Name of a site inside the name of a place, whose parts are separated by a slash."""
    return name.replace("%", "%25").replace("/", "%2F")


def out_of_key(key: str) -> str:
    """Name of a site as its table writes it."""
    return key.replace("%2F", "/").replace("%25", "%")


def folder_called(name: str) -> str:
    """Name of one folder, never a path out of the one it is put in, never hidden."""
    plain = NOT_IN_FOLDERS.sub("-", one_line(name)).strip(" ")
    bare = plain.lstrip(".")
    return f"{'_' * (len(plain) - len(bare))}{bare}" or "_"
