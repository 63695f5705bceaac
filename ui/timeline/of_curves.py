"""The epoch on show of some learning curves, whose charts have all epochs: its number and its timeline."""

from typing import NamedTuple

import streamlit as st

from ui.timeline import component


class Chosen(NamedTuple):
    """The `epoch` on show, one of those of the curves; all of them, `kept`; and the place of the timeline."""

    epoch: int
    kept: tuple
    place: object


def choose(epochs, *, narrow=False):
    """Draw the number of the epoch on show, which is part of the link; return the Chosen.

    `epochs` are those of the curves, in any order. Of the epochs that the curves do not have, the one before
    is shown. For a single epoch there is nothing to choose. In a `narrow` column, the number is below the
    timeline instead of beside it.
    """
    kept = tuple(sorted(set(map(int, epochs))))
    if len(kept) < 2:
        return Chosen(kept[-1], kept, None)
    if narrow:
        place, number_place = st.container(), st.container()
    else:
        number_place, place = st.columns([1, 5], gap="small")
    with number_place:
        number = component.epoch_number(kept[-1])
    return Chosen(max((epoch for epoch in kept if epoch <= number), default=kept[0]), kept, place)


def draw(chosen, said):
    """Draw the timeline in its place, after the charts; `said` returns the sentence of an epoch."""
    if chosen.place is None:
        return
    epochs = component.moments(chosen.kept, chosen.epoch)
    with chosen.place:
        left_out = component.thinned(chosen.kept, epochs)
        component.timeline(epochs, chosen.epoch, map(said, epochs), left_out)
