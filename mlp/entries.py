"""What an entry of each registry holds: everything that the lab knows of it, in one place.

Formulas are LaTeX; {z} and the like are filled in where they are shown, so the braces of LaTeX are doubled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Entry:
    """Is called as its `function` is."""

    def __call__(self, *args, **options):
        return self.function(*args, **options)


class Textbook(NamedTuple):
    """f and f' of an array, as the definition writes them, and f of one float by the math module."""

    value: Callable
    slope: Callable
    scalar: Callable


@dataclass(frozen=True, kw_only=True)
class Activation(Entry):
    """An activation f: `function(z, out=None)`, and its `derivative(z, a, out=None)` where a = f(z).

    `latex` and `derivative_latex` are f(z) and f'(z) by {z} and {a}, `rule` names what the derivative
    follows from, and the notes explain a symbol that these formulas use. `textbook` is written apart from
    `function`, to check it. `kinks` are the z where f' jumps; `saturates` says whether f' tends to 0 on
    both sides. `second_moment` is E[f(z)²] for z ~ N(0, 1) where it has a closed form,
    `second_moment_latex` how to see it, and `second_moment_rule` by what. `listing` holds the texts of
    `listings` that an exported script prints; without any it prints the source of both functions.
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


@dataclass(frozen=True, kw_only=True)
class Output(Entry):
    """How logits o become outputs p: `function(logits, out=None)`, softmax or sigmoid.

    The outputs of softmax are `coupled`: each depends on every logit. `jacobian(p)` is ∂p/∂o of one
    example by its outputs (n_classes,), the outputs in rows. `latex` is the function's name,
    `entry_latex` one output p_k by {z}, `symbol` an output where a loss is written, whose index takes the
    place of {k}, and `definition` what that symbol stands for, if it does not say so itself.
    `textbook(o)` are the outputs of one example by its logits, both Decimals, written apart from `function`.
    """

    function: Callable
    jacobian: Callable
    coupled: bool
    latex: str
    entry_latex: str
    symbol: str
    textbook: Callable
    definition: str = ""


@dataclass(frozen=True, kw_only=True)
class Loss(Entry):
    """A loss of logits o and one-hot targets t: `function(logits, T)`, the loss of each example.

    `gradient(logits, T, out=None)` is its derivative with respect to the logits, `output` the Output that
    it gives the network, and `output_gradient(p, T)` its derivative with respect to that output. `latex`
    and `gradient_latex` write the loss of an example and ∂ℓ/∂o by {p} and {t}, or an entry of each: {p_k},
    {t_k}, and {p_y} at the right class. `title` names it in a sentence. `at_zero` is the loss of C classes
    where every logit is 0: as a formula, and as a function of C. `textbook(p, t)` is the loss of one
    example by its outputs, given as Decimals, and its targets, the numbers 0 and 1. `listing` is as of
    an Activation.
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
    listing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Optimizer(Entry):
    """An optimizer: `function(theta, g, state, scratch, learning_rate, momentum, t)` updates theta.

    `n_states` arrays are kept between steps. `uses` names the config fields that it depends on besides the
    learning rate. `plain` marks θ ← θ - ηg, which is linear in the gradient.
    """

    function: Callable
    n_states: int = 0
    uses: tuple[str, ...] = ()
    plain: bool = False


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


@dataclass(frozen=True)
class Initializer(Entry):
    """An initializer: `function(rng, fan_in, fan_out)` draws W of shape (fan_in, fan_out).

    `variance(fan_in, fan_out)` is that of each entry about its mean 0, NaN where nothing is drawn.
    `factorizes` says that it takes a factorization, some fan_in·fan_out·min(fan_in, fan_out) operations.
    """

    function: Callable
    variance: Callable
    factorizes: bool = False
