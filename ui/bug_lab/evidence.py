"""Draw what is known about a program: its learning curves, and the evidence of each detector."""

from math import isfinite

import pandas as pd
import streamlit as st

from lab import epoch_in_words
from lab.bugs import DETECTORS, RIGHT, check, experiment
from lab.words import to_tenths
from mlp.checks.numerical import spread
from ui.bug_lab import trials
from ui.bug_lab.trials import WITHOUT, finding
from ui.charts import bug_lab as charts
from ui.charts import palette
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.timeline import of_curves
from ui.training.cache import cache

SAID = {"loss": "reported training loss", "accuracy": "validation accuracy"}


def titles(tests):
    """Return the detectors' titles, to be used in the middle of a sentence."""
    return [DETECTORS[test].title.lower() for test in tests]


def learning(lab, key, steps, name, place):
    """Draw the curves of the program `name` and of the right one, over the seeds, and their timeline."""
    frame = _curves(lab, key, steps, name)
    if frame is not None:
        st.fragment(_played)(frame, f"Reported training loss, {lab.n_seeds} random starts", name, place)


def _played(frame, title, name, place):
    above = st.container()
    chosen = of_curves.choose(frame["epoch"], narrow=True)
    with above:
        _draw_losses(frame, title, _colours(name), _accuracies(frame), chosen.epoch, place)
    of_curves.draw(chosen, epoch_in_words.sentences(frame, "program", SAID))


def losses(lab, key, steps, title, colours, said, place):
    """Draw the losses of a program and of the right one over the seeds, and the sentence `said(frame)`.

    `colours` is {name of a program: colour}; the right program comes second. Draw nothing while the training
    waits for a click.
    """
    frame = _curves(lab, key, steps, next(iter(colours)))
    if frame is not None:
        _draw_losses(frame, title, colours, said(frame), int(frame["epoch"].max()), place)


def _curves(lab, key, steps, name):
    """Return the frame of `trials.curves` and say what went wrong; None while the training waits."""
    curves = trials.curves(lab, key, steps, name)
    if curves is None:
        return None
    frame, problems = curves
    for sentence in problems:
        st.error(sentence, icon=":material/error:")
    return frame


def _draw_losses(frame, title, colours, words, epoch, place):
    chart, kind = (
        charts.programs(frame, "loss", title, colours, epoch),
        "Line chart of the reported training loss by epoch",
    )
    told = ". ".join(f"{one} (median)" for one in dict.fromkeys((last_losses(frame), words)))
    show(chart, kind, told, key=f"_loss_{place}")
    st.caption(f"{words} (median).")


def last_losses(frame):
    """Return in words the last reported loss of each program of `trials.curves`."""
    last = frame[frame["quantity"] == "loss"].groupby("program", sort=False).tail(1)
    ends = (f"{row.program} {row.median:.3g} after epoch {row.epoch}" for row in last.itertuples(index=False))
    return f"Last reported loss: {'; '.join(ends)}"


def _accuracies(frame):
    last = frame[frame["quantity"] == "accuracy"].groupby("program", sort=False).tail(1)
    figures = [
        f"{row.program} {to_tenths(row.median)} after epoch {row.epoch}"
        for row in last.itertuples(index=False)
    ]
    return f"Validation accuracy: {', '.join(figures)}"


def draw(test, lab, key, steps, name, place):
    """Draw a detector's evidence about the program `name` and return its Finding.

    `place` makes the charts' keys unique on the page.
    """
    result = finding(lab, key, steps, test)
    if test == "gradient_check":
        error_map(lab, key, steps, place)
    elif test == "step_sweep":
        _sweep(lab, key, steps, name, place)
    elif test == "schedule":
        _schedule(lab, steps, name, place, result.sentence)
    elif result.figures:
        show_rows(_table(test, result.figures), hide_index=False)
    return result


def error_map(lab, key, steps, place):
    """Draw the relative error of every checked parameter, one strip per tensor."""
    checked = judged(lab, key, steps)
    if isinstance(checked, str):
        st.error(checked, icon=":material/error:")
        return
    checks, verdict = checked
    said = check.verdict_in_words(checks, verdict)
    title = f"{said}: backpropagation against numerical derivatives"
    chart = charts.errors_by_tensor(charts.strips(checks), title)
    show(chart, "Heat map of relative errors", said, key=f"_map_{place}")


def judged(lab, key, steps):
    """Return the cached (TensorChecks, Judgement) of the program, or a sentence: why it stopped."""
    made = lambda: experiment.judged(trials.on_bench(lab, steps))  # noqa: E731
    return cache().note(("check", lab.experiment, key), made)


def _colours(name):
    return {name: palette.NEGATIVE, WITHOUT: palette.NEUTRAL}


def _sweep(lab, key, steps, name, place):
    parts, least = [], {}
    for label, tested in ((WITHOUT, ("right", RIGHT)), (name, (key, steps))):
        result = finding(lab, *tested, "step_sweep")
        if result.figures:
            h, errors = zip(*result.figures.items(), strict=True)
            parts.append(pd.DataFrame({"h": h, "error": errors, "program": label}))
            least[label] = min(errors)
        else:
            st.error(result.sentence, icon=":material/error:")
    if not parts:
        return
    figures = {label: f"{error:.0e}" if isfinite(error) else "not finite" for label, error in least.items()}
    words = " and ".join(f"{figure} ({label})" for label, figure in figures.items())
    title = f"The smallest error over all steps h: {words}"
    chart = charts.sweep(pd.concat(parts), title, _colours(name))
    show(chart, "Line chart of the check's error against its step", title, key=f"_sweep_{place}")


def _schedule(lab, steps, name, place, sentence):
    config, parts = lab.experiment.train, []
    t = spread(4 * config.cycle_steps + 1, 481)
    for label, of in ((WITHOUT, RIGHT), (name, steps)):
        rates = [of.rate(int(step), config) for step in t]
        parts.append(pd.DataFrame({"step": t, "rate": rates, "program": label}))
    chart = charts.rates(pd.concat(parts), "The learning rate by step", _colours(name))
    show(chart, "Line chart of the learning rate by step", sentence.rstrip("."), key=f"_rates_{place}")


def _table(test, figures):
    """Return a detector's figures as a data frame with readable headings."""
    if test == "data_statistics":
        return pd.DataFrame(figures).T.rename_axis("split").round(4) + 0.0
    if test == "recount":
        return pd.DataFrame(figures, index=["reported", "recounted"]).T
    if test == "same_example":
        inputs = ["first input", "second input"][: len(figures["train"])]
        return pd.DataFrame(figures, index=inputs).T.rename_axis("as in split")
    if test in ("one_step", "penalty_apart"):
        return pd.DataFrame({"relative error": [f"{v:.1e}" for v in figures.values()]}, index=list(figures)).T
    return pd.DataFrame({name: [value] for name, value in figures.items()}, index=["value"])
