"""Legends that are no wider than their plot, and axes that name each of its columns."""

import altair as alt

SYMBOL, CHARACTER, LABEL = 24, 6.5, 160  # pixels: a symbol with its gaps, a character, and the longest label


def columns(names, *, title=0, label=LABEL):
    """Return in how many columns a legend of these names fits, as an expression of the plot's width.

    Beside it is a title of so many pixels; `label` is the legend's labelLimit.
    """
    widest = SYMBOL + min(CHARACTER * max(map(len, names)), label)
    return alt.ExprRef(f"clamp(floor((width - {title}) / {widest}), 1, {len(names)})")


def below(names):
    """Return the options of an axis that names each column of a plot, upwards where the names are too long.

    The chart should have `square.FIT`, so that names that stand upwards do not make its plot lower.
    """
    upwards = f"width < {len(names) * (CHARACTER * max(map(len, map(str, names))) + 8)}"
    angle, align, baseline = (
        alt.ExprRef(f"{upwards} ? {one} : {other}")
        for one, other in ((-90, 0), ("'right'", "'center'"), ("'middle'", "'top'"))
    )
    turned = {"labelAngle": angle, "labelAlign": align, "labelBaseline": baseline}
    return turned | {"labelOverlap": False, "labelLimit": LABEL}
