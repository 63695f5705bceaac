"""Figures as coursework D computes them: accuracy on raw test images, loss of one image, two right images."""

import math

import numpy as np

from lab.words import to_tenths
from mlp.network import evaluate

ROWS = 1024  # test images evaluated at a time
# running accuracy of four starts, with its rounding and its scaling by position in the batch, and without
AS_IT_DID_AND_EXACT = ((0.468, 0.461), (0.554, 0.549), (0.536, 0.530), (0.440, 0.438))
RISK = 0.05


def unscaled_test_accuracy(params, config, dataset):
    """Return the accuracy on the test images as bytes, 0 to 255, of a network trained on scaled ones.

    A byte is X·scale + shift, rounded. NaN without test images.
    """
    right = 0.0
    for start in range(0, len(dataset.y_test), ROWS):
        rows = slice(start, start + ROWS)
        raw = np.rint(np.asarray(dataset.X_test[rows]) * dataset.scale + dataset.shift).astype(config.dtype)
        right += float(evaluate(params, raw, dataset.y_test[rows], config)[1]) * len(raw)
    return right / len(dataset.y_test) if len(dataset.y_test) else math.nan


def yes_or_no_loss(outputs, label):
    """Return -Σ_k [y_k ln p_k + (1 - y_k) ln(1 - p_k)] of one example's outputs p (n_classes,), y one-hot.

    Infinite if an output is exactly 0 or 1 and wrong.
    """
    p = np.asarray(outputs, np.float64)
    right = np.where(np.arange(len(p)) == label, p, 1 - p)  # the probability given to each right answer
    return float(-np.log(right).sum()) if (right > 0).all() else math.inf


def share(loss):
    """Return e^-loss as text: the probability that outputs with this loss give to all ten right answers."""
    return to_tenths(math.exp(-loss))


def looked_at(losses):
    """Return what the published losses of single images mean, in words."""
    *others, last = [f"{loss:.3f} ({share(loss)})" for loss in losses]
    those = f"{', '.join(others)} and {last}" if others else last
    return (
        "The loss of an image is the binary cross-entropy summed over its ten outputs, −Σ [y ln p + (1 − y) "
        "ln(1 − p)]. e^−loss is then the product of the probabilities that the network gives to the ten "
        "right answers: yes for its digit, no for each of the nine others. Published, for images that were "
        f"not scaled: {those}."
    )


def all_right(accuracy, n):
    """Return the probability that n examples drawn at random are all classified correctly."""
    return accuracy**n


def needed(accuracy, risk=RISK):
    """Return the smallest n for which `all_right(accuracy, n)` is below the risk; infinite for accuracy 1."""
    if accuracy >= 1:
        return math.inf
    n = 1
    while all_right(accuracy, n) >= risk:
        n += 1
    return n


def two_images(accuracy=0.94, better=0.99):
    """Return what two right images show about a network, and how many more would be needed."""
    return (
        f"It concludes “test accuracy = 100%” from two images. A network that is right about {accuracy:.0%} "
        f"of all images gets two drawn at random right with probability {accuracy:g}² = "
        f"{all_right(accuracy, 2):.0%}. It takes {needed(accuracy)} right ones in a row before that "
        f"probability falls below {RISK:.0%}; {needed(better)} to exclude {better:.0%} in the same way; and "
        "no number of them shows 100%."
    )


def points(pairs):
    """Return the smallest and the largest difference of pairs of accuracies, in percentage points."""
    differences = [100 * abs(one - other) for one, other in pairs]
    return f"{min(differences):.1f} to {max(differences):.1f} points"
