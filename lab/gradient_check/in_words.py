"""Derivatives in words, with those apart that cross a kink."""

from mlp.checks.judgement import KINK


def largest_compared(judgement):
    """Return in words of which derivative a Judgement's resolution is a share."""
    crossing = " that crosses no kink" if (judgement.cause == KINK).any() else ""
    return f"the largest derivative{crossing}"


def all_zero(analytic, which="all"):
    """Return in words that these derivatives are 0, or if one is not, those that cross no kink."""
    return f"{which}{' that cross no kink' if analytic.any() else ''} are 0"
