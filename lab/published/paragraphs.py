"""A paragraph per coursework: published, ours, why they differ; run as a program, it prints them.

README.md quotes them, and a test compares it with the stored starts.
"""

import math
import statistics
import sys

from lab import output
from lab.published import coursework_d, starts
from lab.published.again import E_LOOP, E_MATRICES, E_PAIR, relative_gap
from lab.words import counted


def ours(figure):
    """Return our starts of a published figure in words: their median, range and number."""
    rows = starts.kept(figure.replay, figure.start, figure.epoch)
    values = [row[figure.name] for row in rows]
    if not values:
        return "not trained yet"
    finite = sorted(value for value in values if math.isfinite(value))
    n_lost = len(values) - len(finite)
    lost = f", {n_lost} diverged" if n_lost else ""
    if not finite:
        return f"no finite figure from {counted(len(values), 'start')}"
    if len(finite) == 1:
        return f"{finite[0]:.2%} from one start{lost}"
    n = counted(len(values), "start")
    return f"{statistics.median(finite):.2%} ({finite[0]:.2%} to {finite[-1]:.2%}, {n}{lost})"


def compared(letter):
    """Return every published figure of a coursework next to ours, in words."""
    return "; ".join(
        f"{figure.label}: {figure.value:.{figure.decimals - 2}%}, ours {ours(figure)}"
        for figure in starts.figures()[letter]
    )


def paragraphs():
    """Return {letter: its paragraph}."""
    slow = coursework_d.REPLAYS[1]
    lost = starts.lost(slow, "normal", slow.changes["epochs"], "train_accuracy")
    faster = E_LOOP / E_MATRICES
    return {
        "A": f"Validation accuracy after 100 epochs. {compared('A')}. Its pixels are divided by 255 twice, "
        "so the loss stays on a plateau at first; the rest may be due to the random start.",
        "B": f"Validation accuracy after 10 epochs. {compared('B')}. Its gradient is averaged over the batch "
        "twice, which a smaller learning rate reproduces exactly; its starts are not known, so ours differ.",
        "C": "It published curves, no table. Its schedule multiplies by 2 where it should take the remainder "
        "mod 2, and in its run of 24 epochs with n_s = 80,000 the rate never reaches its top.",
        "D": f"{compared('D')}. Training accuracy is averaged over all epochs; the test images are those "
        "that it forgot to scale. It takes σ′ at a rounded pre-activation and scales per position in the "
        f"batch; ours does neither. With η 0.001: {starts.lost_in_words(lost)}",
        "E": f"Its gradient check prints {E_PAIR[0]} and {E_PAIR[1]}, a relative gap of "
        f"{relative_gap(E_PAIR)}; a constant of 1e-6 in the logarithm of its loss gives ours a gap of that "
        "kind. Its loop over examples "
        f"took {faster:.1f} times as long as matrices, calling every backward pass four times.",
    }


def main():
    """Print the paragraphs as a list in Markdown."""
    for letter, text in paragraphs().items():
        output.say(f"- **{letter}.** {text}")


if __name__ == "__main__":
    sys.exit(output.guarded(main))
