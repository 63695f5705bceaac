"""Tables whose numbers stand right, also where they are formatted as text, and whose texts are safe."""

import heapq
import numbers
import re
import unicodedata

import pandas as pd
import streamlit as st

from lab import cells

NUMBER = re.compile(r"((under|over) )?[+−±-]?\d[\d,]*(\.\d+)?(e[+-]?\d+)?%?|infinite|inf|nan")
EMPTY = ("", "–", "—")
ROW, MOST = 35, 400  # pixels, as Streamlit draws them: a row, and the table beyond which it scrolls
NARROW, WIDE = frozenset(" !'()*,-./:;I[]fijlrt{|}"), frozenset("%@MWmw—…½")
PADDING, NARROWEST, WIDEST = 18, 50, 500  # pixels: beside the text of a cell, and of a column
MEASURED = 20  # longest texts of a column: one with fewer characters is hardly wider


def show_rows(rows, place=st, *, hide_index=True, column_config=None, height=None):
    """Show a data frame or a list of dictionaries as wide as its texts, every column of numbers flush right.

    The height in pixels is stated, so that nothing below moves when the browser has loaded the table. What a
    stranger may have written is `cells.safe`, because the table's toolbar offers it as CSV.
    """
    rows = safe_rows(rows)
    frame = pd.DataFrame(rows)
    columns = fitted(frame, flush_right(frame) | (column_config or {}))
    place.dataframe(
        rows,
        hide_index=hide_index,
        column_config=columns,
        width="content",
        height=height or min(ROW * (1 + max(1, len(rows))) + 2, MOST),
    )


def safe_rows(rows):
    """Return a data frame or a list of dictionaries with texts and column names that are `cells.safe`."""
    frame = pd.DataFrame(rows)
    changed = {}
    for place, column in enumerate(frame.columns):
        texts = frame.iloc[:, place].tolist()
        if (safe := [safe_text(text) for text in texts]) != texts:
            changed[column] = safe
    names = {name: safe_text(name) for name in frame.columns if safe_text(name) != name}
    return frame.assign(**changed).rename(columns=names) if changed or names else rows


def safe_text(value):
    """Return a value; a text that is no formatted number as `cells.safe`."""
    is_number = not isinstance(value, str) or value in EMPTY or NUMBER.fullmatch(value)
    return value if is_number else cells.safe(value)


def flush_right(frame):
    """Return the column_config of the columns that hold texts which are all numbers or empty."""
    return {
        name: st.column_config.TextColumn(alignment="right")
        for name in frame.columns
        if _are_numbers(frame[name])
    }


def fitted(frame, columns):
    """Return the column_config with a width that fits all texts of a column and its name.

    By itself the table keeps the widths of its first contents, and of these it measures ten rows; then a
    longer number that comes later loses its first digits and its sign.
    """
    widths = {}
    for place, name in enumerate(frame.columns):
        own = columns.get(name, {})
        if (
            isinstance(name, str)
            and isinstance(own, dict)
            and own.get("type_config", {}).get("type") != "link"
        ):
            form = own.get("type_config", {}).get("format")
            texts = [written(value, form) for value in frame.iloc[:, place].tolist()]
            if None not in texts:
                longest = heapq.nlargest(MEASURED, set(texts), key=len)
                width = round(max(map(_width, [own.get("label") or name, *longest]))) + PADDING
                width = min(max(NARROWEST, width), WIDEST)
                widths[name] = {"width": width} | {key: v for key, v in own.items() if v is not None}
    return columns | widths


def written(value, form):
    """Return a cell's value as the table writes it with a column's format; None for a list."""
    if isinstance(value, str):
        return value
    if not pd.api.types.is_scalar(value):
        return None
    if pd.isna(value) or not isinstance(value, numbers.Real):
        return str(value)
    if form == "percent":
        return f"{value:.2%}"
    if form:
        return form % value
    return str(value) if isinstance(value, numbers.Integral) else f"{value:.4f}"


def _width(text):
    """Return about how many pixels a text takes in the table's font, rather too many than too few."""
    return sum(map(_width_of_character, text))


def _width_of_character(character):
    if character in NARROW:
        return 5
    if unicodedata.east_asian_width(character) in "WF":
        return 15
    if character in WIDE or (character.isalpha() and character > "\u0400"):
        return 12
    return 9.5 if character.isupper() else 7.5 if not character.isalpha() else 8


def _are_numbers(column):
    texts = [value for value in column.tolist() if not pd.api.types.is_scalar(value) or not pd.isna(value)]
    if not all(isinstance(text, str) for text in texts):
        return False
    written = [text for text in texts if text not in EMPTY]
    return bool(written) and all(NUMBER.fullmatch(text) for text in written)
