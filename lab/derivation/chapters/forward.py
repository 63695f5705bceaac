"""Chapter 2, first part: the network forwards, layer by layer, and what is minimised."""

import itertools
import math

import numpy as np

from lab.derivation.chapters.losses import loss_step, output_step
from lab.derivation.evidence import COMPLEX, SUMMED, Claim, derivative, mean_loss
from lab.derivation.latex import factor, number, plain, plus, q, terms
from lab.derivation.problem import trace
from lab.derivation.step import Line, Product, Step, code
from lab.derivation.symbols import View, activation_formula, focus
from mlp.activations import ACTIVATIONS
from mlp.loops import by_unit
from mlp.network import flatten, loss_and_gradients, propagate
from mlp.optimizers import sgd

ETA = 0.1


def steps(problem):
    """Return steps 2.1 to 2.6, for the first example; more hidden layers repeat the first two."""
    hidden = [make(problem, n) for n in range(1, problem.depth + 1) for make in (pre_activation, activation)]
    last = (pre_activation(problem, problem.depth + 1), output_step(problem), loss_step(problem))
    return (*hidden, *last, risk(problem), descent(problem))


def pre_activation(problem, layer):
    """2.1 and 2.2: z = a_below W + b."""
    v, at, output = View(problem), (0, focus(problem)[layer]), layer == problem.depth + 1
    s, (below, own) = v.s, v.s.letters(layer)
    a_key, W_key, b_key, name = s.a_key(layer - 1), f"W{layer}", f"b{layer}", s.z_key(layer)
    a, W, b = (v.values[key] for key in (a_key, W_key, b_key))
    by_entry = [math.fsum([*(a[0] * W[:, j]), b[j]]) for j in range(len(b))]
    what = "output" if output else "hidden"

    def entry(index):
        j = index[-1]
        return terms(a[0], W[:, j], a_key, W_key) + " + " + q(b_key, factor(b[j]))

    return v.step(
        key="output_pre_activation" if output else named("hidden_pre_activation", layer),
        number="2.2" if output else ("2.1" if layer == 1 else ""),
        title=f"The {what} pre-activation" + of_layer(problem, layer),
        question=f"What does a unit of the {what} layer compute before its activation?",
        lines=(
            Line(
                f"{s.z(layer)} = {s.a(layer - 1)}\\, {s.W(layer)} + {s.b(layer)}",
                rf"{v.matrix(name)} \approx {v.matrix(a_key)} {v.matrix(W_key)} + {v.matrix(b_key)}",
                "definition",
                a @ W + b,
            ),
            Line(
                rf"{s.z(layer, own)} = \sum_{{{below}=1}}^{{{s.width(layer - 1)}}} {s.a(layer - 1, below)}\, "
                rf"{s.W(layer, below + own)} + {s.b(layer, own)}",
                v.written_out(name, at, entry(at)),
                f"matrix product, entry {own}",
                b + sum(a[:, [i]] * W[i] for i in range(len(W))),
            ),
        ),
        claims={name: Claim(f"{what} pre-activations, layer {layer}", v.values[name], [by_entry], SUMMED)},
        shapes=tuple(map(v.shape, (a_key, W_key, b_key, name))),
        code=code(propagate, "np.matmul(a, W", "z += b") + code(by_unit, "z_j = z_j +"),
        values=v.values | {"sum": a @ W},
        products=(Product(a_key, W_key, "sum"),),
        entry=entry,
        lit=frozenset({a_key, W_key, b_key, name}),
        note=_conventions(s) if layer == 1 else "",
    )


def _conventions(s):
    """Return how the page and the code write a network with these Symbols, as Markdown."""
    z, a = (plain(symbol)[1:-1] for symbol in (s.z(1), s.a(1)))
    in_code = f"${z}$ is `pre_activations[0]` and ${a}$ is `activations[0]`"
    return (
        "An example is a row, and a weight leads from the unit of its row to the unit of its column: what "
        "the course writes as $W x + b$ is $x W + b$ here, and its $W^2_{kj}$ is our $W^2_{jk}$. In the code "
        + in_code
        + "; $o^a$ and $o^s$ are the last of each. Indices in formulas count from 1, those in the code from "
        "0. Numbers are rounded to three digits."
    )


def activation(problem, layer):
    """h^s = f(h^a), elementwise."""
    v, at, f = View(problem), (0, focus(problem)[layer]), ACTIVATIONS[problem.activation]
    s, z_key, a_key = v.s, v.s.z_key(layer), v.s.a_key(layer)
    z = v.values[z_key]
    by_scalar = [[f.textbook.scalar(float(value)) for value in z[0]]]

    def entry(index):
        put = q(z_key, number(z[index]))
        formula = activation_formula(problem.activation, put, "")[0]
        return formula.replace(rf"\, {put}", rf" \cdot {q(z_key, factor(z[index]))}")

    formula = activation_formula(problem.activation, s.z(layer, "j"), s.a(layer, "j"))[0]
    return v.step(
        key=named("hidden_activation", layer),
        title="The hidden activation" + of_layer(problem, layer),
        question="What does a hidden unit pass on to the next layer?",
        lines=(
            Line(
                f"{s.a(layer)} = f({s.z(layer)})",
                rf"{v.matrix(a_key)} \approx f\left({v.matrix(z_key)}\right)",
                "definition, entry by entry",
                np.array([[float(f(np.array([value]))[0]) for value in z[0]]]),
            ),
            Line(
                f"{s.a(layer, 'j')} = {formula}",
                v.written_out(a_key, at, entry(at)),
                f"definition of {problem.activation.replace('_', ' ')}",
                f.textbook.value(z),
            ),
        ),
        claims={
            a_key: Claim(
                f"hidden activations, layer {layer}",
                v.values[a_key],
                by_scalar,
                "the math module, one float at a time",
            )
        },
        shapes=(v.shape(z_key), v.shape(a_key)),
        code=code(propagate, "a = activation(z"),
        entry=entry,
        lit=frozenset({z_key, a_key, f"f{layer}"}),
        note=f.note,
    )


def risk(problem):
    """2.5: empirical risk, parameter set, number of parameters, the minimisation problem."""
    v, layers, sizes = View(problem, batch=True), range(1, problem.depth + 2), problem.sizes
    s, losses = v.s, v.values["L"]
    theta = r",\, ".join(f"{s.W(layer)},\\, {s.b(layer)}" for layer in layers)
    counts = " + ".join(rf"{s.width(n)}({s.width(n - 1)} + 1)" for n in layers)
    counted = " + ".join(rf"{m} \cdot ({n} + 1)" for n, m in itertools.pairwise(sizes))
    n_theta = sum(m * (n + 1) for n, m in itertools.pairwise(sizes))
    shown = plus(*losses[:5]) + (r" + \cdots" if len(losses) > 5 else "")
    return Step(
        key="empirical_risk",
        number="2.5",
        title="The empirical risk and its parameters",
        question="What is minimised, and over how many parameters?",
        lines=(
            Line(
                rf"\hat R(\theta) = \frac1K \sum_{{n=1}}^K {q('L', 'L^{(n)}')}",
                rf"\hat R = \frac{{1}}{{{problem.K}}} \left({q('L', shown)}\right) "
                rf"\approx {number(losses.mean())}",
                "definition",
                sum(losses) / len(losses),
            ),
            Line(rf"\theta = \{{{theta}\}}", rf"\text{{{2 * len(layers)} arrays}}", "definition"),
            Line(
                rf"n_\theta = {counts}",
                rf"n_\theta = {counted} = {n_theta}",
                "counting: each unit has one weight per unit below, and one bias",
                n_theta,
                "n_theta",
            ),
            Line(
                r"\theta^\star = \operatorname*{arg\,min}_{\theta} \hat R(\theta)",
                rf"\theta \in \mathbb{{R}}^{{{n_theta}}}",
                "definition",
            ),
        ),
        claims={
            "risk": Claim(
                "the mean loss of the examples",
                loss_and_gradients(problem.params, problem.X, problem.y, problem.without_penalty)[0],
                math.fsum(losses) / problem.K,
                SUMMED,
            ),
            "n_theta": Claim(
                "the number of parameters",
                problem.config.n_parameters(problem.d, problem.m),
                sum(array.size for layer in problem.params for array in layer),
                "the sizes of the arrays",
            ),
        },
        code=code(loss_and_gradients, "LOSSES[config.loss](logits, T).mean"),
        values=v.values,
        lit=frozenset({"L"}),
        mean=True,
        note="A penalty (see elastic net, below) is added to the risk once, not once per example.",
    )


def descent(problem):
    """2.6: batch gradient descent, and what a small step does to the risk."""
    v, passed = View(problem, batch=True), trace(problem, problem.K)
    theta, gradient = flatten(problem.params), flatten(passed.gradients)
    moved = theta.copy()
    sgd(moved, gradient.copy(), [], None, ETA, 0.0, 0)

    def along(eta):
        params = [
            (W - eta[:, np.newaxis, np.newaxis] * dW, b - eta[:, np.newaxis] * db)
            for (W, b), (dW, db) in zip(problem.params, passed.gradients, strict=True)
        ]
        return mean_loss(problem, problem.K, params)

    square, nabla = gradient @ gradient, r"\nabla_\theta \hat R"
    return Step(
        key="gradient_descent",
        number="2.6",
        title="Batch gradient descent",
        question="In which direction does the risk fall fastest, and by how much?",
        lines=(
            Line(
                rf"\theta \leftarrow \theta - \eta\, {nabla}(\theta)",
                rf"{q('W1', 'W^{1}_{11}')} \leftarrow {factor(theta[0])} - {ETA} \cdot {factor(gradient[0])} "
                rf"\approx {number(moved[0])}",
                "definition",
                theta - ETA * gradient,
            ),
            Line(
                rf"\left.\frac{{d}}{{d\eta}} \hat R(\theta - \eta\, {nabla})\right|_{{\eta=0}} "
                rf"= -{nabla} \cdot {nabla} = -\lVert {nabla} \rVert^2",
                rf"-\lVert {nabla} \rVert^2 \approx {number(-square)}",
                "chain rule",
                -sum(g * g for g in gradient),
                "slope",
            ),
            Line(
                rf"\lVert u \rVert = 1: \quad {nabla} \cdot u \ge -\lVert {nabla} \rVert, "
                rf"\; \text{{equal for}}\; u = -{nabla} / \lVert {nabla} \rVert",
                rf"{nabla} \cdot u \approx {number(-(square**0.5))}",
                "Cauchy–Schwarz: |a · b| ≤ ‖a‖ ‖b‖, with equality for opposite directions",
                math.fsum(g * (-g / square**0.5) for g in gradient),
                "steepest",
            ),
        ),
        claims={
            "theta": Claim(
                "the parameters after one step",
                moved,
                [math.fsum((t, -ETA * g)) for t, g in zip(theta, gradient, strict=True)],
                SUMMED,
            ),
            "slope": Claim("the slope of the risk along the step", -square, derivative(along, 0.0), COMPLEX),
            "steepest": Claim(
                "the slope of the risk in the steepest direction",
                -np.linalg.norm(gradient),
                derivative(lambda eta: along(eta / square**0.5), 0.0),
                COMPLEX,
            ),
        },
        code=code(sgd, "g *= learning_rate", "theta -= g"),
        values=v.values,
        lit=frozenset(f"{kind}{layer}" for kind in "Wb" for layer in range(1, problem.depth + 2)),
        mean=True,
        note=rf"The learning rate here is $\eta = {ETA}$. Against the gradient the risk falls, so a small "
        "enough step lowers it. It falls faster in no other direction.",
    )


def named(key, layer):
    """Return the key of a step about a hidden layer: `key` for the first, `key.2`, … for the others."""
    return key if layer == 1 else f"{key}.{layer}"


def of_layer(problem, layer):
    """Return " of layer 2" for a title, or "" if the network has one hidden layer."""
    return "" if layer > problem.depth or problem.depth == 1 else f" of layer {layer}"
