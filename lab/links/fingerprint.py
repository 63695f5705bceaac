"""Fingerprint: a digest of a training's result that a link carries, and the verdict on a new result."""

import hashlib
import math
import re
from typing import NamedTuple

import numpy as np

from lab.links.reading import Unusable
from mlp.checks.numerical import relative_error

TOLERANCE = 1e-4  # relative, of a loss
ROUNDING = 1e-5  # relative, of a loss that a link gives to six digits
DIGITS = 12  # hex digits of the sha256 that a link has
NUMBER = r"(?:nan|-?inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)"
TEXT = re.compile(rf"([wr])([0-9a-f]{{{DIGITS}}})_({NUMBER})_({NUMBER})_({NUMBER})")
LOSSES = ("training", "validation", "test")
EXACTLY, NEAR, DIFFERS = "exactly", "near", "differs"


class Fingerprint(NamedTuple):
    """The digest and final losses of a result.

    `kind` is "w" for a network, with the `digest` of its final weights, or "r" for a sweep, with the `digest`
    of the final losses of all its networks. `losses` are the first network's: training, validation, test.
    """

    kind: str
    digest: str
    losses: tuple[float, float, float]

    def text(self):
        """Return it as a link has it, with the losses to six significant digits."""
        return "_".join([self.kind + self.digest, *(f"{loss:.6g}" for loss in self.losses)])


class Verdict(NamedTuple):
    """EXACTLY, NEAR or DIFFERS, and the sentence that says so."""

    state: str
    sentence: str


def of_network(record):
    """Return the Fingerprint of a network from its last EpochRecord, which must have its parameters."""
    digest = hashlib.sha256()
    for layer in record.params:
        for array in layer:
            little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            digest.update(f"{array.dtype.name}{array.shape}".encode())
            digest.update(little.tobytes())
    return Fingerprint("w", digest.hexdigest()[:DIGITS], final_losses(record))


def of_sweep(records):
    """Return the Fingerprint of a sweep from each network's last EpochRecord, in order; None if it failed."""
    losses = [final_losses(record) if record else (math.nan,) * 3 for record in records]
    digest = hashlib.sha256(" ".join(repr(loss) for row in losses for loss in row).encode())
    return Fingerprint("r", digest.hexdigest()[:DIGITS], losses[0] if losses else (math.nan,) * 3)


def final_losses(record):
    """Return the (training, validation, test) losses of an EpochRecord."""
    return float(record.train_loss), float(record.valid_loss), float(record.test_loss)


def read(text):
    """Return the Fingerprint written in a link; raise Unusable otherwise."""
    match = TEXT.fullmatch(text)
    try:
        if not match:
            raise ValueError
        kind, digest, *losses = match.groups()
        return Fingerprint(kind, digest, tuple(map(float, losses)))
    except ValueError:
        allowed = "what Share writes, such as w0123456789ab_0.25_0.31_0.3"
        raise Unusable("fingerprint", text, allowed) from None


def compare(linked, found):
    """Return the Verdict on a result with the fingerprint `found`, which should be `linked`.

    EXACTLY requires the same digest and the same losses to the digits of the link; NEAR requires each loss
    within TOLERANCE, relative. Two NaN losses count as equal.
    """
    if linked.kind != found.kind:
        return Verdict(DIFFERS, "The fingerprint is of another kind of result: it does not belong to this.")
    gaps = [_gap(one, other) for one, other in zip(linked.losses, found.losses, strict=True)]
    worst = max(range(len(gaps)), key=gaps.__getitem__)
    what = {"w": "the final weights and losses", "r": "the final losses of all networks"}[linked.kind]
    if linked.digest == found.digest and gaps[worst] <= ROUNDING:
        return Verdict(EXACTLY, f"Reproduced exactly: {what} are those of the link, to the bit.")
    if gaps[worst] <= TOLERANCE and not any(map(math.isfinite, found.losses)):
        return Verdict(NEAR, "Reproduced: the training diverges, as that of the link did.")
    if gaps[worst] <= TOLERANCE:
        agree = f"to {gaps[worst]:.0e} or better" if gaps[worst] else "to all digits of the link"
        return Verdict(
            NEAR,
            f"Reproduced within 1e-4: the final losses agree {agree}, but {what} are not the same "
            "to the bit, as may be on another machine.",
        )
    ours, theirs = found.losses[worst], linked.losses[worst]
    return Verdict(
        DIFFERS,
        f"Differs by {_in_words(gaps[worst])}: the final {LOSSES[worst]} loss is {ours:.6g}, "
        f"the link says {theirs:.6g}.",
    )


def _gap(one, other):
    """Return the relative difference; 0 for two NaNs or the same infinity."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    if not (math.isfinite(one) and math.isfinite(other)):
        return math.inf
    return float(relative_error(one, other))


def _in_words(gap):
    if gap == math.inf:
        return "a loss that is no number"
    return f"{gap:.1%}" if gap >= 0.001 else f"{gap:.1e}"
