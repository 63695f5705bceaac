"""Transform a sweep's table for its charts: bins, cells, the Pareto front, parallel coordinates."""

import numpy as np
import pandas as pd

MOST_LEVELS, BINS = 8, 5


def coarse(texts):
    """Return a field's values for drawing; more than MOST_LEVELS numbers become BINS bins of equal size."""
    numbers = pd.to_numeric(pd.Series(texts), errors="coerce")
    if numbers.isna().any() or numbers.nunique() <= MOST_LEVELS:
        return list(texts)
    places = numbers.rank(method="dense").to_numpy() - 1
    bins = (places * BINS // (places.max() + 1)).astype(int)
    return [f"{numbers[bins == b].min():.2g} to {numbers[bins == b].max():.2g}" for b in bins]


def cells(plan, table, x, y, larger):
    """Return columns x, y, median, trials, trial, one row per pair of values; `trial` is its best trial."""
    rows = []
    table = table.dropna(subset=["median"])
    table = table.assign(**{name: coarse(table[name].to_list()) for name in (x, y)})
    for (a, b), group in table.groupby([x, y], sort=False):
        best = group.iloc[0]
        rows.append(
            {
                "x": a,
                "y": b,
                "median": group["median"].median(),
                "trials": len(group),
                "trial": int(best["trial"]),
            }
        )
    return pd.DataFrame(rows)


def place(text):
    """Return the sort key of a value: numbers and bins by size; 0 for other texts, which keep their order."""
    number = pd.to_numeric(text.partition(" to ")[0], errors="coerce")
    return 0.0 if np.isnan(number) else float(number)


def pareto(table, cost, larger):
    """Return whether each row of `table` is on the Pareto front: no other trial costs less and is better."""
    order = table.sort_values([cost, "median"], ascending=[True, not larger])
    best, front = None, set()
    for index, row in order.iterrows():
        value = row["median"]
        if np.isfinite(value) and (best is None or (value > best if larger else value < best)):
            best = value
            front.add(index)
    return table.index.isin(front)


def axes(plan, table):
    """Return the parallel coordinates: columns trial, axis, position (0 to 1), value, median.

    Numbers are placed on a linear axis, or a logarithmic one if they are positive and span a decade; other
    values in order of first appearance.
    """
    parts = []
    names = [*plan.fields, "median"]
    rows = table.dropna(subset=["median"])
    if rows.empty:
        return pd.DataFrame(columns=["trial", "axis", "position", "value", "median"])
    for name in names:
        column = rows[name]
        numbers = pd.to_numeric(column, errors="coerce")
        if numbers.isna().any():
            labels = list(dict.fromkeys(column))
            places = np.array([labels.index(v) for v in column], float)
        else:
            places = numbers.to_numpy(float)
            if (places > 0).all() and places.max() >= 10 * places.min():
                places = np.log10(places)
        low, span = places.min(), np.ptp(places) or 1.0
        texts = [f"{v:.4g}" if isinstance(v, float) else str(v) for v in column]
        parts.append(
            pd.DataFrame(
                {
                    "trial": rows["trial"].to_numpy(),
                    "axis": name,
                    "position": (places - low) / span,
                    "value": texts,
                    "median": rows["median"].to_numpy(),
                }
            )
        )
    return pd.concat(parts)
