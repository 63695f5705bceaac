"""Figures of the courseworks' own programs, trained again from several starts, and what they show."""

from lab.words import counted

# validation accuracy of B's 600-250, batches of 50, after ten epochs: its own code, from as many starts
B_FOUND = (0.9708, 0.9662, 0.9673, 0.9667, 0.9691, 0.9700, 0.9685)
B_PUBLISHED, B_ASKED = 0.9712, 0.97
# accuracy of D as it reports it, η = 0.001, after 100 epochs: its own loop, from as many starts
D_STARTS = (0.738, 0.784, 0.854, 0.794, 0.752, 0.631, 0.291)
D_PUBLISHED = 0.86
# test accuracy of four trained networks of D's on raw and on scaled pixels: its own code
D_RAW_AND_SCALED = ((0.8226, 0.8348), (0.8287, 0.8414), (0.9085, 0.9264), (0.9120, 0.9283))
C_STEPS, C_HALF_CYCLE = 24 * 40_000 // 100, 80_000
E_LOOP, E_MATRICES = 147.65, 12.96  # seconds
E_PAIR = (0.53615986, 0.53615836)  # a derivative, analytic and numeric


def reached(values, asked, published):
    """Return a sentence: how many of several starts reach the required and the published accuracy."""
    n = counted(len(values), "start")
    there = [sum(value >= accuracy for value in values) for accuracy in (asked, published)]
    return (
        f"Its own code, trained again from {n}, ends between {min(values):.4f} and {max(values):.4f}: "
        f"{reaching(there[0], asked)}, and {reaching(there[1], published)}."
    )


def reaching(n, accuracy):
    """Return that so many starts reach an accuracy, such as "none reaches 0.97" or "2 reach 0.97"."""
    return f"{n or 'none'} {'reaches' if n < 2 else 'reach'} {accuracy:g}"


def relative_gap(pair):
    """Return the difference of two numbers, relative to the first, as text such as 2.8e-6."""
    exact, other = pair
    return f"{abs(exact - other) / abs(exact):.1e}".replace("e-0", "e-")
