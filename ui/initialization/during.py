"""Training the ensemble: the visitor's prediction, the answer, the curves and the step sizes."""

import streamlit as st

from lab.words import counted
from ui import charts
from ui.figures.frames import left_out
from ui.frame.show import show
from ui.initialization import frames, quoted
from ui.sidebar import lock
from ui.training import runs
from ui.training.views import cached_view

SPLIT_OF = {"loss": "train", "accuracy": "validation"}
STEPS = {
    "gradient": ("Gradient norm by layer", "‖∂L/∂W‖"),
    "update_ratio": ("Update-to-weight ratio by layer", "‖ΔW‖ / ‖W‖"),
}


def predict(ensemble):
    """Draw the question and the switch that trains; return (labels guessed, whether to train)."""
    labels = [start.label for start in ensemble.starts]
    guessed = st.pills(
        "Choose those that will, then train.",
        labels,
        selection_mode="multi",
        key="_guessed",
    )
    n = len(labels) * ensemble.n_seeds
    on = lock.control(
        st.toggle,
        f"Train {counted(n, 'network')}",
        key="train",
        default=False,
        help="As one stack: every start from every seed, on the same examples.",
    )
    return [label for label in guessed or () if label in labels], on


def results(ensemble, guessed, start):
    """Train the ensemble, then compare the prediction with the outcome and draw the curves.

    Return the Run, or None if nothing has been trained.
    """
    n_epochs = ensemble.experiment.train.epochs
    (run,) = runs.trained([ensemble], watched=True)
    trained = min(n_epochs, run.n_epochs)
    if trained < 1:
        if run.ended:
            st.error("Every network diverged before its first epoch was over: there is nothing to draw.")
        return None
    table, chance = frames.verdicts(ensemble, run, trained, guessed)
    _answer(table, guessed, chance, trained)
    replay = quoted.matching(ensemble)
    cumulative = bool(replay and replay.cumulative)
    frame = cached_view(frames.curves, ensemble, run, trained, cumulative=cumulative)
    columns = st.columns(2, gap="medium")
    for column, (quantity, split) in zip(columns, SPLIT_OF.items(), strict=True):
        with column:
            _curves(ensemble, run, frame, quantity, split, replay, trained)
    for sentence in left_out(run, trained):
        st.caption(sentence)
    if replay:
        quoted.show_published(replay, ensemble, run, trained)
    st.dataframe(table.drop(columns=["right"] if guessed else ["right", "you said"]), hide_index=True)
    st.markdown("**How large are the steps?**")
    _steps(ensemble, run, start, trained)
    return run


def _answer(table, guessed, chance, n_epochs):
    learned = [row["initializer"] for _, row in table.iterrows() if row["measured"] == "learns"]
    names = ", ".join(learned) or "none of them"
    st.markdown(
        f"**After {counted(n_epochs, 'epoch')}, {names} "
        f"{'has' if len(learned) < 2 else 'have'} learned**: the median "
        f"accuracy beats always guessing the commonest class ({chance:.1%}) by "
        f"{frames.LEARNED * 100:.0f} points or more."
    )
    lost = [row["initializer"] for _, row in table.iterrows() if len(set(row["diverged"].split(" of "))) == 1]
    if lost:
        st.markdown(f":red[**{', '.join(lost)}: every network diverged**], its loss is no longer a number.")
    if guessed:
        right = int(table["right"].sum())
        wrong = ", ".join(table.loc[~table["right"], "initializer"])
        st.markdown(
            f"You were right about **{right} of {len(table)}**." + (f" Not about {wrong}." if wrong else "")
        )


def _curves(ensemble, run, frame, quantity, split, replay, n_epochs):
    name = "Training loss" if quantity == "loss" else "Validation accuracy"
    if quantity == "accuracy" and not len(run.dataset.y_valid):
        split, name = "train", "Training accuracy"
    rows = frame[(frame["quantity"] == quantity) & (frame["split"] == split)]
    if rows.empty:
        st.error(f"{name}: every network diverged before its first epoch was over.")
        return
    published = quoted.published(replay, ensemble, quantity, split) if replay else None
    ends = frames.ends(ensemble, run, n_epochs, quantity, split)
    title = name + (": ours, and as published (dashed)" if published is not None and len(published) else "")
    chart = charts.trained(
        rows, quantity, frames.colours_of(ensemble.starts), title, published=published, ends=ends
    )
    show(chart, f"{name} by epoch, a line a start", _finding(rows, quantity))


def _finding(rows, quantity):
    last = rows.sort_values("epoch").groupby("start", sort=False).tail(1)
    text = "{:.3g}" if quantity == "loss" else "{:.1%}"
    return "; ".join(f"{row['start']} ends at {text.format(row['median'])}" for _, row in last.iterrows())


def _steps(ensemble, run, start, n_epochs):
    columns = st.columns(2, gap="medium")
    for column, (quantity, (title, y_title)) in zip(columns, STEPS.items(), strict=True):
        frame = cached_view(frames.by_layer, run, ensemble.positions(start), n_epochs, quantity)
        with column:
            if frame.empty:
                st.info(f"{title}: nothing moves, or nothing is finite.")
                continue
            finding = f"{start.label}: {title[0].lower() + title[1:]}"
            chart = charts.by_layer(frame, n_epochs, finding, y_title, rule=quantity == "update_ratio")
            show(chart, f"{title}, a line a layer", _range(frame))
    st.caption(
        "Of the last step of every epoch, the median over the seeds; weights without biases; a layer whose "
        "gradient is exactly 0 has no point. "
        "The dashed line is the rule of thumb: a healthy step changes the weights by about a thousandth "
        "(A. Karpathy, CS231n notes)."
    )


def _range(frame):
    last = frame[frame["epoch"] == frame["epoch"].max()]
    low, high = last["median"].min(), last["median"].max()
    return f"At the last epoch the layers lie between {low:.1e} and {high:.1e}"
