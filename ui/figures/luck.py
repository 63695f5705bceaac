"""Published figures among many random starts: two near the edge of the spread, and digits never learned."""

import pandas as pd
import streamlit as st

from lab.published import coursework_b, coursework_d, starts
from ui.charts import starts as charts
from ui.frame.show import show

SLOW = coursework_d.REPLAYS[1]  # D with the smaller learning rate
EDGES = {  # figures near the edge: replay, name, what its chart shows
    "B": (coursework_b.FOUND, "valid_accuracy", "B's network of 97%: validation accuracy after 10 epochs"),
    "D": (SLOW, "train_accuracy", "D's sigmoids, η = 0.001: accuracy averaged over 100 epochs"),
}


def edges():
    """Return {letter: (Standing, title)} of the figures near the edge, as far as starts are kept."""
    figures, standings = starts.figures(), {}
    for letter, (replay, name, title) in EDGES.items():
        figure = next(one for one in figures[letter] if one.replay is replay and one.name == name)
        if standing := starts.of(figure):
            standings[letter] = standing, title
    return standings


def draw():
    """Draw the starts of both figures side by side, each with its finding."""
    standings = edges()
    if not standings:
        st.info("No starts are kept in this copy: `python -m benchmarks.replays --starts 24` trains them.")
        return
    columns = st.columns(len(standings), gap="large")
    for column, (standing, title) in zip(columns, standings.values(), strict=True):
        with column:
            label = f"published {percent(standing.figure)}"
            chart = charts.pile(standing.values, standing.figure.value, label, title)
            show(chart, f"{title}: one dot per start", standing.sentence())
            st.markdown(standing.sentence())


def percent(figure):
    """Return a published share in per cent, with as many digits as were published."""
    return f"{figure.value:.{figure.decimals - 2}%}"


def draw_lost():
    """Draw D's starts by the number of digits that they never learn."""
    figure = next(one for one in starts.figures()["D"] if one.replay is SLOW and one.name == "train_accuracy")
    pairs = starts.lost(SLOW, figure.start, figure.epoch, figure.name)
    if not pairs:
        return
    title = "D, η = 0.001: do the starts that average low miss a digit?"
    words = starts.lost_in_words(pairs)
    frame = pd.DataFrame(pairs, columns=["lost", "value"])
    show(charts.lost(frame, figure.value, f"published {percent(figure)}", title), "A dot per start", words)
    st.markdown(words)
    st.caption(
        "A digit counts as never learned if the trained network recognises fewer than a tenth of its test "
        "images. Weights from N(0, 1) put some units far out on the flat part of their sigmoid, where the "
        "slope is almost 0. If a digit's output unit starts there, it may never come back."
    )
