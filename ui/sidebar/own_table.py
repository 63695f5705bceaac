"""The visitor's own table: dropped or pasted, described column by column, and stored or named in the link."""

import re

import streamlit as st

from data import (
    HEADERS,
    MISSING_CHOICES,
    MOST_FILE_BYTES,
    held_table,
    keep_table,
    table_choices,
    with_table_choices,
)
from lab import baseline
from lab.words import as_plain_text, counted, distinct, to_tenths
from ui.frame import memory
from ui.frame.show import show_sentence
from ui.frame.visit import visit
from ui.sidebar import lock
from ui.training.cache import cache

STATE = st.session_state
GUESSED = ""  # the column of classes, as in a link; no column has that name
MOST_PASTED = 200_000  # characters
IS_TABLE = re.compile(r"table-|[0-9a-f]{64}")
SHORT = {  # short names of choices, which fit into the sidebar
    "drop": "leave the row out",
    "median": "fill in the median",
    "guess": "guessed",
    "yes": "names of columns",
    "no": "an example",
}
FIRST = "Drop a table in the sidebar, or paste one; until then the page shows another dataset."
EXAMPLE = (
    "petal length (cm),petal width (cm),species\n1.4,0.2,setosa\n1.7,0.4,setosa\n1.5,0.1,setosa\n"
    "1.3,0.3,setosa\n1.9,0.2,setosa\n1.6,0.6,setosa\n4.7,1.4,versicolor\n4.5,1.5,versicolor\n"
    "3.3,1.0,versicolor\n4.0,1.3,versicolor\n4.8,1.8,versicolor\n3.5,1.0,versicolor\n6.0,2.5,virginica\n"
    "5.1,1.9,virginica\n5.9,2.1,virginica\n4.9,1.8,virginica\n5.6,1.4,virginica\n6.7,2.0,virginica"
)


def forget_other_data():
    """Callback of the choice of a dataset: drop the points if a table is chosen, and the table for points."""
    points, is_table = STATE.get("points") or "", STATE.get("name") == "own_table"
    if (
        points
        and STATE.get("name") in ("own_points", "own_table")
        and is_table != bool(IS_TABLE.match(points))
    ):
        STATE["points"] = ""


def box():
    """Draw the boxes for a table, its choices and what was understood; return the `points` of its link.

    They are "" until there is a table. A file that cannot be used gets a sentence, and the previous table
    stays.
    """
    if lock.hides("points"):
        points = lock.text("points") or ""
        if visit().embedded.get(visit().page):
            return points
        if _held(points) is None:  # the link names a file that this server does not have
            _upload_box()
        _tell_refusal()
        _understood(points)
        return points
    points = STATE.get("points", st.query_params.get("points", "")) or ""
    points = points if IS_TABLE.match(points) else ""
    _upload_box()
    with st.expander("Or paste a table"):
        st.text_area(
            "Rows, with or without column names above them",
            key="_pasted_table",
            height=120,
            max_chars=MOST_PASTED,
            placeholder=EXAMPLE[:120],
        )
        left, right = st.columns(2)
        left.button("Use this table", on_click=_paste, icon=":material/check:")
        right.button("Use an example", on_click=_example, icon=":material/category:")
    _tell_refusal()
    if points or visit().refused_table:
        _choices(points)
    _understood(points)
    with st.expander("The table in the link"):
        # as the box of points does: for another kind of widget Streamlit would read the address again
        text = st.text_area(
            "A small table itself, or the fingerprint (sha256) of its file",
            key="points",
            bind=lock.BIND,
            height=90,
            help="Anyone who opens a link with a fingerprint needs the same file.",
        )
    return text if text and IS_TABLE.match(text) else ""


def _upload_box():
    st.file_uploader(
        "A table as CSV or TSV",
        type=["csv", "tsv", "txt", "tab", "dat", "data"],
        key="_table_file",
        max_upload_size=MOST_FILE_BYTES >> 20,
        on_change=_upload,
        help="Rows are examples, columns features; one column is the class. Up to 100,000 rows. The file "
        "stays in this server's memory for a while and is never written to disk.",
    )


def _choices(points):
    """Draw the choices that say how to read the table."""
    try:
        chosen = table_choices(points)
    except ValueError:
        chosen = {"target": "", "missing": next(iter(MISSING_CHOICES)), "header": next(iter(HEADERS))}
    table = _held(points)
    columns = [column.name for column in table.understood] if table else []
    for key, value in chosen.items():
        # for a refused file they stay as they are, to be corrected
        if not visit().refused_table or f"_table_{key}" not in STATE:
            STATE[f"_table_{key}"] = value
    options = list(dict.fromkeys([GUESSED, *columns, STATE["_table_target"]]))
    how, guessed = {"on_change": _choose}, distinct(SHORT["guess"], options)
    st.selectbox(
        "Column of classes",
        options,
        format_func=lambda name: name or guessed,
        key="_table_target",
        accept_new_options=True,
        help="Guessed: the last column called y, label, class, species or target; otherwise the last column "
        "that can be the classes.",
        **how,
    )
    for key, label, registry in (
        ("missing", "Missing values", MISSING_CHOICES),
        ("header", "First row", HEADERS),
    ):
        st.selectbox(
            label,
            list(registry),
            format_func=lambda name: SHORT.get(name, name),
            key=f"_table_{key}",
            help="; ".join(f"{SHORT.get(name, name)}: {meaning}" for name, meaning in registry.items()) + ".",
            **how,
        )


def _understood(points):
    """Draw what was understood of each column, the share of the most common class, and warnings."""
    table = _held(points)
    if table is None:
        return
    for sentence in table.warnings:
        show_sentence(st.warning, sentence, ":material/warning:")
    n_inputs, n_rows = len(table.feature_names), len(table.y)
    st.caption(
        f"{counted(n_rows, 'row')}, {counted(n_inputs, 'input')}, {len(table.class_names)} classes. Always "
        f"guessing the most common class gets {to_tenths(baseline.share(table.y))} of the rows right."
    )
    with st.expander("What was understood"):
        for column in table.understood:
            st.markdown(f"**{as_plain_text(column.name)}**: {column.kind}. {as_plain_text(column.told)}")
        for sentence in table.notes:
            st.caption(as_plain_text(sentence))


def _tell_refusal():
    """Show, once, why the last table could not be used."""
    if sentence := visit().refused_upload:
        visit().refused_upload = ""
        show_sentence(st.error, sentence, ":material/report:")


def _held(points):
    """Return the Table of `points`, or None if there is none or it cannot be read."""
    try:
        return held_table(points) if points else None
    except ValueError:
        return None


def _upload():
    """Callback: read the uploaded file."""
    if STATE.get("_table_file") is not None:
        _use("_table_file")


def _paste():
    """Callback: read the text of the box."""
    if STATE.get("_pasted_table"):
        _use("_pasted_table")


def _example():
    """Callback: fill the box with an example and read it."""
    STATE["_pasted_table"] = EXAMPLE
    _use("_pasted_table")


def _choose():
    """Callback: read the table with the choices in the sidebar; try a refused file again."""
    if visit().refused_table:
        _use(visit().refused_table, **_chosen())
        return
    try:
        points = with_table_choices(STATE.get("points") or "", **_chosen())
        held_table(points)
    except (ValueError, MemoryError) as problem:
        visit().refused_upload = memory.in_words(problem)
    else:
        STATE["points"] = points


def _chosen():
    return {
        "target": STATE["_table_target"],
        "missing": STATE["_table_missing"],
        "header": STATE["_table_header"],
    }


def _use(key, **choices):
    """Read the table in the widget `key` and write it into the link; if it cannot be used, say why.

    In that case the previous table stays. The file that the link names is read with the link's choices.
    """
    given = STATE[key]
    if given is None:
        return
    file_bytes = given.encode() if isinstance(given, str) else given.getvalue()
    linked = lock.text("points") if lock.hides("points") else STATE.get("points") or ""
    try:
        points = keep_table(file_bytes, **choices)
        if linked.partition(";")[0] == points.partition(";")[0] and not choices:
            points = linked
        cache().keep_within_bounds()  # a run must not keep data alive that were dropped for this file
    except (ValueError, MemoryError) as problem:
        visit().refused_upload, visit().refused_table = memory.in_words(problem), key
        return
    visit().refused_table = ""
    if lock.hides("points"):
        if points != linked:
            visit().refused_upload = "The uploaded file is not the one that the link asks for."
        return
    STATE["points"] = points
