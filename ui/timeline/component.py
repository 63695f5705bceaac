"""Two ways to choose the epoch: a number bound to the link, and a timeline that plays in the browser."""

import pathlib

import streamlit as st

from mlp.checks.numerical import spread
from ui.frame import assets
from ui.frame.visit import visit

MOST = 120  # largest number of epochs in the timeline
STATE, KEY = st.session_state, "_timeline"
PARTS = {part: assets.text(__file__, f"timeline.{part}") for part in ("css", "js")}
HTML = pathlib.Path(__file__).with_name("timeline.html").read_text("utf-8")
_timeline = st.components.v2.component("backprop_lab_timeline", html=HTML, **PARTS)


def epoch_number(n_epochs, step=1):
    """Draw the number of the epoch on show, which is part of the link, and return it.

    `step` is the number of epochs from one kept epoch to the next. If the timeline cannot load, a visitor can
    still go through the epochs by this number.
    """
    if n_epochs < 1:
        return 0
    _follow(n_epochs)
    return st.number_input(
        f"Epoch, 0 to {n_epochs:,}",
        0,
        n_epochs,
        n_epochs,
        step,
        key="epoch",
        bind="query-params",
        width=150,
        help="All figures, charts and the link show this epoch. The timeline sets it when it stops.",
    )


def timeline(epochs, epoch, said, left_out="", *, tells=True, plays=False):
    """Draw the timeline of these `epochs`, ascending; `epoch`, one of them, is on show.

    `said` has a sentence for each; `left_out` says that some epochs are missing. Charts made by
    `ui.charts.following` follow the timeline in the browser. With `tells`, the server learns at which epoch
    it stops. With `plays`, it plays once by itself, unless the visitor prefers reduced motion.
    """
    data = {
        "epochs": [int(e) for e in epochs],
        "epoch": int(epoch),
        "said": list(said),
        "note": left_out,
        "tells": tells,
        "plays": plays,
    }
    _timeline(data=data, key=KEY, on_epoch_change=_stopped)


def part(name):
    """Return a container for the chart of this part (see `ui.charts.following`); one per run of a page."""
    return st.container(key=f"_follows_{name}")


def moments(kept, epoch, most=MOST):
    """Return a timeline's epochs, ascending: `epoch` and evenly spread ones of those `kept`, up to `most`."""
    if len(kept) > most:
        kept = [kept[place] for place in spread(len(kept), max(2, most - 1))]
    return tuple(sorted({*kept, epoch}))


def thinned(kept, shown):
    """Return a sentence about how many of the kept epochs the timeline has, "" if it has all."""
    if len(shown) == len(kept):
        return ""
    some = f"{len(shown)} of {len(kept):,} epochs"
    return f"The timeline goes through {some}; the number field reaches all of them."


def _stopped():
    """Callback: the timeline has stopped at an epoch."""
    epoch = STATE[KEY].epoch
    if isinstance(epoch, int | float) and epoch == int(epoch):
        STATE["epoch"] = max(0, min(int(epoch), visit().n_epochs or 0))


def _follow(n_epochs):
    """If the last epoch was on show and the number of epochs has changed, show the new last epoch."""
    epoch, before = STATE.get("epoch"), visit().n_epochs
    if epoch is not None and (epoch > n_epochs or (epoch == before and before != n_epochs)):
        STATE["epoch"] = n_epochs
    visit().n_epochs = n_epochs
