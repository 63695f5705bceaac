"""What a factor per layer makes of a signal over all layers, in words."""

import numpy as np

KEPT = 0.1  # a total factor this near to 1 keeps the signal's size


def in_words(factor, n_steps):
    """Return in words what `n_steps` layers, each of which multiplies by `factor`, do to a size."""
    with np.errstate(all="ignore"):
        total = float(np.float64(factor) ** n_steps)
    verb = "keeps its size," if abs(total - 1) < KEPT else "shrinks" if total < 1 else "grows"
    whole = f", × {_short(total)} over {n_steps} layers" if n_steps > 1 else ""
    return f"{verb} × {_short(factor)} per layer{whole}"


def _short(value):
    """Return a factor as text, so precise that one other than 1 seldom looks like 1."""
    if abs(value - 1) < 0.1:
        return f"{value:.2f}" if value == 1 or abs(value - 1) >= 0.01 else f"{value:.3f}"
    return f"{value:.2g}" if 0.01 <= value < 100 else f"{value:.0e}"
