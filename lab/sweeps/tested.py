"""The networks for which a visitor has opened the test set, as written in a link."""

import re

from lab.links.fingerprint import experiment_digest

PARAMETER = "tested"
DIGITS = 8  # hex digits of an experiment's digest in a link


def digest(experiment):
    """Return the digest of a (DataConfig, TrainConfig), as written in a link."""
    return experiment_digest([experiment])[:DIGITS]


def digests_of_set(experiments):
    """Return the digests, one each, of (DataConfig, TrainConfig) pairs whose test set is opened together.

    That of the first by itself says that the set is open. The digests of the others include the first, so
    that none of them opens another set, which begins with that network.
    """
    first, *others = experiments
    return [digest(first), *(experiment_digest([first, other])[:DIGITS] for other in others)]


def text(digests):
    """Return a set of digests as text, "0a1b2c3d,4e5f6789"."""
    return ",".join(sorted(digests))


def read(words):
    """Return (set of digests, [words that are not digests, …]); the inverse of `text`."""
    parts = [part.strip() for part in words.split(",") if part.strip()]
    unread = [part for part in parts if not re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", part)]
    return set(parts) - set(unread), unread


def sentence(n_opened, is_open, *, has_validation=True):
    """Return the sentence next to the button: for how many networks the test set has been opened.

    `is_open` says whether the selected trial is among them, `has_validation` whether its split has a
    validation set.
    """
    if n_opened == 0:
        choose = "Choose a trial by its validation result"
        if not has_validation:
            choose = "This split has no validation set: choose a trial by its training result"
        return (
            f"Nothing on this page has used the test set yet. {choose}, then open the test set for it, once."
        )
    if n_opened == 1:
        if is_open:
            return "The test set has been opened once, for this trial."
        return (
            "The test set has been opened for another network. If you open it for this one too and keep the "
            "better of the two, its test accuracy is no longer an honest estimate: to choose by the test set "
            "is to train on it."
        )
    return (
        f"The test set has been opened for {n_opened} networks. If you keep the best of them, its test "
        "accuracy is no longer an honest estimate: to choose by the test set is to train on it."
    )
