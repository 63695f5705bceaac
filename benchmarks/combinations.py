"""Well-formed links that ask for too much: every value may stand in a link, and together they are hostile."""

import random

from benchmarks.queries import OWN, Query, own_keys
from lab.links import sweep_plan as plan
from lab.links.fields import FIELDS, Choice, Flag, Log, Range, Typed, Whole

LARGE = {  # texts that a field takes, and that cost much
    "hidden_layer_sizes": (
        "none",
        "1",
        "2000",
        "400x8",
        "64x30",
        "200x30",
        "1x30",
        "1x1000",
        "5000,1",
        "30x30",
    ),
    "epochs": ("1", "1000", "300000", "1000000000", "0"),
    "batch_size": ("0", "1", "2", "32", "100000"),
    "n_samples": ("20", "1000", "20000"),
    "split": ("70/15/15", "98/1/1", "1/1/98", "50/25/25", "100/0/0", "999999/999999/999999"),
    "cycle_steps": ("1", "1000000"),
    "learning_rate": ("1e-300", "0.1", "1", "1e30", "1e300", "0.1@0;1e30@1"),
    "init_scale": ("0", "1e-30", "1", "1e30", "1e300"),
    "l1": ("0", "1e-3", "1e30"),
    "l2": ("0", "1e-3", "1e30"),
    "momentum": ("0", "0.9", "0.999"),
    "seeds": ("1", "10"),
    "examples": ("1", "512"),
    "draws": ("1", "400"),
    "range_points": ("2", "12"),
}
RANGES = ("0 to 1", "0.001 to 1000 log", "1 to 1000000", "1 to 1e30", "1 to 1e308 log")
DOORS = ({}, {"lock": "1"}, {"lock": "1", "open": "learning_rate"})
DIGEST = "0123456789ab"
PROOFS = tuple(  # of both versions, of a network and of a sweep
    text
    for kind in "wr"
    for text in (f"{kind}{DIGEST}_0.25_0.31_0.3", f"2{kind}{DIGEST}{DIGEST}_0.25_0.31_0.3_0.7_0.5_0.25")
)


def combine(rng, page, keys=None):
    """One Query of a page: many fields at once, each with a value that it takes, through one of the doors."""
    keys = own_keys() if keys is None else keys
    names = rng.sample(list(FIELDS), rng.randint(3, 12))
    parameters = {name: _text(rng, name) for name in (*names, *keys[page], "seeds")}
    if page == "sweeps":
        parameters |= _axes(rng)
    parameters |= rng.choice(DOORS)
    if rng.random() < 0.4:
        parameters["fingerprint"] = rng.choice(PROOFS)
    return Query(page, parameters, False)


def _axes(rng):
    """Up to three fields, each with a range or with many values."""
    fields = rng.sample(plan.SWEPT, plan.AXES)
    n = rng.choice((2, 4, 20, 150, 500))
    return {f"axis{k}": field for k, field in enumerate(fields, 1)} | {
        f"values{k}": rng.choice(RANGES) if rng.random() < 0.3 else _values(rng, field, n)
        for k, field in enumerate(fields, 1)
    }


def _values(rng, field, n):
    match FIELDS[field][1]:
        case Log() | Range() | Whole():
            return " / ".join(str(1 + k) for k in range(n))
        case _:
            return " / ".join(_text(rng, field) for _ in range(min(n, 20)))


def _text(rng, name):
    if name in LARGE:
        return rng.choice(LARGE[name])
    if name in OWN:
        return rng.choice(OWN[name])
    if name not in FIELDS:
        return str(rng.choice((0, 1, 2, 5, 12, "true", "false")))
    match FIELDS[name][1]:
        case Choice(options) | Typed(options):
            return rng.choice(tuple(options))
        case Log(options):
            return str(rng.choice(options))
        case Range(least, most, _) | Whole(least, most):
            return str(rng.choice((least, most)))
        case Flag():
            return rng.choice(("true", "false"))


def combinations(n, seed, pages):
    """`n` queries, the pages in turn; the same for the same seed."""
    rng, keys = random.Random(f"combinations {seed}"), own_keys()
    return [combine(rng, pages[i % len(pages)], keys) for i in range(n)]
