"""The lines of backward() in order: which orders work, which line is out of place first, and why."""

from typing import NamedTuple

import numpy as np

from lab.recall.fragments import FRAGMENTS, LINES, RIGHT
from lab.recall.mistakes import WRONG

N_DISTRACTORS = 3
USES = {  # for each line, the lines whose variables it uses: {line: {needed: its variable}}
    "weights": {"loop": "layer"},
    "dW": {"delta": "delta", "loop": "layer"},
    "db": {"delta": "delta"},
    "store": {"list": "gradients", "dW": "dW", "db": "db"},
    "if": {"loop": "layer"},
    "back": {"delta": "delta", "weights": "W"},
    "return": {"list": "gradients"},
}
TOO_EARLY = {  # what has to come before a line for another reason: {line: {needed: why}}
    "loop": {
        "delta": "The loop starts with the output layer's `delta`, which has to be computed before it.",
        "list": "The loop fills `gradients`; the list has to exist before it.",
    },
    "db": {"loop": "Every layer has a `db` of its own, so it has to be computed in the loop."},
    "back": {
        "dW": "It replaces `delta` by that of the layer below, and `dW` still needs this layer's.",
        "db": "It replaces `delta` by that of the layer below, and `db` still needs this layer's.",
    },
    "return": dict.fromkeys(LINES, "It ends the function; lines that are still needed would never run."),
}
STANDS_UNDER = {  # lines that must be directly below another: {line: (the one above, why)}
    "back": ("if", "It belongs directly under `if layer > 0:`: the first layer has no layer below it."),
    "slope": ("back", "It belongs directly under the line that multiplies `delta` by `W.T`."),
}
NEEDS_UNDER = {  # {line: (the line that has to follow directly, why)}
    "if": ("back", "The line above opens a block, and this line does not belong in it."),
    "back": ("slope", "`delta` has just been multiplied by `W.T`; the slope has to follow directly."),
}


class Misplaced(NamedTuple):
    """The first line that is out of place: its position from 0, and a sentence that says why."""

    position: int
    why: str


def pool(seed, fits=lambda fragment: True):
    """Return the fragments to put in order: every right one and N_DISTRACTORS wrong ones.

    The choice and the order depend on the seed. The wrong ones replace different lines, and `fits` must
    accept each.
    """
    rng = np.random.default_rng(seed)
    usable = [one for one in WRONG if one.text != "pass" and fits(one)]
    distractors = {}
    for n in rng.permutation(len(usable)):
        distractors.setdefault(usable[n].line, usable[n])
    fragments = [*RIGHT, *list(distractors.values())[:N_DISTRACTORS]]
    return [fragments[n] for n in rng.permutation(len(fragments))]


def judged(keys):
    """Return the first Misplaced of the fragments with these keys, or None; the program may be incomplete.

    Only what a line needs matters: every order that computes the same is right. Raise KeyError for an unknown
    key.
    """
    fragments, done = [FRAGMENTS[key] for key in keys], []
    for position, fragment in enumerate(fragments):
        why = fragment.why or _out_of_place(fragment.line, done)
        if why:
            return Misplaced(position, why)
        done.append(fragment.line)
    return None


def _out_of_place(line, done):
    """Return why a right line cannot follow the lines `done`; "" if it can."""
    above = done[-1] if done else ""
    follows, why = NEEDS_UNDER.get(above, (line, ""))
    if line != follows:
        return why
    for needed, name in USES.get(line, {}).items():
        if needed not in done:
            return f"It uses `{name}`, which has no value yet."
    for needed, why in TOO_EARLY.get(line, {}).items():
        if needed != line and needed not in done:
            return why
    stands_under, why = STANDS_UNDER.get(line, (above, ""))
    return why if above != stands_under else ""
