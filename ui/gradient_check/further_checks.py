"""Further checks: kinks, the loss at the start, learning twenty examples by heart."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import cost
from lab.links.experiment import Experiment, Setup
from lab.measures import measures
from lab.words import percent
from mlp import ACTIVATIONS, LOSSES, init_params
from mlp.checks.gradient_check import gradient_check
from mlp.network import evaluate
from ui.charts import gradient_check as charts
from ui.frame.show import show, show_sentence
from ui.frame.tables import show_rows
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import check_key, key
from ui.training import progress
from ui.training.cache import cache

DECADES = tuple(10.0**-k for k in range(1, 8))
KINK_SAMPLE, KINK_WORK = 400, 1_500_000_000  # most parameters; most multiply-adds for all steps
ENOUGH = 0.05  # share of parameters that must cross at a step to draw the chart there
SCALES = (0.01, 0.1, 1.0, 10.0)
EXAMPLES, EPOCHS = 20, 300
NOTHING = (
    "All derivatives of the parameters that cross are 0, and so are their numeric estimates: there is no "
    "error to compare."
)
RATE, RATE_OF_WIDE, WIDE = 0.03, 0.003, 100  # Adam's; for layers wider than so many units


def kinks(plan, subject):
    """Draw the errors of parameters that cross a kink, of others and of tanh; say how many cross by step."""
    shown, kinked = subject.config.activation, subject
    if not ACTIVATIONS[shown].kinks:
        st.markdown(
            f"{shown} has no kinks. Here is a network with the same weights, but with **ReLU**, on the same "
            "examples."
        )
        shown, kinked = "relu", subject.with_activation("relu")
    index = subject.sample(min(KINK_SAMPLE, max(1, KINK_WORK // (9 * subject.cost()))), plan.group)

    scheme = "forward" if plan.scheme == "forward" else "central"

    def check(subject, step):
        how = {"indices": index, "step": step, "scheme": scheme, "dtype": plan.precision}
        return gradient_check(*subject.inputs, **how)

    def count_crossing():
        counts = []
        for h in DECADES:
            counts.append(int(check(kinked, h).crosses_kink.sum()))
            yield len(counts) / len(DECADES)
        return counts

    seconds = subject.seconds(len(index), cache().speed)
    name = "kinks", key(plan, subject), plan.group, scheme, plan.precision
    counts = progress.result(name, count_crossing, len(DECADES) * seconds, "Counting kinks", "Counting")
    if counts is None:
        return

    def check_kinked(step):
        name = ("crossing", check_key(plan, subject), step)
        with progress.spinner(seconds, "Checking …"):
            return cache().view(name, lambda: check(kinked, step))

    step = plan.step if plan.scheme != "complex" else 0.0
    crossing = check_kinked(step) if step else None
    if crossing is None or not crossing.crosses_kink.any():
        counted = {h: n for h, n in zip(DECADES, counts, strict=True) if n}
        where = (
            f"At h = {step_text(step)} none of the {len(index):,} parameters"
            if step
            else "With the complex step no parameter"
        )
        if not counted:
            st.markdown(f"{where} crosses a kink, nor does any at a step of 0.1.")
            return
        enough = [h for h, n in counted.items() if n >= ENOUGH * len(index)]
        step = min(enough, default=max(counted, key=counted.get))
        st.markdown(
            f"{where} crosses a kink; the chart is drawn for **h = {step_text(step)}**, where "
            f"{counted[step]:,} {'does' if counted[step] == 1 else 'do'}."
        )
        crossing = check_kinked(step)
    with progress.spinner(seconds, "Checking …"):
        name = "strips", check_key(plan, subject), step
        smooth = subject.with_activation("tanh")
        frame, medians = cache().view(name, lambda: strips(subject, crossing, check(smooth, step), shown))
    n = int(crossing.crosses_kink.sum())
    cross = "crosses" if n == 1 else "cross"
    title = f"{n:,} of {len(index):,} {cross} a kink at h = {step_text(step)}: what does it do to the error?"
    finding = ", ".join(f"{row.group}: median {_error(row.error)}" for row in medians.itertuples())
    if len(frame):
        chart = charts.kinks(frame, medians, title)
        show(chart, "Relative errors of parameters by kink", f"{title} {finding}")
    n_zero = int((~not_zero(crossing)).sum())
    left_out = (
        f" {n_zero:,} with a derivative of 0 {'is' if n_zero == 1 else 'are'} left out." if n_zero else ""
    )
    most, *fewer = zip(counts, map(step_text, DECADES), strict=True)
    cross = "crosses" if most[0] == 1 else "cross"
    by_step = f"{most[0]:,} {cross} a kink at h = {most[1]}, " + ", ".join(f"{n:,} at {h}" for n, h in fewer)
    nothing = "" if (not_zero(crossing) & crossing.crosses_kink).any() else NOTHING
    st.markdown(f"{nothing or _medians(medians)}{left_out} Of {len(index):,} parameters, {by_step}.")


def strips(subject, check, smooth, shown):
    """Return (frame, medians): relative errors of parameters that cross a kink, of others, and of tanh.

    Parameters whose derivative and its numeric estimate are both 0 are left out.
    """
    names = np.array(subject.labels(check.index), object)
    groups = [
        (f"{shown}, crosses", check, check.crosses_kink & not_zero(check)),
        (f"{shown}, does not", check, ~check.crosses_kink & not_zero(check)),
        ("tanh", smooth, not_zero(smooth)),
    ]
    parts, medians = [], []
    for group, result, mask in groups:
        finite = mask & np.isfinite(result.relative_error)
        errors = np.maximum(result.relative_error[finite].astype(float), charts.LEAST)
        lift = np.random.default_rng(0).uniform(-0.7, 0.7, len(errors))
        columns = {"error": errors, "lift": lift, "name": names[finite]}
        parts.append(pd.DataFrame({"group": group} | columns))
        if len(errors):
            medians.append({"group": group, "error": float(np.median(errors))})
    return pd.concat(parts, ignore_index=True), pd.DataFrame(medians)


def not_zero(check):
    """Return a mask of where there is something to compare: one of the two derivatives is not 0."""
    return (check.analytic != 0) | (check.numeric != 0)


def _medians(medians):
    values = {row.group.rpartition(", ")[2]: row.error for row in medians.itertuples()}
    if not {"crosses", "does not"} <= values.keys():
        return ""
    crossing, others = values["crosses"], values["does not"]
    if min(crossing, others) <= charts.LEAST:
        compared = f"; that of the others is {_error(others)}"
    else:
        ratio = crossing / others
        times = f"{ratio:.2g} times" if ratio < 100 else f"{ratio:.0e} times"
        compared = f", {times} that of the others ({_error(others)})"
    smooth = f" With tanh it is {_error(values['tanh'])}." if "tanh" in values else ""  # it has no slope left
    return (
        f"The median relative error of the parameters that cross is **{_error(crossing)}**{compared}.{smooth}"
    )


def _error(error):
    """Return a relative error as text; the charts draw 0 at LEAST."""
    return "0" if error <= charts.LEAST else f"{error:.0e}"


def initial_loss(plan, subject):
    """Show the data loss of the untrained network at several weight scales, and that of logits of 0."""
    config = subject.config
    n_features, n_classes = subject.X.shape[1], len(subject.params[-1].b)
    formula, value = LOSSES[config.loss].at_zero
    expected = value(n_classes)

    def losses():
        configs = [replace(config, init_scale=scale) for scale in sorted({*SCALES, config.init_scale})]
        starts = [init_params(scaled, n_features, n_classes) for scaled in configs]
        return [
            (scaled.init_scale, float(evaluate(start, subject.X, subject.y, scaled)[0]))
            for scaled, start in zip(configs, starts, strict=True)
        ]

    seconds = len(SCALES) * cost.drawing(config, n_features, n_classes, cache().speed)
    with progress.spinner(seconds, "Drawing …"):
        rows = cache().view(("initial loss", key(plan, subject), config), losses)
    loss = dict(rows)[config.init_scale]
    examples = "this example" if len(subject.y) == 1 else f"these {len(subject.y)} examples"
    starts = f"starts at **{loss:.4f}** on {examples}, {loss / expected:.3g} times that"
    if not np.isfinite(loss):
        starts = f"has **no finite loss** on {examples}"
    st.markdown(
        f"With all logits 0 the loss would be **{formula} = {expected:.4f}** for C = {n_classes}. "
        f"{config.initializer} × {config.init_scale:g} {starts}. {logits_in_words(rows, expected)}"
    )
    frame = pd.DataFrame(rows, columns=["× weights", "loss"])
    frame[f"loss ÷ {formula}"] = [f"{loss / expected:.4g}" for loss in frame["loss"]]
    frame["loss"] = frame["loss"].map("{:.6g}".format)
    show_rows(frame)


def logits_in_words(rows, expected):
    """Return in words how the scale of the weights matters; `rows` are (scale, loss) of every scale."""
    if np.allclose([loss for _, loss in rows], expected, rtol=1e-9, atol=0.0):
        return "It is so at every scale: with these weights the logits do not tell one class from another."
    return "Other logits give another loss, and how close it comes depends on the scale of the weights."


def overfit(plan):
    """Train the network on the first EXAMPLES examples only, or on fewer if there are no more.

    Say whether it learned them, or why it cannot be trained on them.
    """
    train, dataset = plan.experiment.train, cache().dataset(plan.experiment.data)
    n = min(EXAMPLES, sum(map(len, (dataset.y_train, dataset.y_valid, dataset.y_test))))
    rate = RATE_OF_WIDE if max(train.hidden_layer_sizes, default=0) > WIDE else RATE
    how = {"optimizer": "adam", "learning_rate": rate, "learning_rate_min": 0.0, "schedule": "constant"}
    train = replace(train, epochs=EPOCHS, batch_size=0, l1=0.0, l2=0.0, **how)
    data = replace(plan.experiment.data, split=f"{n}/0/0")
    try:
        (run,) = progress.trained([Setup(Experiment(data, train), 1)])
    except ValueError as problem:  # such as one class only
        show_sentence(st.warning, str(problem), ":material/report:")
        return
    if run.n_epochs < 1:
        if run.ended:
            st.markdown(
                ":red[:material/error:] The loss is not a number at the first step: nothing is learned."
            )
        return
    epochs = run.up_to(EPOCHS)
    losses = np.array([epoch.records[0].train_loss for epoch in epochs])
    frame = pd.DataFrame({"epoch": [epoch.number for epoch in epochs], "loss": np.maximum(losses, 1e-12)})
    frame = frame[np.isfinite(frame["loss"])].astype({"loss": "float32"})
    title = f"{n} examples, by heart: loss {losses[0]:.3g} → {losses[-1]:.3g}"
    show(charts.loss_curve(frame, title, measures([train.loss])), "Training loss by epoch", title)
    accuracy = epochs[-1].records[0].train_accuracy
    text = (
        f"After {epochs[-1].number} epochs of Adam (η = {rate}, all {n} at once, no penalty) the "
        f"accuracy is **{percent(accuracy)}** and the loss **{losses[-1]:.3g}**."
    )
    if accuracy == 1 and losses[-1] < 0.05 * losses[0]:
        st.markdown(
            f":green[:material/check_circle:] {text} A network that cannot do this has a bug, or too few "
            "units."
        )
    else:
        st.markdown(
            f":red[:material/error:] {text} It did not learn them by heart. If the gradient passes the "
            "check, the reason may be too few units, first weights that do not learn, or too few epochs."
        )
