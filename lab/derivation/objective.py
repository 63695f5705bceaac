"""What is minimised, and how: the empirical risk and gradient descent."""

import itertools
import math

import numpy as np

from lab.derivation.latex import factor, number, plus, q
from lab.derivation.notation import symbols, values_of
from lab.derivation.numeric import COMPLEX, SUMMED, Claim, derivative, mean_loss
from lab.derivation.problem import trace
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp.network import flatten, loss_and_gradients
from mlp.optimizers import sgd

CHAPTER = CHAPTERS[1]


def risk(problem):
    """2.5: empirical risk, parameter set, number of parameters, the minimisation problem."""
    s, values = symbols(problem.depth), values_of(problem, problem.K)
    layers = range(1, problem.depth + 2)
    losses, sizes = values["L"], problem.sizes
    mean = losses.mean()
    theta = r",\, ".join(f"{s.W(layer)},\\, {s.b(layer)}" for layer in layers)
    counts = " + ".join(rf"{s.width(n)}({s.width(n - 1)} + 1)" for n in layers)
    counted = " + ".join(rf"{m} \cdot ({n} + 1)" for n, m in itertools.pairwise(sizes))
    n_theta = sum(m * (n + 1) for n, m in itertools.pairwise(sizes))
    arrays = sum(array.size for layer in problem.params for array in layer)
    shown = plus(*losses[:5]) + (r" + \cdots" if len(losses) > 5 else "")
    return Step(
        key="empirical_risk",
        chapter=CHAPTER,
        number="2.5",
        title="The empirical risk and its parameters",
        question="What is minimised, and over how many numbers?",
        lines=(
            Line(
                rf"\hat R(\theta) = \frac1K \sum_{{n=1}}^K {q('L', 'L^{(n)}')}",
                rf"\hat R = \frac{{1}}{{{problem.K}}} \left({q('L', shown)}\right) \approx {number(mean)}",
                "definition",
                sum(losses) / len(losses),
            ),
            Line(rf"\theta = \{{{theta}\}}", rf"\text{{{2 * len(layers)} arrays}}", "definition"),
            Line(
                rf"n_\theta = {counts}",
                rf"n_\theta = {counted} = {n_theta}",
                "counting: each unit has one weight for every unit below, and a bias",
                np.array(n_theta),
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
                np.array(math.fsum(losses) / problem.K),
                SUMMED,
            ),
            "n_theta": Claim(
                "the number of parameters",
                problem.config.n_parameters(problem.d, problem.m),
                np.array(arrays),
                "the sizes of the arrays",
            ),
        },
        code=code(loss_and_gradients, "LOSSES[config.loss](logits, T).mean"),
        values=values,
        lit=frozenset({"L"}),
        note="With a penalty, see elastic net below, it is added to the risk once, not once an example.",
    )


def descent(problem):
    """2.6: batch gradient descent, and what a small step does to the risk."""
    passed, eta = trace(problem, problem.K), 0.1
    flat = flatten(passed.gradients)
    theta = flatten(problem.params)
    moved = theta.copy()
    sgd(moved, flat.copy(), [], None, eta, 0.0, 0)

    def along(stack):
        params = [
            (W - stack[:, np.newaxis, np.newaxis] * g.W, b - stack[:, np.newaxis] * g.b)
            for (W, b), g in zip(problem.params, passed.gradients, strict=True)
        ]
        return mean_loss(problem, problem.K, params)

    square = flat @ flat
    g = r"\nabla_\theta \hat R"
    first = f"{factor(theta[0])} - {eta} \\cdot {factor(flat[0])}"
    return Step(
        key="gradient_descent",
        chapter=CHAPTER,
        number="2.6",
        title="Batch gradient descent",
        question="In which direction does the risk fall fastest, and by how much?",
        lines=(
            Line(
                rf"\theta \leftarrow \theta - \eta\, {g}(\theta)",
                rf"{q('W1', 'W^{1}_{11}')} \leftarrow {first} \approx {number(moved[0])}",
                "definition",
                theta - eta * flat,
            ),
            Line(
                rf"\left.\frac{{d}}{{d\eta}} \hat R(\theta - \eta\, {g})\right|_{{\eta=0}} "
                rf"= -{g} \cdot {g} = -\lVert {g} \rVert^2",
                rf"-\lVert {g} \rVert^2 \approx {number(-square)}",
                "chain rule",
                np.array(-sum(v * v for v in flat)),
                "slope",
            ),
        ),
        claims={
            "theta": Claim(
                "the parameters after one step",
                moved,
                [math.fsum((t, -eta * v)) for t, v in zip(theta, flat, strict=True)],
                SUMMED,
            ),
            "slope": Claim("the slope of the risk along the step", -square, derivative(along, 0.0), COMPLEX),
        },
        code=code(sgd, "g *= learning_rate", "theta -= g"),
        values=values_of(problem, problem.K) | {"theta": theta, "gradient": flat, "moved": moved},
        lit=frozenset(f"{kind}{layer}" for kind in "Wb" for layer in range(1, problem.depth + 2)),
        note=rf"The learning rate here is $\eta = {eta}$; the last line says why a small step never fails.",
    )
