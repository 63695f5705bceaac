"""Tables whose numbers stand right, also where they are formatted as text, and whose texts are safe."""

import re

import pandas as pd
import streamlit as st

from lab import cells

NUMBER = re.compile(r"((under|over) )?[+−±-]?\d[\d,]*(\.\d+)?(e[+-]?\d+)?%?|infinite|inf|nan")
EMPTY = ("", "–", "—")
ROW, MOST = 35, 400  # pixels, as Streamlit draws them: a row, and the table beyond which it scrolls


def show_rows(rows, place=st, *, hide_index=True, column_config=None, height=None):
    """Show a data frame or a list of dictionaries as wide as its texts, every column of numbers flush right.

    The height in pixels is stated, so that nothing below moves when the browser has loaded the table. What a
    stranger may have written is `cells.safe`, because the table's toolbar offers it as CSV.
    """
    rows = safe_rows(rows)
    columns = flush_right(pd.DataFrame(rows)) | (column_config or {})
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
        texts = list(frame.iloc[:, place])
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


def _are_numbers(column):
    texts = [value for value in column if not pd.api.types.is_scalar(value) or not pd.isna(value)]
    if not all(isinstance(text, str) for text in texts):
        return False
    written = [text for text in texts if text not in EMPTY]
    return bool(written) and all(NUMBER.fullmatch(text) for text in written)
