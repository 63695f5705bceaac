"""Mistake: a known way to go wrong in a backward pass, and what to tell the student about it."""

from collections.abc import Callable
from typing import NamedTuple

from lab.diagnosis.program import (
    ALL,
    DA,
    DB,
    DELTA,
    DW,
    FORWARD,
    INPUTS,
    LAYERED,
    MEAN,
    PENALTY_B,
    PENALTY_W,
    SLOPE,
)

DERIVED = {  # the step of the derivation that shows the right line
    FORWARD: "hidden_activation",
    DELTA: "output_delta",
    MEAN: "batch_mean",
    INPUTS: "batch_outer",
    DW: "batch_outer",
    DB: "batch_outer",
    DA: "hidden_output",
    SLOPE: "hidden_delta",
    PENALTY_W: "elastic_net",
    PENALTY_B: "elastic_net",
    ALL: "every_layer",
}
MISTAKES = {}  # {key: Mistake}, filled by `mistake` where they are defined


class Mistake(NamedTuple):
    """A mistake: the steps it changes, {step: effect(at, value)}, and a sentence for the student.

    `says` states first what is wrong, then what is right. If `only(loss)` is given and false for a network's
    Loss, that is not true of it: the mistake says `otherwise`, or changes nothing if that is "".
    """

    key: str
    effects: dict[str, Callable]
    says: str
    only: Callable | None = None
    otherwise: str = ""

    @property
    def step(self):
        """The first step that it changes."""
        return next(iter(self.effects))

    @property
    def derived(self):
        """The key of the derivation's step that shows the right line."""
        return DERIVED[self.step]

    @property
    def layered(self):
        """Whether every layer has the steps that it changes, so that it can be made in one layer alone."""
        return all(step in LAYERED for step in self.effects)


def mistake(steps, says, *, only=None, otherwise=""):
    """Return a decorator that registers effect(at, value) in MISTAKES as a change of these steps.

    `steps` is one step or several separated by spaces. `value` is the right value of the step; an effect that
    does not apply to a network returns it unchanged.
    """

    def enter(effect):
        key = effect.__name__
        MISTAKES[key] = Mistake(key, dict.fromkeys(steps.split(), effect), says, only, otherwise)
        return effect

    return enter


def mistakes_of(loss):
    """Return {key: Mistake} of all MISTAKES, each with what is true of a network with this Loss."""
    return {key: _of(one, loss) for key, one in MISTAKES.items()}


def _of(one, loss):
    if one.only is None or one.only(loss):
        return one
    effects = one.effects if one.otherwise else dict.fromkeys(one.effects, lambda at, value: value)
    return one._replace(effects=effects, says=one.otherwise)


def in_layer(effect, layer):
    """Return the effect limited to one layer, counted from 0."""
    return lambda at, value: effect(at, value) if at.layer == layer else value
