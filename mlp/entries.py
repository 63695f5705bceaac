"""The entries of the registries: everything that the lab knows about a function, in one place.

Formulas are LaTeX; {z} and the like are filled in where they are shown, so LaTeX's own braces are doubled.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Entry:
    """A callable: calling it calls its `function`."""

    def __call__(self, *args, **options):
        return self.function(*args, **options)


class Textbook(NamedTuple):
    """f and f' of an array, as the definition writes them, and f of one float with the math module."""

    value: Callable
    slope: Callable
    scalar: Callable


def _check_formulas(formulas, names):
    """Raise ValueError, with the formula, unless only these names stand in single braces."""
    for formula in formulas:
        try:
            formula.format(**dict.fromkeys(names, ""))
        except (KeyError, IndexError, ValueError) as problem:
            allowed = ", ".join(f"{{{name}}}" for name in names)
            sentence = f"In the formula {formula} only {allowed} may stand in single braces; "
            raise ValueError(f"{sentence}LaTeX's own braces are doubled.") from problem


def _check_named(entry, *names, otherwise=", or give a listing"):
    """Raise ValueError if one of these fields is a lambda: exported scripts contain a function's source."""
    for name in names:
        if _name(getattr(entry, name)) == "<lambda>":
            raise ValueError(f"{name} is a lambda; allowed: a function defined with def{otherwise}.")


def _name(function):
    return getattr(function, "__name__", repr(function))


def _check_uses(entry, *fields):
    """Raise ValueError unless `uses` is a tuple of these config fields, which the function is given."""
    if not isinstance(entry.uses, tuple) or not set(entry.uses) <= set(fields):
        raise ValueError(f"uses is {entry.uses!r}; allowed: a tuple of {' and '.join(map(repr, fields))}.")


def _check_told(function):
    """Raise ValueError unless the function has a docstring, which exported scripts quote."""
    if not inspect.getdoc(function):
        raise ValueError(
            f"{_name(function)} has no docstring; allowed: a function with its formula as its docstring, "
            "which exported scripts quote."
        )


@dataclass(frozen=True, kw_only=True)
class Activation(Entry):
    """An activation f: `function(z, out=None)`, and its `derivative(z, a, out=None)` where a = f(z).

    `latex` and `derivative_latex` are f(z) and f'(z) in terms of {z} and {a}, `rule` names the rule that
    gives the derivative, and the notes explain symbols in these formulas. `textbook` is written independently
    of `function`, to check it. Both functions take complex z as well, for complex steps. `kinks` are the z
    where f' jumps; `saturates` says whether f' tends to 0 on both sides. `second_moment` is E[f(z)²] for z ~
    N(0, 1) if it has a closed form, `second_moment_latex` its derivation, and `second_moment_rule` the rule
    used. `listing` names the texts in `listings` that an exported script contains; without any it contains
    the source of both functions.
    """

    function: Callable
    derivative: Callable
    latex: str
    derivative_latex: str
    rule: str
    textbook: Textbook
    kinks: tuple[float, ...] = ()
    saturates: bool = False
    second_moment: float | None = None
    second_moment_latex: str = ""
    second_moment_rule: str = ""
    note: str = ""
    derivative_note: str = ""
    listing: tuple[str, ...] = ()

    def __post_init__(self):
        _check_formulas((self.latex, self.derivative_latex), ("z", "a"))
        if not self.listing:
            _check_named(self, "function", "derivative")


@dataclass(frozen=True, kw_only=True)
class Output(Entry):
    """How logits o become outputs p: `function(logits, out=None)`, such as softmax.

    The outputs of softmax are `coupled`: each depends on every logit. `jacobian(p)` is ∂p/∂o of one example,
    computed from its outputs p (n_classes,), with one row per output. `latex` is the function's name,
    `entry_latex` one output p_k in terms of {z}, `symbol` an output in a loss's formula, with its index in
    place of {k}, and `definition` defines that symbol if necessary. `textbook(o)` computes one example's
    outputs from its logits, both Decimals, independently of `function`. `range` is (lowest, highest), between
    which every output lies; None if an output may be any number.
    """

    function: Callable
    jacobian: Callable
    coupled: bool
    latex: str
    entry_latex: str
    symbol: str
    textbook: Callable
    definition: str = ""
    range: tuple[float, float] | None = None

    def __post_init__(self):
        _check_formulas((self.entry_latex,), ("z",))
        _check_formulas((self.symbol,), ("k",))


@dataclass(frozen=True, kw_only=True)
class Loss(Entry):
    """A loss of logits o and one-hot targets t: `function(logits, T)`, the loss of each example.

    `gradient(logits, T, out=None)` is its derivative with respect to the logits; both take complex logits as
    well, for complex steps. It must be smooth: a loss has no `kinks`, so every check of derivatives takes it
    to be differentiable everywhere. `output` is the network's Output with this loss, and
    `output_gradient(p, T)` its derivative with respect to that output. `latex` and `gradient_latex` are the
    loss of an example and ∂ℓ/∂o in terms of {p} and {t}, or of entries: {p_k}, {t_k}, and {p_y} for the right
    class. `title` names it in a sentence. `at_zero` is the loss for C classes if every logit is 0, as a
    formula and as a function of C. `textbook(p, t)` computes one example's loss from its outputs, given as
    Decimals, and its targets, 0 or 1. `measure` and `unit` are what an axis calls it, such as "cross-entropy"
    and "nats". `convention` says what that name leaves open, such as "summed over the classes". `note`
    explains symbols in these formulas. `listing` is as in Activation.
    """

    function: Callable
    gradient: Callable
    output: Output
    output_gradient: Callable
    latex: str
    gradient_latex: str
    title: str
    at_zero: tuple[str, Callable]
    textbook: Callable
    measure: str = "loss"
    unit: str = ""
    convention: str = ""
    note: str = ""
    listing: tuple[str, ...] = ()

    def __post_init__(self):
        _check_formulas((self.latex, self.gradient_latex), ("p", "t", "p_k", "t_k", "p_y"))
        if not self.listing:
            _check_named(self, "function", "gradient")


@dataclass(frozen=True)
class Optimizer(Entry):
    """An optimizer: `function(theta, g, state, scratch, learning_rate, momentum, t)` updates theta.

    It works entry by entry: how a parameter moves depends on its own gradients alone. The engine passes all
    parameters in one array; an exported script calls it for each W and each b.

    It keeps `n_states` arrays between steps. `uses` names the config fields that it depends on besides the
    learning rate. `plain` marks θ ← θ - ηg, which is linear in the gradient.
    """

    function: Callable
    n_states: int = 0
    uses: tuple[str, ...] = ()
    plain: bool = False

    def __post_init__(self):
        _check_named(self, "function", otherwise="")
        _check_told(self.function)
        _check_uses(self, "momentum")
        gradients = np.array([[0.3, -2.0, 0.01], [0.5, 1.0, -0.04], [-0.2, 0.7, 0.03]])
        try:
            together = self._moved(gradients)
        except (ValueError, IndexError) as problem:
            raise ValueError(
                f"n_states is {self.n_states}; allowed: the number of arrays that the function keeps in "
                f"`state` ({problem})."
            ) from problem
        alone = np.concatenate([self._moved(column[:, np.newaxis]) for column in gradients.T])
        if not np.allclose(together, alone, rtol=1e-9, atol=1e-12, equal_nan=True):
            raise ValueError(
                f"{_name(self.function)} mixes the entries of theta; allowed: an update entry by entry, "
                "because an exported script calls it for each W and each b."
            )

    def _moved(self, gradients):
        """Return theta after steps with these gradients (n_steps, n_parameters), from 0."""
        theta, scratch, *state = np.zeros((2 + self.n_states, gradients.shape[1]))
        with np.errstate(all="ignore"):
            for t, g in enumerate(gradients):
                self.function(theta, g.copy(), state, scratch, 0.1, 0.9, t)
        return theta


@dataclass(frozen=True)
class Schedule(Entry):
    """A schedule: `function(learning_rate, step, **context)`, the rate at a step.

    `uses` names the config fields that it depends on besides the learning rate; `depends_on_epochs` says
    whether its first steps change with the number of epochs. Only a `constant` one ignores the step.
    """

    function: Callable
    uses: tuple[str, ...] = ()
    depends_on_epochs: bool = False
    constant: bool = False

    def __post_init__(self):
        _check_named(self, "function", otherwise="")
        _check_told(self.function)
        _check_uses(self, "learning_rate_min", "cycle_steps")
        context = {"learning_rate_min": np.full(2, 0.01), "cycle_steps": np.full(2, 3)}
        context |= {"epochs": np.full(2, 4), "steps_per_epoch": 5}
        try:
            np.broadcast_to(self.function(np.full(2, 0.1), np.arange(6)[:, np.newaxis], **context), (6, 2))
        except (TypeError, ValueError) as problem:
            raise ValueError(
                f"{_name(self.function)} cannot be called as a schedule ({problem}); allowed: "
                "function(learning_rate, step, **context) of arrays of rates and of steps."
            ) from problem


@dataclass(frozen=True)
class Initializer(Entry):
    """An initializer: `function(rng, fan_in, fan_out)` draws W of shape (fan_in, fan_out).

    `variance(fan_in, fan_out)` is the variance of each entry (mean 0), or NaN if nothing is drawn.
    `factorizes` says that it needs a factorization, about fan_in·fan_out·min(fan_in, fan_out) operations.
    """

    function: Callable
    variance: Callable
    factorizes: bool = False

    def __post_init__(self):
        _check_named(self, "function", otherwise="")
