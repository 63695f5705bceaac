"""Fingerprint: the part of a training's result that a link contains, for comparison with a new result.

Version 2 distinguishes another experiment from another processor: it has a digest of the experiment, the loss
after epochs 1, 2, 5, 10, …, and for a sweep sums over all networks. Version 1 had neither; it is read
forever.
"""

import hashlib
import math
import re
from dataclasses import fields
from typing import NamedTuple

import numpy as np

from lab.links import rounding
from lab.links.reading import Unusable

DIGITS = 12  # hex digits of a sha256 in a link
N_SUMS = 8  # of a sweep
FLOOR = 1e-4  # added to the losses of a sweep before their logarithm is taken
NUMBER = r"(?:nan|-?inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)"
VERSION_1 = re.compile(rf"([wr])()([0-9a-f]{{{DIGITS}}})((?:_{NUMBER}){{3}})()")
VERSION_2 = re.compile(
    rf"2([wr])([0-9a-f]{{{DIGITS}}})([0-9a-f]{{{DIGITS}}})((?:_{NUMBER}){{3}})((?:_{NUMBER}){{1,40}})"
)


class Fingerprint(NamedTuple):
    """The digests and losses of a result.

    `kind` is "w" for a network, with the `digest` of its final weights, or "r" for a sweep, with the `digest`
    of the final losses of all its networks. `losses` are the first network's at its end: training,
    validation, test. `experiment` is the digest of all fields of all networks. `figures` are a network's
    losses after `epochs` (see `rounding.course`) or a sweep's `sums`; version 1 has neither. A Fingerprint
    read from a link has no `epochs`: they follow from its experiment.
    """

    kind: str
    digest: str
    losses: tuple[float, float, float]
    experiment: str = ""
    figures: tuple[float, ...] = ()
    epochs: tuple[int, ...] = ()

    def text(self):
        """Return it as written in a link: losses to six significant digits, sums to six decimals."""
        version = "2" if self.experiment else ""
        style = ".6g" if self.kind == "w" else ".6f"
        numbers = [f"{loss:.6g}" for loss in self.losses] + [f"{figure:{style}}" for figure in self.figures]
        return "_".join([version + self.kind + self.experiment + self.digest, *numbers])


def of_network(experiment, records):
    """Return the Fingerprint of a network from its EpochRecords, the last of which must have its parameters.

    `experiment` is its (DataConfig, TrainConfig). `records` are those of `rounding.course`.
    """
    digest = hashlib.sha256()
    for layer in records[-1].params:
        for array in layer:
            little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            digest.update(f"{array.dtype.name}{array.shape}".encode())
            digest.update(little.tobytes())
    epochs = rounding.milestones(experiment[1].epochs)
    settings, losses = experiment_digest([experiment]), final_losses(records[-1])
    return Fingerprint("w", _short(digest), losses, settings, rounding.course(records, epochs), epochs)


def of_sweep(experiments, records):
    """Return the Fingerprint of a sweep from each network's last EpochRecord, in order; None if it failed.

    `experiments` are the (DataConfig, TrainConfig) of its networks.
    """
    losses = [final_losses(record) if record else (math.nan,) * 3 for record in records]
    digest = hashlib.sha256(" ".join(repr(loss) for row in losses for loss in row).encode())
    first = losses[0] if losses else (math.nan,) * 3
    return Fingerprint("r", _short(digest), first, experiment_digest(experiments), sums(records))


def of_twins(kind, experiments, histories):
    """Return one Fingerprint per twin, of a network ("w") or of a sweep ("r"); see `rounding.train_twins`."""
    if kind == "w":
        return [of_network(experiments[0], twin[0]) for twin in histories if twin[0]]
    return [of_sweep(experiments, [own[-1] if own else None for own in twin]) for twin in histories]


def experiment_digest(experiments):
    """Return the digest of every field of every (DataConfig, TrainConfig) that differs from its default.

    A field that is added later does not change it, if its default means the former behaviour.
    """
    digest = hashlib.sha256()
    for pair in experiments:
        for config in pair:
            told = sorted(
                (field.name, repr(getattr(config, field.name)))
                for field in fields(config)
                if getattr(config, field.name) != field.default
            )
            digest.update(repr(told).encode())
    return _short(digest)


def _short(digest):
    return digest.hexdigest()[:DIGITS]


def final_losses(record):
    """Return the (training, validation, test) losses of an EpochRecord."""
    return float(record.train_loss), float(record.valid_loss), float(record.test_loss)


def sums(records):
    """Return N_SUMS sums over a sweep of ± ln(loss + FLOOR), each with its own signs.

    `records` are each network's last EpochRecord, or None. The loss is the validation loss, or the training
    loss where there is none. If network i differs by δ_i, relative to its loss + FLOOR, the sums differ by
    Σ ± δ_i, whose mean square over all signs is Σ δ_i². The signs are bits of SHAKE-128, so they are the
    same everywhere; a loss that is not finite counts as e^100.
    """
    logarithms = np.array([_logarithm(record) for record in records])
    return tuple(float(_signs(number, len(logarithms)) @ logarithms) for number in range(N_SUMS))


def _logarithm(record):
    if record is None:
        return 100.0
    loss = record.train_loss if math.isnan(record.valid_loss) else record.valid_loss
    return math.log(loss + FLOOR) if math.isfinite(loss) else 100.0


def _signs(number, n):
    """Return n signs, 1 or -1, (n,); the first k are the same for every n."""
    stream = hashlib.shake_128(f"sum {number}".encode()).digest(n)
    return np.frombuffer(stream, np.uint8) % 2 * 2.0 - 1


def read(text):
    """Return the Fingerprint written in a link; raise Unusable otherwise."""
    match = VERSION_1.fullmatch(text) or VERSION_2.fullmatch(text)
    try:
        if not match:
            raise ValueError
        kind, experiment, digest, *numbers = match.groups()
        losses, figures = (tuple(map(float, part.split("_")[1:])) for part in numbers)
        return Fingerprint(kind, digest, losses, experiment, figures)
    except ValueError:
        allowed = "what Share writes, such as w0123456789ab_0.25_0.31_0.3"
        raise Unusable("fingerprint", text, allowed) from None
