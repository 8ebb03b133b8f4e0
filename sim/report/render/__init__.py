"""Reports to hand in: HTML, Excel and Word, each made from the facts and the archived tables alone."""

FORMATS: dict[str, str] = {"html": "html", "xlsx": "excel", "docx": "word"}
"""Formats, and the module here that knows the library of each: imported when it is asked for."""
