"""Write it from memory: backpropagation on one page, its lines to order, and each line to choose."""

import streamlit as st

from lab.derivation import CHAPTERS, coloured
from lab.recall import RIGHT, fragments, sheet
from ui.derivation import choosing, ordering
from ui.derivation.walkthrough import COLOURS
from ui.frame import arriving, assets
from ui.frame.visit import visit

KEYS = ("_recall",)
TITLE, ANCHOR = "Write it from memory", "write-it-from-memory"
SHEET, ORDER, CHOOSE = "On one page", "Order the lines", "Choose each line"
PARTS = {
    SHEET: "Read this until you think you could write it yourself. Then go on; it is hidden while you write.",
    ORDER: "These are the lines of `backward()`, and three that do not belong. Press them in the order in "
    "which they run. Press a line again to take it out; the next line you press takes its place.",
    CHOOSE: "The frame of `backward()` is given. Choose the right text for each numbered line, then run your "
    "program: it is checked against numerical derivatives, and it trains this page's network.",
}
PRINTED = "recall_sheet"
_print = st.components.v2.component(
    "backprop_lab_print",
    html="<button type='button'>Print this page</button>",
    css=assets.text(__file__, "print.css"),
    js=assets.text(__file__, "print.js"),
)


def home(steps):
    """Return the key of the last step of backpropagation; below it the section is open."""
    return next(step.key for step in reversed(steps) if step.chapter == CHAPTERS[2])


def offer(problem, steps, step):
    """Draw the section at the last step of backpropagation; from the network's last step on, on request."""
    if step.key == home(steps):
        draw(problem)
    elif steps.index(step) >= max(n for n, one in enumerate(steps) if one.chapter == CHAPTERS[1]):
        box = st.expander(TITLE, icon=":material/edit:", on_change="rerun")
        if box.open:
            with box:
                draw(problem)


def draw(problem):
    """Draw the section's part on show: the sheet, the lines to order, or the lines to choose."""
    tab = visit()
    arriving.here("recall", TITLE, tab.n_recalled, tab.n_recalled - tab.recall_due)
    tab.recall_due = False
    st.subheader(TITLE, anchor=ANCHOR)
    st.fragment(_part)(problem)


def _part(problem):
    chosen = st.segmented_control(
        "Part", list(PARTS), default=SHEET, key="_recall", label_visibility="collapsed", required=True
    )
    st.markdown(PARTS[chosen])
    {SHEET: _sheet, ORDER: ordering.draw, CHOOSE: choosing.draw}[chosen](problem)


def _sheet(problem):
    program = fragments.shown(RIGHT, problem.activation)
    with st.container(key=PRINTED):
        st.markdown(f"**Backpropagation in four equations and {len(program.splitlines())} lines**")
        left, right = st.columns([3, 4], gap="medium")
        with left:
            for number, equation in enumerate(sheet.equations(problem), 1):
                st.caption(f"{number}. {equation.name}")
                st.latex(coloured(equation.latex, COLOURS))
        with right:
            st.code(program, language="python", wrap_lines=True)
            st.markdown(coloured(sheet.symbols_in_words(problem), COLOURS))
    _print(data={"of": PRINTED}, key="_print")
    said = (
        "From `gradients = …` on, this is the code of the script that *Export* writes on the pages that "
        "train, but for one line: the script sums over the examples by a product with a row of ones, as the "
        "engine does."
    )
    if problem.config != problem.without_penalty:
        said += " The penalty is left out here: its gradient is added to dW at the end."
    st.caption(said)
