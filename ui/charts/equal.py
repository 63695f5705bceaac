"""Scales of values that are all equal: by themselves they have one tick, labelled with six digits."""

import numpy as np

SHARE, FACTOR = 0.01, 1.15  # around shares; around numbers on a logarithmic axis


def around(values, *, log, name="ends"):
    """Return {name: (low, high)} around values that are all equal, on a logarithmic axis or of shares.

    Return {} for other values, and for those that the axis cannot show.
    """
    values = np.asarray(values, float).ravel()
    if not len(values) or np.ptp(values) or (log and values[0] <= 0):
        return {}
    value = float(values[0])
    return {
        name: (value / FACTOR, value * FACTOR) if log else (max(0.0, value - SHARE), min(1.0, value + SHARE))
    }


def within(ends):
    """Return the options of a scale within these ends, as far as there are any."""
    return {"domain": ends} if ends else {}
