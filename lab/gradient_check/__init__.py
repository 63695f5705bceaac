"""The gradient check of a network: what is checked, the checks, and what else a page computes of them."""

from mlp.checks.judgement import KINK

WRONG = "wrong by 0.01%"  # the name of the line of a gradient that is a little too large


def largest_compared(judgement):
    """Return in words of which derivative a Judgement's resolution is a share."""
    crossing = " that crosses no kink" if (judgement.cause == KINK).any() else ""
    return f"the largest derivative{crossing}"


def all_zero(analytic, which="all"):
    """Return in words that these derivatives are 0, or if one is not, those that cross no kink."""
    return f"{which}{' that cross no kink' if analytic.any() else ''} are 0"
