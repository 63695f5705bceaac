"""The sweep of the step: its grids, its lines, computed once."""

import numpy as np
import pandas as pd

from lab.links.pages import A_GRID, B_GRID, DECADES
from mlp.checks.numerical import SCHEMES
from mlp.checks.step_sweep import step_sweep
from ui.charts import gradient_check as charts
from ui.gradient_check.subject import key, worked

SAMPLE = 24
HALF_DECADES = 10.0 ** -np.arange(0, 16.5, 0.5)
A_NUMBERS = np.array([k * 10**i for i in range(6) for k in range(1, 10)])
B_NUMBERS = np.arange(1, 25)
PLANTED = 1e-4  # by how much the wrong gradient of the comparison is too large


def sweep(asked, subject, grid):
    """Yields ((scheme, dtype), steps, errors) for every line, and None after every step on the way."""
    steps = {DECADES: HALF_DECADES, A_GRID: 1 / A_NUMBERS, B_GRID: 1 / B_NUMBERS}[grid]
    everywhere = grid == DECADES
    dtypes = ("float64", "float32") if everywhere else (asked.precision,)
    lines = [(scheme, scheme, dtype, 1.0) for scheme in SCHEMES for dtype in dtypes]
    if not everywhere:
        lines[-1] = (charts.PLANTED, "central", asked.precision, 1 + PLANTED)
    what, index = (subject.params, subject.X, subject.y, subject.config), sample(asked, subject)
    for name, scheme, dtype, factor in lines:
        how = {"indices": index, "schemes": (scheme,), "dtypes": (dtype,), "factor": factor}
        errors = []
        for step in steps:
            errors.append(step_sweep(*what, [step], **how)[scheme, dtype][0])
            yield None
        yield (name, dtype), steps, np.array(errors)


def table(found, grid, against):
    """Columns at, error, scheme, precision, h; a window holds what it can of the grid."""
    parts = []
    for (scheme, dtype), steps, errors in found:
        at = steps if against == "h" else 1 / steps
        columns = {"at": at, "error": np.maximum(errors, charts.LEAST), "h": steps}
        parts.append(pd.DataFrame(columns | {"scheme": scheme, "precision": dtype}))
    frame = pd.concat(parts, ignore_index=True)
    return frame[np.isfinite(frame["error"])]


def slope(h, errors):
    """The slope of a straight line through log error against log h."""
    return float(np.polyfit(np.log10(h), np.log10(errors), 1)[0])


def sample(asked, subject):
    """The indices of the parameters that the sweep checks."""
    return subject.sample(SAMPLE, asked.which)


def swept(asked, subject, grid):
    """The sweep, computed once; None where it waits for a click."""
    n_lines, n_steps = (6, len(HALF_DECADES)) if grid == DECADES else (3, len(A_NUMBERS))
    name = ("steps", key(asked, subject), asked.which, grid, grid != DECADES and asked.precision)

    def lines():
        found = []
        for number, line in enumerate(sweep(asked, subject, grid)):
            found += [line] if line else []
            yield min(1.0, number / (n_lines * (n_steps + 1)))
        return found

    seconds = n_lines * n_steps * subject.seconds(len(sample(asked, subject)))
    return worked((*name, "lines"), lines, seconds, "Sweeping the step", "Sweeping the step")
