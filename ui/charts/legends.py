"""Legends that are no wider than their plot."""

import altair as alt

SYMBOL, CHARACTER, LABEL = 24, 6.5, 160  # pixels: a symbol with its gaps, a character, and the longest label


def columns(names, *, title=0, label=LABEL):
    """Return in how many columns a legend of these names fits, as an expression of the plot's width.

    Beside it is a title of so many pixels; `label` is the legend's labelLimit.
    """
    widest = SYMBOL + min(CHARACTER * max(map(len, names)), label)
    return alt.ExprRef(f"clamp(floor((width - {title}) / {widest}), 1, {len(names)})")
