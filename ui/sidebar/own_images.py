"""The visitor's own images, uploaded, and named in the link by the file's sha256."""

import streamlit as st

from data import held_images, keep_images
from lab.words import as_plain_text
from ui.frame import memory
from ui.frame.visit import visit
from ui.sidebar import lock
from ui.training.cache import cache

STATE = st.session_state


def upload_box(problems):
    """Draw the upload box; return the file's fingerprint, by which the link names it, or "".

    Append sentences to `problems`. If a locked link names the file, draw the box until it has been uploaded.
    """
    named = lock.text("points") if lock.hides("points") else None
    if named and _uploaded(named):
        _understood(named)
        return named
    st.file_uploader(
        "Images as .npz",
        type="npz",
        key="_upload",
        max_upload_size=50,
        on_change=_keep_upload,
        help="x_train, y_train, x_test, y_test: images (n, height, width) or in colour, as bytes or from 0 "
        "to 1, and labels; other common names are understood. The file stays in this server's memory for a "
        "while and is never written to disk.",
    )
    if refused := visit().refused_upload:
        visit().refused_upload = ""
        problems.append(refused)
    if named:
        if STATE.get("points", named) != named:
            problems.append("The uploaded file is not the one that the link asks for.")
        return named
    digest = st.text_input(
        "Fingerprint of the file (sha256)",
        key="points",
        bind="query-params",
        help="Identifies the file in the link. Anyone who opens the link needs the same file.",
    )
    _understood(digest or "")
    return digest or ""


def _understood(digest):
    """Say how the file with this digest was understood if it is not x_train, y_train, x_test and y_test."""
    images = _uploaded(digest)
    for sentence in images.understood if images else ():
        st.caption(as_plain_text(sentence))


def _uploaded(digest):
    try:
        return held_images(digest)
    except ValueError:
        return None


def _keep_upload():
    """Callback: read the uploaded file and write its fingerprint into the link."""
    file = STATE.get("_upload")
    if file is not None:
        try:
            STATE["points"] = keep_images(file.getvalue())
            cache().keep_within_bounds()  # a run must not keep data alive that were dropped for this file
        except (ValueError, MemoryError) as problem:
            visit().refused_upload = memory.in_words(problem)
