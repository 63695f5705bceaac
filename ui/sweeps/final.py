"""The final training: a sweep's best trial, trained from scratch with other seeds, on the test set."""

import streamlit as st

from lab.links import cost
from lab.links.cost import in_words
from lab.sweeps import final, leaderboard, tested
from lab.words import counted
from ui.sweeps import board
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import approve


def train_again(plan, run, table, metric):
    """Draw the button that trains the best trial again and opens the test set, and then the result.

    `table` is that of `results.trials`. Nothing is drawn before the sweep is complete, or without a result or
    a test set.
    """
    number = int(table.iloc[0]["trial"])
    if not run.complete or table["median"].isna().all():
        return
    if not len(cache().dataset(plan.sweep.trials[number - 1].data).y_test):
        return
    setups, opened = final.setups(plan, number - 1), board.opened()
    first = setups[0].experiment
    digests = tested.digests_of_set([(setup.experiment.data, setup.experiment.train) for setup in setups])
    if digests[0] not in opened:
        _offer(number, setups, opened, digests)
        return
    runs = progress.trained(setups)
    if not all(one.ended or one.n_epochs >= first.train.epochs for one in runs):
        return
    records = [one.at(first.train.epochs).records[0] for one in runs]
    searched = leaderboard.finals(plan, run.outcomes, metric)[number - 1]
    st.markdown(f"Trial {number}: {final.in_words(searched, records, metric, len(plan.sweep.trials))}")


def _offer(number, setups, opened, digests):
    """Draw the button, with the estimated time."""
    experiment, n = setups[0].experiment, len(setups)
    dataset, configs = cache().dataset(experiment.data), [setup.experiment.train for setup in setups]
    seconds = cost.seconds(configs, dataset, experiment.train.epochs, cache().speed)
    seeds, trained = ("another seed", "this network") if n == 1 else (f"{n} other seeds", "these networks")
    st.markdown(
        f"After a search, train from scratch with the best settings, on {seeds} that had no part in the "
        f"choice, and open the test set for {trained}: {counted(n, 'training')}, about "
        f"{in_words(seconds)}."
    )
    st.button(
        f"Train trial {number} again with {seeds} and open the test set",
        icon=":material/replay:",
        key="_train_again",
        on_click=_start,
        args=(setups, opened, digests),
    )


def _start(setups, opened, digests):
    """Callback: allow the training, and record its networks among those whose test set was opened."""
    approve("train", setups)
    opened.update(digests)
