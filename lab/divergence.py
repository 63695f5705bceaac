"""Divergence in words: how many networks diverged, in which epochs, and how many a median is then over.

All functions take EpochRecords, one per network; for a network that diverged, its last.
"""


def surviving(records):
    """Return the records of the networks that have not diverged, a list."""
    return [record for record in records if not record.diverged]


def diverged(records):
    """Return a clause such as "2 of 5 networks diverged in epoch 1"; "" if none did."""
    n, lost = len(records), [record for record in records if record.diverged]
    if not lost:
        return ""
    everyone = {1: "the network", 2: "both networks"}.get(n, f"all {n} networks")
    who = everyone if len(lost) == n else f"{len(lost)} of {n} networks"
    return f"{who} diverged {when(lost)}"


def when(lost):
    """Return the epochs in which these networks diverged: in epoch 1, in epochs 1 and 3, in epochs 1 to 7.

    A network whose loss is not finite before training has diverged before the first epoch.
    """
    first, *others = sorted({record.epoch for record in lost})
    if not others:
        return when_in(first)
    return f"in epochs {first} {'and' if len(others) == 1 else 'to'} {others[-1]}"


def when_in(epoch):
    """Return "in epoch 3", or for 0 "before the first epoch"."""
    return f"in epoch {epoch}" if epoch else "before the first epoch"


def median_of(records):
    """Return "median of 5 networks, at the end of 3" for a title, where 2 diverged; "" for one network."""
    n, left = len(records), len(surviving(records))
    if n == 1:
        return ""
    return f"median of {n} networks" + (f", at the end of {left}" if left < n else "")
