"""What the YAML parser complains of, in plain words."""

from __future__ import annotations

import re

PLAIN: tuple[tuple[str, str, str], ...] = (
    (r"found character '\\t'", "a tab", "indent with spaces"),
    (r"found character '(.)'", "a value cannot begin with {0}", "put it in quotes"),
    (r"mapping values are not", "a colon that does not fit", "put text in quotes, or line up the key"),
    (r"not find expected ':'", "a line that is not `key: value`", "add the colon, or quotes around text"),
    (r"sequence entries are not allowed", "a list item cannot begin here", "begin each `- ` on its own line"),
    (r"quoted scalar.*(end of stream|document separator)", "a quote that is not closed", "close it"),
    (r"unknown escape character '(.)'", "\\{0} means nothing between double quotes", "use single quotes"),
    (r"expected escape sequence", "an escape that is not complete", "use single quotes"),
    (r"scanning an? (anchor|alias)", "a value cannot begin with & or *", "put it in quotes"),
    (r"parsing an? tag|undefined tag", "a value cannot begin with !", "put it in quotes"),
    (r"flow mapping.*got '<stream end>'", "a {{ that is not closed", "close it with }}"),
    (r"flow sequence.*got '<stream end>'", "a [ that is not closed", "close it with ]"),
    (r"flow mapping.*but got '(.+)'", "a comma or }} is missing before {0}", "separate entries by commas"),
    (r"flow sequence.*but got '(.+)'", "a comma or ] is missing before {0}", "separate items by commas"),
    (r"expected the node content, but found '(.)'", "{0} where a value should stand", "write a value"),
    (r"expected the node content", "a value is missing", "write a value"),
    (r"block scalar", "text on the line of | or >", "begin the text on the next line"),
    (r"expected <block end>, but found '<scalar>'", "text after a quote", "double quotes inside quotes"),
    (r"<block end>, but found '-'", "a list item among `key: value` lines", "put it below its key"),
    (r"expected <block end>", "the line does not line up with those above", "correct the spaces before it"),
    (r"<document start>|directive|incompatible YAML", "this does not belong to the mapping", "remove it"),
)  # fmt: skip
"""Pattern of the parser's message, what is wrong, one way to put it right; {0} is what the pattern caught."""


def plainly(said: str) -> tuple[str, str]:
    """Message and fix in plain words; the parser's own where none are known."""
    for pattern, message, fix in PLAIN:
        if found := re.search(pattern, said, re.DOTALL):
            caught = found.groups()
            return message.format(*caught), fix.format(*caught)
    return said or "not YAML", "correct the line"


def begins_before(said: str) -> bool:
    """Whether the fault lies where something begins, rather than where the parser gave up."""
    marks = ("end of stream", "'<stream end>'", "document separator", "expected ':'")
    return any(word in said for word in marks)
