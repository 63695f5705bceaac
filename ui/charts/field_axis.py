"""The horizontal axis of a sweep's field: numbers on their scale, or names in their order."""

import altair as alt
import pandas as pd

from ui.charts import legends

LOG_SPAN = 10.0  # numbers that span at least this factor get a logarithmic axis


def placed(texts, values):
    """Return (column, options of `channel`) of texts of which `values` has all that the field can take.

    Whether they are numbers, and of which kind, depends on `values` alone: the axis stays the same while
    results come in.
    """
    numbers = pd.to_numeric(pd.Series(values), errors="coerce")
    if numbers.isna().any():
        return texts, {"order": list(values)}
    log = bool((numbers > 0).all() and numbers.max() >= LOG_SPAN * numbers.min())
    # Vega gives ~g as many digits as a tick step needs: beside steps of 5, 100 would read 1e+2
    is_whole = not log and bool((numbers % 1 == 0).all())
    return pd.to_numeric(texts), {"log": log, "is_whole": is_whole}


def channel(name, title, *, order=(), log=False, is_whole=False):
    """Return the x channel of the column `name` that `placed` made."""
    if order:
        return alt.X(f"{name}:N", title=title, sort=order, axis=alt.Axis(**legends.below(order)))
    scale = alt.Scale(type="log" if log else "linear", zero=False, nice=False)
    axis = alt.Axis(format="d", tickMinStep=1) if is_whole else alt.Axis(format="~g")
    return alt.X(f"{name}:Q", title=title, axis=axis, scale=scale)
