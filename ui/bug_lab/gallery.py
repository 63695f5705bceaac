"""The gallery: one bug with its code, curves and tests, and the table of which test finds which bug."""

import pandas as pd
import streamlit as st

from lab.bugs import BUGS, DETECTORS, table
from ui.bug_lab import evidence, trials
from ui.charts import bug_lab as charts
from ui.charts import palette
from ui.frame.show import show
from ui.sidebar import lock

NAMES = {key.replace("_", " "): key for key in BUGS}
FOUND, MISSED = f"{table.MARK} finds it", "–"


def choose():
    """Draw the choice of a bug; return its key."""
    names = list(NAMES)
    chosen = lock.control(st.selectbox, "Bug", names, key="bug", default=names[0], allowed=names, width=420)
    return NAMES[chosen]


def exhibit(lab, key):
    """Draw the bug's curves, the map of errors, its lines of code, and the verdict of each test."""
    bug, steps = BUGS[key], BUGS[key].steps()
    if bug.least_hidden_layers > len(lab.experiment.train.hidden_layer_sizes):
        st.info(
            f"This bug needs {bug.least_hidden_layers} hidden layers to be one; the network has "
            f"{len(lab.experiment.train.hidden_layer_sizes)}.",
            icon=":material/info:",
        )
    st.subheader(bug.title)
    ready = trials.run_tests(lab, key, steps)
    left, right = st.columns(2, gap="medium")
    with left:
        learning(lab, key, steps, trials.WITH, "gallery")
    if not ready:
        _lines(bug)
        return
    with right:
        evidence.error_map(lab, key, steps, "gallery")
    found = trials.verdicts(lab, key, steps)
    seen = {name for name, finding in found.items() if finding.caught} == set(bug.caught_by)
    gives_away = bug.gives_away if seen else f"(Where it can be seen: {bug.gives_away})"
    st.markdown(f"**{_verdict(found)}** {bug.why} {gives_away}")
    _lines(bug)
    st.subheader("Which test finds it?")
    st.markdown("Ten tests, run just now on this program. None of them knows which line was changed.")
    _judged(bug, found)
    telling = [name for name in evidence.DRAWN[1:] if found[name].caught]
    for name in telling[-1:]:
        evidence.draw(name, lab, key, steps, trials.WITH, "gallery")


def learning(lab, key, steps, name, place):
    """Draw the curves of the program `name` and of the right one, over the seeds."""
    curves = trials.curves(lab, key, steps, name)
    if curves is None:
        return
    frame, stopped = curves
    for sentence in stopped:
        st.error(sentence, icon=":material/error:")
    accuracies = frame[frame["quantity"] == "accuracy"].groupby("program", sort=False).tail(1)
    by_program = [
        f"{row.program} {row.median:.1%} after epoch {row.epoch}"
        for row in accuracies.itertuples(index=False)
    ]
    title = f"Reported training loss, {lab.n_seeds} random starts"
    finding = f"Validation accuracy: {', '.join(by_program)}"
    chart = charts.programs(frame, "loss", title, evidence.colours(name))
    show(chart, "Line chart of the reported training loss by epoch", finding, key=f"_loss_{place}")
    st.caption(f"{finding} (median).")


def as_csv(lab, key):
    """Return the verdict of each test on the bug as CSV."""
    return _verdict_table(trials.verdicts(lab, key, BUGS[key].steps())).to_csv(index=False)


def matrix(lab):
    """Draw every bug against every test: the expected table, and on request the tests run now."""
    st.subheader("Which test finds which bug?")
    st.markdown(
        "No test finds them all. Gradient checking, the homework's proof, is blind to everything that "
        "happens before the network, after it, or between two steps."
    )
    measured = {}
    if st.button("Run every test on every bug, now, on this network", icon=":material/play_arrow:"):
        bar = st.progress(0.0, "Testing …")
        for number, (key, bug) in enumerate(BUGS.items(), 1):
            if bug.least_hidden_layers <= len(lab.experiment.train.hidden_layer_sizes):
                found = trials.verdicts(lab, key, bug.steps())
                measured[key] = {name for name, finding in found.items() if finding.caught}
            bar.progress(number / len(BUGS), f"Tested {number} of {len(BUGS)} bugs")
        bar.empty()
    st.table(pd.DataFrame(table.rows()).set_index("bug").style.map(_tinted))
    st.caption("The test suite checks this table on three architectures; docs/bugs.md has the same one.")
    if measured:
        differing = [BUGS[key].title for key, found in measured.items() if found != set(BUGS[key].caught_by)]
        if differing:
            st.error(
                f"On this network the table is wrong about: {'; '.join(differing)}.", icon=":material/error:"
            )
        else:
            st.success(
                f"Run just now: {len(measured)} bugs, {len(DETECTORS)} tests each; all as in the table.",
                icon=":material/check_circle:",
            )


def _verdict(found):
    check = found["gradient_check"]
    others = [evidence.TITLES[name].lower() for name, finding in found.items() if finding.caught]
    if check.caught:
        return f"A gradient check finds it. {check.sentence}"
    if not others:
        return "On this network no test finds it."
    if check.sentence.endswith(trials.NO_VERDICT):
        return f"A gradient check tells nothing here. What finds it: {'; '.join(others)}."
    return f"A gradient check does not find it. What does: {'; '.join(others)}."


def _lines(bug):
    right, wrong = bug.lines()
    for place, title, code in zip(
        st.columns(2, gap="medium"), ("Right", "Wrong"), (right, wrong), strict=True
    ):
        with place:
            st.markdown(f"**{title}**")
            st.code(code, language="python", wrap_lines=True)


def _judged(bug, found):
    frame = _verdict_table(found)
    st.table(frame.set_index("test").style.map(_tinted, subset=["verdict"]))
    caught = {name for name, finding in found.items() if finding.caught}
    if caught != set(bug.caught_by):
        claimed = ", ".join(evidence.TITLES[name].lower() for name in bug.caught_by)
        st.warning(
            f"Elsewhere this bug is found by: {claimed}. On this network the tests say otherwise.",
            icon=":material/report:",
        )


def _verdict_table(found):
    """Return one row per test of {test: Finding}, those that find the bug first."""
    rows = [
        {
            "test": evidence.TITLES[name],
            "verdict": FOUND if finding.caught else MISSED,
            "what it says": finding.sentence,
        }
        for name, finding in found.items()
    ]
    return pd.DataFrame(rows).sort_values("verdict", ascending=False, kind="stable")


def _tinted(word):
    return f"color: {palette.NEGATIVE}; font-weight: 600" if word.startswith(table.MARK) else ""
