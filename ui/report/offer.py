"""The button that makes a report of a page, and the button that saves it."""

import streamlit as st

from ui.frame.visit import visit
from ui.report import document, recorder

FILE_NAME = "backprop-lab-report.html"


def draw(link, fingerprint):
    """Draw the button in a popover of the page; `link` is the complete one, `fingerprint` may be None."""
    st.button(
        "Report (.html)",
        key="_make_report",
        icon=":material/description:",
        width="stretch",
        on_click=recorder.ask,
        help="This page as one file, to print or to keep: text, charts with their data, and link.",
    )
    text = fingerprint.text() if fingerprint else ""
    visit().report_about = document.About(f"{link}&fingerprint={text}" if text else link, text)
    visit().report_place = st.container()


def finish():
    """Call at the end of a page: if its report was requested, offer it where `draw` was called."""
    parts, place = recorder.end(), visit().report_place
    if parts is None or place is None:
        return
    with place:
        try:
            file = document.written(parts, visit().report_about)
        except document.TooLarge as problem:
            st.warning(str(problem), icon=":material/report:")
            return
        st.download_button(
            "Save the report (.html)",
            file,
            FILE_NAME,
            "text/html",
            key="_report",
            icon=":material/download:",
            type="primary",
            width="stretch",
            on_click="ignore",
        )
        st.caption(
            f"{len(file) / 1e6:.1f} MB. It shows the page as it is now, and loads nothing from the network."
        )
