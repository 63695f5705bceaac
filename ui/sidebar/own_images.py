"""Images of the visitor's own: a file that is uploaded, and its fingerprint in the link."""

import streamlit as st

from data import held_images, keep_images
from lab.links.widths import sizes
from ui.sidebar import lock
from ui.training.runs import cache

__all__ = ["sizes", "upload_box"]

STATE = st.session_state


def upload_box(problems):
    """The box for a file of images; returns its fingerprint, which stands for it in the link.

    A locked link names the file; the box is there until that file is.
    """
    named = lock.text("points") if lock.hides("points") else None
    if named and _held(named):
        return named
    st.file_uploader(
        "Images as .npz",
        type="npz",
        key="_upload",
        max_upload_size=50,
        on_change=_keep,
        help="x_train, y_train, x_test, y_test: uint8 images (n, height, width) or (n, height, width, 3), "
        "and labels from 0. It stays in this server's memory for a while and is never written.",
    )
    if "_upload_refused" in STATE:
        problems.append(STATE.pop("_upload_refused"))
    if named:
        if STATE.get("points", named) != named:
            problems.append("The file that was uploaded is not the one that the link asks for.")
        return named
    return (
        st.text_input(
            "Fingerprint of the file (sha256)",
            key="points",
            bind="query-params",
            help="Stands for the file in the link: who opens it needs the same file.",
        )
        or ""
    )


def _held(digest):
    try:
        return held_images(digest)
    except ValueError:
        return None


def _keep():
    """A callback: read the file just uploaded."""
    file = STATE.get("_upload")
    if file is not None:
        try:
            STATE["points"] = keep_images(file.getvalue())
            cache().keep_within_bounds()  # what was dropped for it is not to live on in a run
        except ValueError as problem:
            STATE["_upload_refused"] = str(problem)
