"""Verdict: whether a result has the fingerprint in a link, and what a difference does or does not show."""

import math
from typing import NamedTuple

import numpy as np

from lab.links.rounding import N_TWINS
from lab.words import at_most
from mlp.checks.numerical import relative_error

TOLERANCE = 1e-4  # relative, of a loss
DIGITS_OF_LINK = 1e-5  # relative: a link gives a loss to six digits
FACTOR = 30  # up to this ratio of the gap to the link and the gap to the twins, rounding explains the former
TOGETHER = 0.01  # relative: up to this gap a chart shows two loss curves as one
LOSSES = ("training", "validation", "test")
EXACTLY, NEAR, GROWN, UNDECIDED = "exactly", "near", "grown", "undecided"
ANOTHER, DIFFERS = "another experiment", "differs"
REFUTED = (ANOTHER, DIFFERS)  # verdicts that say the link's result was not reproduced
OLD = "this fingerprint, of an older version, cannot distinguish that from another experiment"


class Verdict(NamedTuple):
    """EXACTLY, NEAR, GROWN, UNDECIDED, ANOTHER or DIFFERS, and the sentence that says so.

    With `needs_twins`, twins of the training (see `rounding.train_twins`) decide between GROWN and DIFFERS.
    """

    state: str
    sentence: str
    needs_twins: bool = False


def compare(linked, found, twins=None):
    """Return the Verdict on a result with the Fingerprint `found`, which should be `linked`.

    EXACTLY requires equal digests, and losses equal to the digits of the link. NEAR requires every loss
    within TOLERANCE, relative, and for a sweep also the root mean square of its sums' gaps. GROWN requires
    that no gap is larger than FACTOR times that between this result and the most distant of its `twins`,
    Fingerprints made like `found`, at the same epoch or the next milestone. Two NaN losses are equal. A
    fingerprint of version 1 is UNDECIDED where version 2 would be GROWN, and for a sweep also if only its
    first network is near.
    """
    if linked.kind != found.kind:
        return Verdict(ANOTHER, "The fingerprint belongs to another kind of result, not to this one.")
    settings = linked.experiment, len(linked.figures)
    if linked.experiment and settings != (found.experiment, len(found.figures)):
        sentence = (
            "Another experiment: the fingerprint was made with different settings from those in the link."
        )
        return Verdict(ANOTHER, sentence)
    gaps = _gaps(linked, found)
    what = {"w": "the final weights and losses", "r": "the final losses of all networks"}[linked.kind]
    if linked.digest == found.digest and max(gaps) <= DIGITS_OF_LINK:
        return Verdict(EXACTLY, f"Reproduced exactly: {what} are those of the link, to the bit.")
    if max(gaps) <= TOLERANCE:
        return _near(linked, found, max(gaps[:3]), what)
    if twins is None:
        sentence = f"Not the same: {_difference(linked, found, gaps)}. Twins of this training would show "
        return Verdict(UNDECIDED, f"{sentence}whether rounding explains it.", True)
    return _explained(linked, found, twins, gaps)


def _near(linked, found, gap, what):
    if linked.kind == "r" and not linked.experiment:
        sentence = (
            "Not decided: the first network's final losses are those of the link. Not all networks are the "
            "same to the bit, and this fingerprint, of an older version, says no more about the others."
        )
        return Verdict(UNDECIDED, sentence)
    if not any(map(math.isfinite, found.losses)):
        return Verdict(NEAR, "Reproduced: the training diverges, as that of the link did.")
    agree = f"to {at_most(gap)} or better" if gap else "to all digits of the link"
    return Verdict(
        NEAR,
        f"Reproduced within 1e-4: the final losses agree {agree}, but {what} are not the same "
        "to the bit, as can happen on another machine.",
    )


def _explained(linked, found, twins, gaps):
    """Return the Verdict on a result that is not near, given its twins."""
    from_twins = np.max([_gaps(found, twin)[: len(gaps)] for twin in twins], axis=0)
    apart, difference = in_words(from_twins.max()), _difference(linked, found, gaps)
    allowed = np.maximum(FACTOR * from_twins, DIGITS_OF_LINK)
    if linked.kind == "w":  # another processor rounds in every step, twins once: it may be a milestone ahead
        allowed[3:-1] = np.maximum(allowed[3:-1], allowed[4:])
    if any(gap > most for gap, most in zip(gaps, allowed, strict=True)):
        sentence = f"Differs by {in_words(max(gaps))}: {difference}. Rounding does not explain it: "
        nothing = "do not differ" if not from_twins.any() else f"differ by up to {apart}"
        return Verdict(
            DIFFERS, f"{sentence}{N_TWINS} twins, whose first weights differ in the last bit, {nothing}."
        )
    chaos = f"{N_TWINS} twins, whose first weights differ in the last bit alone, differ by up to {apart}"
    if not linked.experiment:
        return Verdict(UNDECIDED, f"Not decided: {difference}. {chaos}; {OLD}.")
    if linked.kind == "r":
        sentence = f"The same sweep, rounded otherwise: {difference}. {chaos}, so rounding explains it."
        return Verdict(GROWN, sentence)
    along = gaps[3:]
    worst = max(range(len(along)), key=along.__getitem__)
    first = in_words(along[0]) if along[0] > DIGITS_OF_LINK else "less than 0.001%"
    grown = f"The same experiment: rounding has grown from {first} after epoch {found.epochs[0]} to "
    if worst == 0:
        grown = "The same experiment: rounding makes a difference of "
    return Verdict(GROWN, f"{grown}{in_words(along[worst])} at epoch {found.epochs[worst]}. {chaos}.")


def parting(linked, found):
    """Return in words up to which epoch two networks' losses agree within TOGETHER at every milestone."""
    gaps = [_gap(*pair) for pair in zip(linked.figures, found.figures, strict=True)]
    agree = [
        epoch for epoch, gap in zip(found.epochs, np.maximum.accumulate(gaps), strict=True) if gap <= TOGETHER
    ]
    if not agree:
        return "The link's losses and those here differ by more than 1% from the first epoch on"
    until = f"The link's losses and those here agree within 1% up to epoch {agree[-1]}"
    return until if len(agree) == len(gaps) else f"{until}, then they differ"


def difference(linked, found):
    """Say in the middle of a sentence what differs most between two Fingerprints of one experiment."""
    return _difference(linked, found, _gaps(linked, found))


def _difference(linked, found, gaps):
    """Return in words which final loss of the first network differs most, or else what differs."""
    worst = max(range(3), key=gaps.__getitem__)
    if gaps[worst] > TOLERANCE:
        ours, theirs = found.losses[worst], linked.losses[worst]
        return f"the final {LOSSES[worst]} loss is {ours:.6g}, the link says {theirs:.6g}"
    if linked.kind == "w":
        return f"the losses during training differ by {in_words(max(gaps))}"
    return f"the first network is the link's, but others differ, by {in_words(gaps[3])} together"


def _gaps(one, other):
    """Return the relative differences: of the three final losses, and of a network's loss after each epoch.

    For a sweep, the fourth is the root mean square of the differences of its sums, which estimates √(Σ δ²)
    for networks that each differ by δ relative to their loss. With version 1 there are three.
    """
    gaps = [_gap(*pair) for pair in zip(one.losses, other.losses, strict=True)]
    if not (one.figures and other.figures):
        return gaps
    if one.kind == "w":
        return gaps + [_gap(*pair) for pair in zip(one.figures, other.figures, strict=True)]
    with np.errstate(all="ignore"):
        apart = float(np.sqrt(np.mean(np.square(np.subtract(one.figures, other.figures)))))
    return [*gaps, apart if math.isfinite(apart) else math.inf]  # a link's sums may be NaN


def _gap(one, other):
    """Return the relative difference of two losses; 0 for two NaNs or the same infinity."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    if not (math.isfinite(one) and math.isfinite(other)):
        return math.inf
    return float(relative_error(one, other))


def in_words(gap):
    """Return a relative difference in words: "45.0%", "3.1e-05", "a loss that is not a number"."""
    if gap == math.inf:
        return "a loss that is not a number"
    return f"{gap:.1%}" if gap >= 0.001 else f"{gap:.1e}"
