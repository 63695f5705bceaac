"""The epoch on show of some learning curves, whose charts have all epochs: its number and its timeline."""

from typing import NamedTuple

import streamlit as st

from ui.timeline import component


class Chosen(NamedTuple):
    """The `epoch` on show, one of those of the curves; all of them, `kept`; and the place of the timeline."""

    epoch: int
    kept: tuple
    place: object


def choose(epochs):
    """Draw the number of the epoch on show, which is part of the link; return the Chosen.

    `epochs` are those of the curves, in any order. Of the epochs that the curves do not have, the one before
    is shown. For a single epoch there is nothing to choose.
    """
    kept = tuple(sorted(set(map(int, epochs))))
    if len(kept) < 2:
        return Chosen(kept[-1], kept, None)
    with st.container(horizontal=True, gap="small"):
        number = component.epoch_number(kept[-1])
        place = st.container(width="stretch")
    return Chosen(max((epoch for epoch in kept if epoch <= number), default=kept[0]), kept, place)


def draw(chosen, said):
    """Draw the timeline in its place, after the charts; `said` returns the sentence of an epoch."""
    if chosen.place is None:
        return
    epochs = component.moments(chosen.kept, chosen.epoch)
    with chosen.place:
        left_out = component.thinned(chosen.kept, epochs)
        component.timeline(epochs, chosen.epoch, map(said, epochs), left_out)
