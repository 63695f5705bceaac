"""The goals that can be set for an experiment: their bounds, and those on offer."""

import functools

from data import DATASETS
from lab.assignment import reading
from lab.assignment.kinds.kind import Offer
from lab.links.fields import DEFAULTS
from lab.words import counted

MOST_EPOCHS, MOST_SAMPLES = 200, 2_000
KEYS = ("target", "most_units", "data", "noise", "n_samples", "epochs")


def check(name, subject):
    """Raise Unusable unless the subject is {"target", "most_units"}, optionally with others of KEYS."""
    reading.mapping(name, subject, KEYS, ("target", "most_units"))
    reading.number(f"target of {name}", subject["target"], 0.5, 1)
    reading.whole(f"most_units of {name}", subject["most_units"], 1, 64)
    reading.one_of(f"data of {name}", subject.get("data", DEFAULTS["name"]), sets())
    reading.number(f"noise of {name}", subject.get("noise", DEFAULTS["noise"]), 0, 1)
    reading.whole(f"n_samples of {name}", subject.get("n_samples", DEFAULTS["n_samples"]), 100, MOST_SAMPLES)
    reading.whole(f"epochs of {name}", subject.get("epochs", MOST_EPOCHS), 1, MOST_EPOCHS)


@functools.cache
def sets():
    """Return the names of the datasets of points in the plane that are drawn from a seed."""
    return tuple(name for name, entry in DATASETS.items() if entry.n_features == 2 and not entry.most_samples)


def offered():
    """Return Offers of goals on several datasets, from easy to hard."""
    goals = (("circles", 0.95, 8), ("moons", 0.95, 8), ("xor", 0.95, 4), ("spirals", 0.95, 32))
    subjects = [{"target": target, "most_units": units, "data": name} for name, target, units in goals]
    return [Offer(title(subject), "Experiments", subject) for subject in subjects]


def title(subject):
    """Return the title of a goal, such as "Reach 95% on moons with at most 8 units"."""
    data, units = subject.get("data", DEFAULTS["name"]), counted(subject["most_units"], "unit")
    return f"Reach {in_percent(subject['target'])} on {data} with at most {units}"


def in_percent(share):
    """Return a share as a percentage with the digits it has, such as "97.5%"."""
    return f"{100 * share:g}%"
