"""The tables of a page for its report: their cells and shades, as the page shows them."""

import json
import re
from typing import NamedTuple

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

from ui.frame.tables import written

RULE, CELL = re.compile(r"([^{}]*)\{([^{}]*)\}"), re.compile(r"_row(\d+)_col(\d+)\b")
COLOUR = r"#[0-9A-Fa-f]{3,8}|rgba?\([\d., ]+\)"
# Only these declarations get into a report, whatever else the sent styles have.
LOOK = re.compile(rf"(?:background-color|color): (?:{COLOUR})(?= *(?:;|$))|font-weight: \d{{3}}(?= *(?:;|$))")


class Table(NamedTuple):
    """The cells of a table, those with a format as texts; and {(row, column) from 0: CSS declarations}."""

    cells: pd.DataFrame
    looks: dict


def of_table(sent):
    """Return the Table of a `st.table`, from the message that is sent to the browser."""
    frame, texts, looks = _parts(sent.arrow_data)
    return Table(frame if texts is None else _with_texts(frame, texts), looks)


def of_dataframe(sent):
    """Return the Table of a `st.dataframe`, from the message that is sent to the browser.

    Its columns stand in the order of the page, under their labels and in their formats. Hidden columns and
    those whose cells are small charts are left out.
    """
    frame, texts, looks = _parts(sent.arrow_data)
    columns = {name: column or {} for name, column in json.loads(sent.columns or "{}").items()}
    shown = [name for name in [*sent.column_order] or [*frame] if name in frame]
    hidden = [name for name in shown if columns.get(name, {}).get("hidden") or _holds_lists(frame[name])]
    names = [name for name in shown if name not in hidden]
    places = {frame.columns.get_loc(name): new for new, name in enumerate(names)}
    looks = {(row, places[place]): look for (row, place), look in looks.items() if place in places}
    cells = frame[names].copy() if texts is None else _with_texts(frame[names], texts[names])
    for name in names:
        form = columns.get(name, {}).get("type_config", {}).get("format")
        if form == "percent" or "%" in (form or ""):
            cells[name] = [_text(value, form) for value in frame[name]]
    if columns.get("_index", {}).get("hidden"):
        cells = cells.reset_index(drop=True)
    labels = {name: columns.get(name, {}).get("label") or name for name in names}
    return Table(cells.rename(columns=labels), looks)


def _parts(sent):
    """Return (data frame, the texts of a Styler for its cells or None, {(row, column): CSS declarations})."""
    frame = convert_arrow_bytes_to_pandas_df(sent.data)
    if not sent.HasField("styler"):
        return frame, None, {}
    looks = {}
    for cells, declarations in RULE.findall(sent.styler.styles):
        if look := "; ".join(LOOK.findall(declarations)):
            looks |= {(int(row), int(column)): look for row, column in CELL.findall(cells)}
    return frame, convert_arrow_bytes_to_pandas_df(sent.styler.display_values), looks


def _with_texts(frame, texts):
    """Return a data frame with the texts of a Styler for its numbers."""
    written_out = frame.copy()
    for name in frame:
        if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name]):
            written_out[name] = texts[name].where(frame[name].notna(), "")
    return written_out


def _text(value, form):
    return "" if pd.isna(value) else written(value, form)


def _holds_lists(values):
    """Return whether the cells of a column are lists, which the page shows as small charts."""
    return any(hasattr(value, "__len__") and not isinstance(value, str) for value in values)
