"""Training the ensemble: the prediction, the curves, the step sizes."""

import streamlit as st

from lab import epoch_in_words
from lab.links import cost
from lab.words import between, counted, inside, listed, to_tenths
from ui.charts import steps
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.initialization import distributions, frames, panels, published
from ui.sidebar import lock
from ui.timeline import of_curves
from ui.training import progress
from ui.training.cache import cache, cached_view
from ui.training.history import of_epochs

KEYS = ("_guessed",)
STEPS = {
    "gradient": ("Gradient norm by layer", "‖∂L/∂W‖"),
    "update_ratio": ("Update-to-weight ratio by layer", "‖ΔW‖ / ‖W‖"),
}


def predict(ensemble):
    """Draw the question and the switch that trains; return (the labels chosen, whether to train)."""
    labels = [start.label for start in ensemble.starts]
    guesses = st.pills(
        "Choose the initializers that you expect to learn, then train.",
        labels,
        selection_mode="multi",
        key="_guessed",
    )
    train = lock.control(
        st.toggle,
        f"Train {counted(len(labels) * ensemble.n_seeds, 'network')}",
        key="train",
        help="They train together, as one stack: every initializer with every seed, on the same examples.",
    )
    return [label for label in guesses or () if label in labels], train


def results(ensemble, guesses, start, replay, place, *, with_test):
    """Train the ensemble, draw the curves in `place`, and compare the prediction with the outcome.

    Return the Run, or None if nothing has been trained.
    """
    (run,) = progress.trained([ensemble], watched=True)
    n_epochs = min(ensemble.experiment.train.epochs, run.n_epochs)
    if n_epochs < 1:
        if not ensemble.experiment.train.epochs:
            st.info("In 0 epochs no network takes a step: there is nothing to draw.")
        elif run.ended:
            st.error("Every network diverged before its first epoch was over: there is nothing to draw.")
        return None
    table, chance = frames.verdicts(ensemble, run, n_epochs, guesses)
    answers = st.container()
    st.markdown("**How large are the steps?**")
    epochs = frames.observed(run, n_epochs)
    chosen = of_curves.choose([epoch.number for epoch in epochs])
    trained = panels.Trained(run, n_epochs, chance, chosen.epoch)
    panels.draw(place, ensemble, trained, replay, start, with_test=with_test)
    with answers:
        _answer(table, guesses, chance, n_epochs)
        if replay and (replay.curves or replay.finals):
            _compare(replay, ensemble, run, n_epochs, with_test)
        unseen = ["right", "lost", "below"] + ["you said"] * (not guesses)
        show_rows(table.drop(columns=unseen))
    of_curves.draw(chosen, _said(ensemble, run, epochs, n_epochs))
    _steps(ensemble, run, start, n_epochs, chosen.epoch)
    distributions.section(ensemble, run, start, n_epochs, chosen.epoch)
    return run


def _said(ensemble, run, epochs, n_epochs):
    """Return the function of an epoch that says the medians of every start."""
    split = "validation" if len(run.dataset.y_valid) else "train"
    names = {"loss": "training loss", "accuracy": f"{split} accuracy"}
    curves = frames.curves(ensemble, of_epochs(epochs), n_epochs)
    curves = curves[curves["split"] == curves["quantity"].map({"loss": "train", "accuracy": split})]
    return epoch_in_words.sentences(curves, "start", names)


def _compare(replay, ensemble, run, n_epochs, with_test):
    """Show each published figure next to the range of our seeds."""
    configs, n_test = ensemble.configs(), len(run.dataset.y_test) * with_test
    sizes = run.dataset.X_test.shape[1], len(run.dataset.class_names), n_test
    seconds = len(configs) * cost.forward_seconds(configs[0], *sizes, cache().speed)
    with progress.spinner(seconds * replay.unscaled_test, "Classifying every unscaled test image …"):
        key = "comparison", replay.question, ensemble, run.stamp, n_epochs, with_test
        rows = cache().note(
            key, lambda: published.comparison(replay, ensemble, run, n_epochs, with_test=with_test)
        )
    if len(rows):
        show_rows(rows)
    else:
        st.caption("No published figure falls within the epochs trained here.")
    for sentence in published.like_for_like(rows, replay, run.n_epochs):
        st.markdown(sentence)


def _answer(table, guesses, chance, n_epochs):
    learned = table.loc[table["measured"] == "learns", "initializer"]
    names = listed(list(learned)) or "none of them"
    it, margin = "the median accuracy", frames.margin(chance)
    if not len(learned):
        it = "that takes a median accuracy that"
    points = f"{margin * 100:.0f} points" if margin == frames.LEARNED else "half of what is left to 100%"
    why = f"{it} beats always guessing the most common class ({to_tenths(chance)}) by {points} or more."
    if chance == 1:
        why = "the validation set has one class only, and no accuracy beats always guessing it."
    have = "has" if len(learned) < 2 else "have"
    st.markdown(f"**After {counted(n_epochs, 'epoch')}, {names} {have} learned**: {why}")
    if below := listed(list(table.loc[table["below"], "initializer"])):
        st.markdown(f"No better than always guessing the most common class: {below}.")
    for start, lost in table.loc[table["lost"] != "", ["initializer", "lost"]].itertuples(index=False):
        st.markdown(f":red[**{start}: every network diverged {lost}**]: its loss is no longer a number.")
    if guesses:
        wrong = listed(list(table.loc[~table["right"], "initializer"]))
        st.markdown(
            f"You were right about **{table['right'].sum()} of {len(table)}**."
            + (f" You were wrong about {wrong}." if wrong else "")
        )


def _steps(ensemble, run, start, n_epochs, epoch):
    columns = st.columns(2, gap="medium")
    for column, (quantity, (title, y_title)) in zip(columns, STEPS.items(), strict=True):
        frame = cached_view(frames.by_layer, run, ensemble.positions(start), n_epochs, quantity)
        with column:
            if frame.empty:
                st.info(f"{title}: nothing to draw, because no weight moves or no value is finite.")
                continue
            title_of_start = f"{start.label}: {inside(title)}"
            finding = _range(frame, n_epochs)
            rule = quantity == "update_ratio"
            chart = steps.by_layer(frame, n_epochs, epoch, title_of_start, y_title, rule=rule)
            show(chart, f"{title}, one line per layer", finding)
            chart = steps.profile(frame, epoch, f"{title}, at the epoch on show", y_title, rule=rule)
            show(chart, f"{title} at one epoch", finding)
    st.caption(
        "Each point is measured at the last step of its epoch: the median over the seeds, for the weights "
        "without the biases. A layer whose gradient is exactly 0 has no point. "
        "The dashed line is the rule of thumb: a healthy step changes the weights by about a thousandth "
        "(A. Karpathy, CS231n notes)."
    )


def _range(frame, n_epochs):
    """Return in words between which values the layers lie at the last epoch that has any."""
    epoch = frame["epoch"].max()
    last = frame[frame["epoch"] == epoch]
    when = f"At epoch {epoch}{', the last one drawn,' * bool(epoch < n_epochs)}"
    low, high = (f"{value:.1e}" for value in (last["median"].min(), last["median"].max()))
    if len(last) == 1:
        return f"{when} layer {last['layer'].iloc[0]} lies at {low}"
    return f"{when} the layers lie {between(low, high)}"
