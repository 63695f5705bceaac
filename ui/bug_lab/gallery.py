"""The gallery: its sidebar, one bug with its code, curves and tests, and the table of bugs and tests."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from lab.bugs import BUGS, DETECTORS, table
from lab.bugs.experiment import N_SEEDS, NO_VERDICT, caught_by
from lab.links.fixed_fields import in_lab
from lab.links.pages import PAGES
from lab.words import counted
from ui.bug_lab import evidence, repair, trials
from ui.charts import palette
from ui.sidebar import controls, lock
from ui.sidebar.controls import GROUPS, Setup
from ui.training import progress

DEFAULTS = PAGES["bug_lab"].defaults
MORE = {
    "Data": ("n_samples", "n_classes", "seed"),
    "Network": ("initializer",),
    "Training": ("batch_size", "learning_rate_min", "cycle_steps"),
    "Seeds": ("init_seed", "shuffle_seed"),
}
KEYS = (*(name for names in (*GROUPS.values(), *MORE.values()) for name in names), "points", "seeds")
MAX_EPOCHS, MAX_POINTS = 100, 4000
FOUND, MISSED = f"{table.MARK} finds it", "–"


def sidebar():
    """Draw the controls; return (Setup, sentences about values that could not be used)."""
    widget_values, problems = {}, []
    with st.sidebar:
        for title, names in GROUPS.items():
            controls.group(title, names, widget_values)
        controls.more(MORE, widget_values)
    experiment, refused = controls.assemble(widget_values | {"schedule": "triangular"}, DEFAULTS)
    data, train = experiment.data, experiment.train
    if isinstance(train.l2, tuple):
        problems.append("The bug lab uses one L2 penalty for all layers: that of the first layer.")
        train = replace(train, l2=train.l2[0])
    if isinstance(train.learning_rate, tuple):
        rate = train.learning_rate[0][0]
        problems.append(f"The bug lab trains with one learning rate: that of the first epoch, {rate:g}.")
        train = replace(train, learning_rate=rate)
    if train.epochs > MAX_EPOCHS:
        problems.append(f"epochs is {train.epochs}; the bug lab trains at most {MAX_EPOCHS}.")
        train = replace(train, epochs=MAX_EPOCHS)
    if data.n_samples > MAX_POINTS:
        problems.append(f"n_samples is {data.n_samples}; the bug lab uses at most {MAX_POINTS}.")
        data = replace(data, n_samples=MAX_POINTS)
    experiment = in_lab(data, train)
    experiment, too_large = controls.within_limits(experiment, 1, "bug_lab")
    sentences = problems + controls.ignored(widget_values) + refused + too_large
    return Setup(experiment, N_SEEDS), list(dict.fromkeys(sentences))


def choose():
    """Draw the choice of a bug; return its key."""
    keys = {key.replace("_", " "): key for key in BUGS}
    return keys[lock.control(st.selectbox, "Bug", list(keys), key="bug", width=420)]


def exhibit(lab, key):
    """Draw the bug's curves, the map of errors, its lines of code, and the verdict of each test."""
    bug, steps = BUGS[key], BUGS[key].steps()
    n_hidden = len(lab.experiment.train.hidden_layer_sizes)
    if bug.least_hidden_layers > n_hidden:
        needed = counted(bug.least_hidden_layers, "hidden layer")
        st.info(
            f"This bug needs {needed} to do harm; the network has {n_hidden or 'none'}.",
            icon=":material/info:",
        )
    st.subheader(bug.title)
    ready = trials.run_tests(lab, key, steps)
    left, right = st.columns(2, gap="medium")
    with left:
        evidence.learning(lab, key, steps, trials.WITH, "gallery")
    if not ready:
        _lines(bug)
        return
    with right:
        evidence.error_map(lab, key, steps, "gallery")
    findings = trials.verdicts(lab, key, steps)
    as_claimed = caught_by(findings) == set(bug.caught_by)
    gives_away = bug.gives_away if as_claimed else f"(How you can see it: {bug.gives_away})"
    st.markdown(f"**{_verdict(findings)}** {bug.why} {gives_away}")
    _lines(bug)
    box = st.expander("Fix it", icon=":material/build:", key="_fix", on_change="rerun")
    if box.open:
        with box:
            repair.offer(lab, key, key)
    st.subheader("Which test finds it?")
    st.markdown("Ten tests, run just now on this program. None of them knows which line was changed.")
    st.table(_verdict_table(findings).set_index("test").style.map(_tinted, subset=["verdict"]))
    if not as_claimed:
        claimed = "; ".join(evidence.titles(bug.caught_by))
        st.warning(
            f"Elsewhere this bug is found by: {claimed}. On this network the tests say otherwise.",
            icon=":material/report:",
        )
    drawn = next((name for name in ("schedule", "step_sweep") if findings[name].caught), None)
    if drawn:
        evidence.draw(drawn, lab, key, steps, trials.WITH, "gallery")


def as_csv(lab, key):
    """Return the verdict of each test on the bug as CSV."""
    return _verdict_table(trials.verdicts(lab, key, BUGS[key].steps())).to_csv(index=False)


def matrix(lab):
    """Draw every bug against every test: the expected table, and on request the tests run now."""
    st.subheader("Which test finds which bug?")
    st.markdown(
        "No test finds them all. Gradient checking, the usual proof in homework, is blind to everything that "
        "happens before the network, after it, or between two steps."
    )
    measured = {}
    if st.button("Run every test on every bug, now, on this network", icon=":material/play_arrow:"):
        seconds = len(BUGS) / 2 * trials.seconds_of_tests(lab)
        bar = progress.Progress("all tests", lab.experiment, seconds)
        measured = progress.follow(_test_all(lab), bar, "Testing")
    st.table(pd.DataFrame(table.rows()).set_index("bug").style.map(_tinted))
    st.caption("The test suite checks this table on three architectures; docs/bugs.md has the same one.")
    differing = [BUGS[key].title for key, caught in measured.items() if caught != set(BUGS[key].caught_by)]
    if differing:
        wrong = "; ".join(differing)
        st.error(f"On this network the table is wrong about: {wrong}.", icon=":material/error:")
    elif measured:
        st.success(
            f"Run just now: {len(measured)} bugs, {len(DETECTORS)} tests each; all agree with the table.",
            icon=":material/check_circle:",
        )


def _test_all(lab):
    """Generator: yield the share done; return {bug: the tests that find it}."""
    measured = {}
    for number, (key, bug) in enumerate(BUGS.items(), 1):
        if bug.least_hidden_layers <= len(lab.experiment.train.hidden_layer_sizes):
            measured[key] = caught_by(trials.verdicts(lab, key, bug.steps()))
        yield number / len(BUGS)
    return measured


def _verdict(findings):
    check = findings["gradient_check"]
    if check.caught:
        return f"A gradient check finds it. {check.sentence}"
    others = "; ".join(evidence.titles(name for name, finding in findings.items() if finding.caught))
    if not others:
        return "On this network no test finds it."
    if check.sentence.endswith(NO_VERDICT):
        return f"A gradient check cannot tell here. Found by: {others}."
    return f"A gradient check does not find it. Found by: {others}."


def _lines(bug):
    right, wrong = bug.lines()
    st.markdown("**The wrong line**")
    st.code(wrong, language="python", wrap_lines=True)
    with st.expander("The right line"):
        st.code(right, language="python", wrap_lines=True)


def _verdict_table(findings):
    """Return one row per test of {test: Finding}, those that find the bug first."""
    rows = [
        {
            "test": DETECTORS[name].title,
            "verdict": FOUND if finding.caught else MISSED,
            "what it says": finding.sentence,
        }
        for name, finding in findings.items()
    ]
    return pd.DataFrame(rows).sort_values("verdict", ascending=False, kind="stable")


def _tinted(word):
    return f"color: {palette.NEGATIVE}; font-weight: 600" if word.startswith(table.MARK) else ""
