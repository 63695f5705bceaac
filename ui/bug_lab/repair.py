"""Fix it: choose the line to repair and what to put there; the repaired program is tested and trained."""

import string

import streamlit as st

from lab.bugs import BUGS, DETECTORS, repair
from ui.bug_lab import evidence, trials
from ui.charts import palette
from ui.frame.visit import visit

KEYS = ("_mend_", "_put_")
MENDED = "your repair"
COLOURS = {MENDED: palette.POSITIVE, trials.WITHOUT: palette.NEUTRAL}


def offer(lab, key, place):
    """Draw the choices that repair this bug, and the result of the last repair.

    `place` makes the widgets' keys unique on the page.
    """
    st.markdown("**Fix it.** Which line is wrong, and what belongs there?")
    does = repair.lines()
    step = st.selectbox(
        "The line to repair",
        list(does),
        index=None,
        format_func=lambda step: f"{step}: {does[step]}",
        key=f"_mend_{place}",
        placeholder="One step of the program",
    )
    if step is None:
        return
    fragments = dict(zip(string.ascii_uppercase, repair.fragments(step, BUGS[key].number), strict=False))
    for letter, fragment in fragments.items():
        st.caption(letter)
        st.code(fragment.code(), language="python", wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        put = f"_put_{place}_{step}"
        letter = st.radio("Replace it with", list(fragments), index=None, horizontal=True, key=put)
        chosen = (step, fragments[letter].key) if letter else None
        st.button(
            "Repair and run",
            type="primary",
            key=f"_run_{place}",
            icon=":material/build:",
            disabled=chosen is None,
            on_click=visit().repairs.__setitem__,
            args=(place, chosen),
        )
    if any("textbook." in fragment.code() for fragment in fragments.values()):
        st.caption("`textbook` has the correct version of every step.")
    if chosen and visit().repairs.get(place) == chosen:
        _result(lab, key, fragments[letter], place)


def _result(lab, key, fragment, place):
    """Say what the repair fixed and what is still wrong, and draw how the program trains."""
    bug = BUGS[key]
    steps, name = repair.mended(bug, fragment), ("mended", key, fragment.step, fragment.key)
    if not trials.run_tests(lab, name, steps):
        return
    findings = {DETECTORS[test].title: finding for test, finding in trials.verdicts(lab, name, steps).items()}
    first, *others = repair.said(bug, fragment, findings)
    if repair.is_right(bug, fragment):
        st.success(first, icon=":material/check_circle:")
    else:
        st.error(first, icon=":material/cancel:")
    for sentence in others:
        st.markdown(sentence)
    title = f"Reported training loss after your repair, {lab.n_seeds} random starts"
    evidence.losses(lab, name, steps, title, COLOURS, evidence.last_losses, f"mended_{place}")
