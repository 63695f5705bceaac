"""The network forwards, layer by layer."""

import math

import numpy as np

from lab.derivation.latex import factor, matrix, number, q, terms
from lab.derivation.notation import activation_formula, focus, shape, symbols, values_of
from lab.derivation.numeric import SUMMED, Claim
from lab.derivation.objective import descent, risk
from lab.derivation.outputs import loss_step, output_step
from lab.derivation.step import CHAPTERS, Line, Product, Step, code
from mlp.activations import ACTIVATIONS
from mlp.loops import by_unit
from mlp.network import propagate

CHAPTER = CHAPTERS[1]
CONVENTIONS = (
    "An example is a row, and weights go from the unit of their row to the unit of their column: what the "
    "course writes $W x + b$ is $x W + b$ here, and its $W^2_{kj}$ is our $W^2_{jk}$. In the code "
    "$h^a$ is `pre_activations[0]`, $h^s$ is `activations[0]`, $o^a$ and $o^s$ are the last of each. "
    "Indices in formulas count from 1, those in the code from 0. Numbers are rounded to three digits."
)


def steps(problem):
    """Steps 2.1 to 2.6, for the first example; more hidden layers repeat the first two."""
    hidden = [
        step
        for layer in range(1, problem.depth + 1)
        for step in (pre_activation(problem, layer), activation(problem, layer))
    ]
    last = [pre_activation(problem, problem.depth + 1), output_step(problem), loss_step(problem)]
    return (*hidden, *last, risk(problem), descent(problem))


def pre_activation(problem, layer):
    """2.1 and 2.2: z = a_below W + b."""
    s, units = symbols(problem.depth), focus(problem)
    values = values_of(problem, 1)
    output = layer == problem.depth + 1
    below, own = s.letters(layer)
    a, W, b = values[s.a_key(layer - 1)], values[f"W{layer}"], values[f"b{layer}"]
    name = s.z_key(layer)
    values["sum"] = a @ W

    def entry(index):
        j = index[-1]
        return terms(a[0], W[:, j], s.a_key(layer - 1), f"W{layer}") + " + " + q(f"b{layer}", factor(b[j]))

    by_entry = [math.fsum([*(a[0] * W[:, j]), b[j]]) for j in range(len(b))]
    elementwise = b + sum(a[:, [i]] * W[i] for i in range(len(W)))
    j = units[layer]
    n_in, n_out = s.width(layer - 1), s.width(layer)
    place = "2.2" if output else ("2.1" if layer == 1 else "")
    what = "output" if output else "hidden"
    return Step(
        key="output_pre_activation" if output else named("hidden_pre_activation", layer),
        chapter=CHAPTER,
        number=place,
        title=f"The {what} pre-activation" + of_layer(problem, layer, output),
        question=f"What does a unit of the {what} layer compute before its activation?",
        lines=(
            Line(
                f"{s.z(layer)} = {s.a(layer - 1)}\\, {s.W(layer)} + {s.b(layer)}",
                rf"{matrix(values[name], name)} \approx {matrix(a, s.a_key(layer - 1))} "
                rf"{matrix(W, f'W{layer}')} + {matrix(b, f'b{layer}')}",
                "definition",
                a @ W + b,
            ),
            Line(
                rf"{s.z(layer, own)} = \sum_{{{below}=1}}^{{{n_in}}} {s.a(layer - 1, below)}\, "
                rf"{s.W(layer, below + own)} + {s.b(layer, own)}",
                rf"{s.z(layer, j + 1)} = {entry((0, j))} \approx {number(values[name][0, j])}",
                f"matrix product, entry {own}",
                elementwise,
            ),
        ),
        claims={name: Claim(f"{what} pre-activations, layer {layer}", values[name], [by_entry], SUMMED)},
        shapes=(
            shape(s.a(layer - 1), ("1", n_in), a.shape),
            shape(s.W(layer), (n_in, n_out), W.shape),
            shape(s.b(layer), (n_out,), b.shape),
            shape(s.z(layer), ("1", n_out), values[name].shape),
        ),
        code=code(propagate, "np.matmul(a, W", "z += b") + code(by_unit, "z_j = z_j +"),
        values=values,
        products=(Product(s.a_key(layer - 1), f"W{layer}", "sum"),),
        entry=entry,
        symbol=lambda index: s.z(layer, index[-1] + 1),
        lit=frozenset({s.a_key(layer - 1), f"W{layer}", f"b{layer}", name}),
        note=CONVENTIONS if layer == 1 else "",
    )


def activation(problem, layer):
    """h^s = f(h^a), elementwise."""
    f = ACTIVATIONS[problem.activation]
    s, values = symbols(problem.depth), values_of(problem, 1)
    z, a = values[s.z_key(layer)], values[s.a_key(layer)]
    formula, _, _ = activation_formula(problem.activation, s.z(layer, "j"), s.a(layer, "j"))
    j = focus(problem)[layer]

    def entry(index):
        shown = q(s.z_key(layer), number(z[index]))
        return activation_formula(problem.activation, shown, "")[0]

    again = [float(f(np.array([v]))[0]) for v in z[0]]
    return Step(
        key=named("hidden_activation", layer),
        chapter=CHAPTER,
        title="The hidden activation" + of_layer(problem, layer, False),
        question="What does a hidden unit pass on?",
        lines=(
            Line(
                f"{s.a(layer)} = f({s.z(layer)})",
                rf"{matrix(a, s.a_key(layer))} \approx f\left({matrix(z, s.z_key(layer))}\right)",
                "definition, entry by entry",
                np.array([again]),
            ),
            Line(
                f"{s.a(layer, 'j')} = {formula}",
                rf"{s.a(layer, j + 1)} = {entry((0, j))} \approx {number(a[0, j])}",
                f"definition of {problem.activation}",
                f.textbook.value(z),
            ),
        ),
        claims={
            s.a_key(layer): Claim(
                f"hidden activations, layer {layer}",
                a,
                [[f.textbook.scalar(float(v)) for v in z[0]]],
                "the math module, one float at a time",
            )
        },
        shapes=(
            shape(s.z(layer), ("1", s.width(layer)), z.shape),
            shape(s.a(layer), ("1", s.width(layer)), a.shape),
        ),
        code=code(propagate, "a = activation(z"),
        values=values,
        entry=entry,
        symbol=lambda index: s.a(layer, index[-1] + 1),
        lit=frozenset({s.z_key(layer), s.a_key(layer), f"f{layer}"}),
        note=f.note,
    )


def named(key, layer):
    return key if layer == 1 else f"{key}.{layer}"


def of_layer(problem, layer, output):
    return "" if output or problem.depth == 1 else f" of layer {layer}"
