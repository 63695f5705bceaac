"""What the scatter over the seeds alone would give each effect of a grid, as numbers and in sentences."""

import math

from lab.links.sweep_plan import GRID


def tick(effect, analysis):
    """Return where an effect's tick is drawn, NaN for none.

    A single field of a grid has all of the differences, so its share says nothing about its size.
    """
    is_single = len(analysis.n_values) == 1 and analysis.estimator == GRID
    return math.nan if is_single or not effect.noise <= 1 else effect.noise


def in_words(analysis):
    """Return in sentences what the ticks of a grid with several seeds are, and where there is none."""
    beyond = [effect for effect in analysis.effects if effect.noise > 1]
    if len(analysis.n_values) == 1:
        return " ".join(
            f"The scatter over the seeds alone would give on average {_times(effect)} the observed "
            "differences (sums of squares), if it were the same in all trials."
            for effect in beyond
        )
    words = (
        "Orange ticks: what an effect that does nothing would give on average because of the scatter over "
        "the seeds, as a share of the observed differences (sums of squares), if that scatter were the same "
        "in all trials."
    )
    if beyond:
        each = "; ".join(f"{' × '.join(effect.fields)}, {_times(effect)} as much" for effect in beyond)
        words += f" No tick is drawn where that would be more than all observed differences: {each}."
    return words


def _times(effect):
    return f"{effect.noise:,.0f} times" if effect.noise >= 100 else f"{effect.noise:.3g} times"
