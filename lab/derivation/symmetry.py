"""Why zero initialization keeps the units of a layer equal."""

import dataclasses

import numpy as np

from lab.derivation.latex import factor, matrix, number, plain, q
from lab.derivation.notation import shape, symbols
from lab.derivation.numeric import Claim, loss_derivative
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp.activations import ACTIVATIONS
from mlp.initializers import zeros
from mlp.network import Layer, backpropagate, forward, init_params, loss_and_gradients
from mlp.optimizers import sgd

CHAPTER = CHAPTERS[4]
STEPS, ETA = 5, 0.5


def steps(problem):
    """Equal units get equal gradients; so zeros stay equal while they are trained."""
    return (equal_units(problem), zeros_trained(problem))


def equal_units(problem):
    """This network with its first hidden unit copied over all of its layer: the copies' gradients."""
    (W, b), (V, c) = problem.params[:2]
    first = Layer(np.tile(W[:, :1], W.shape[1]), np.full_like(b, b[0]))
    second = Layer(np.tile(V[:1], (V.shape[0], 1)), c)
    params = (first, second, *problem.params[2:])
    passed = forward(params, problem.X, problem.config)
    _, gradients = loss_and_gradients(params, problem.X, problem.y, problem.without_penalty)
    h, dW, dV = passed.activations[0], gradients[0].W, gradients[1].W
    s = symbols(problem.depth)
    numeric = loss_derivative(problem, problem.K, "W", 1, params=params)

    def entry(index):
        return s.dW(1, f"{index[0] + 1}1")

    w1, w_j, w2 = "W^{1}_{i1}", "W^{1}_{ij}", "W^{2}_{1k}"
    return Step(
        key="equal_units",
        chapter=CHAPTER,
        title="Equal units stay equal",
        question="What tells two units with the same weights apart?",
        lines=(
            Line(
                rf"{q('W1', w_j)} = {q('W1', w1)},\; {q('b1', 'b^1_j')} = {q('b1', 'b^1_1')} \;\Rightarrow\; "
                rf"{s.a(1, 'j')} = {s.a(1, '1')}",
                matrix(h, "hs1"),
                "the same function of the same inputs",
                np.tile(h[:, :1], h.shape[1]),
                "hs1",
            ),
            Line(
                rf"{q('W2', 'W^{2}_{jk}')} = {q('W2', w2)} \;\Rightarrow\; {s.dz(1, 'j')} = {s.dz(1, '1')}",
                rf"{s.dW(2)} \approx {matrix(dV, 'd_W2')}",
                "the same sum over the units above, the same slope",
                np.tile(dV[:1], (dV.shape[0], 1)),
                "d_W2",
            ),
            Line(
                rf"{s.dW(1, 'ij')} = {s.dW(1, 'i1')}",
                matrix(dW, "d_W1"),
                "equal δ, equal inputs",
                np.tile(dW[:, :1], dW.shape[1]),
            ),
        ),
        claims={
            "d_W1": Claim("∂L/∂W^1 of the network with copied units", dW, numeric),
            "hs1": Claim("the copies' activations", h, _one_unit(problem, first), "one unit at a time"),
            "d_W2": Claim(
                "∂L/∂W^2 of the network with copied units",
                dV,
                loss_derivative(problem, problem.K, "W", 2, params=params),
            ),
        },
        shapes=(shape(s.dW(1), ("d", s.width(1)), dW.shape),),
        code=code(backpropagate, "dW = np.matmul("),
        values={"x": problem.X, "W1": first.W, "W2": second.W, "hs1": h, "d_W1": dW, "d_W2": dV},
        entry=entry,
        symbol=lambda index: s.dW(1, f"{index[0] + 1}{index[1] + 1}"),
        given=lambda index: rf"{plain(s.dW(1, f'{index[0] + 1}1'))} = {number(dW[index[0], 0])}",
        lit=frozenset({"ha1", "hs1", "W1", "W2"}),
        note=f"This is your network with unit 1 copied over hidden layer 1, all {problem.K} examples. "
        "A step of gradient descent changes equal weights equally, so the units are equal for ever.",
    )


def zeros_trained(problem):
    """The same network from zeros, a few steps: the columns of W^1 stay equal."""
    config = dataclasses.replace(problem.without_penalty, initializer="zeros")
    params = init_params(config, problem.d, problem.m)
    losses = []
    for _ in range(STEPS):
        loss, gradients = loss_and_gradients(params, problem.X, problem.y, config)
        losses.append(loss)
        for layer, gradient in zip(params, gradients, strict=True):
            for theta, g in zip(layer, gradient, strict=True):
                sgd(theta, g, [], None, ETA, 0.0, 0)
    W, b = params[0]
    spread = W - W[:, :1]
    before, after = losses[0], loss_and_gradients(params, problem.X, problem.y, config)[0]
    s = symbols(problem.depth)
    return Step(
        key="zeros_equal",
        chapter=CHAPTER,
        title="Zeros keep all units equal",
        question="How many different units does a network of zeros have after training?",
        lines=(
            Line(
                rf"W^1 = 0,\; b^1 = 0: \quad {q('W1', 'W^1_{ij}')} = {q('W1', 'W^1_{i1}')} "
                r"\text{ after every step}",
                rf"{s.W(1)} \approx {matrix(W, 'W1')}",
                f"equal units stay equal, {STEPS} times",
                spread,
            ),
            Line(
                rf"{q('b1', 'b^1_j')} = {q('b1', 'b^1_1')}",
                rf"{s.b(1)} \approx {matrix(b, 'b1')}",
                f"equal units stay equal, {STEPS} times",
                b - b[0],
                "b",
            ),
        ),
        claims={
            "spread": Claim(
                f"W^1 minus its first column after {STEPS} steps from zeros", spread, np.zeros_like(W), "0"
            ),
            "b": Claim(
                f"b^1 minus its first entry after {STEPS} steps from zeros", b - b[0], np.zeros_like(b), "0"
            ),
        },
        shapes=(shape(s.W(1), ("d", s.width(1)), W.shape),),
        code=code(zeros, "np.zeros(") + code(sgd, "theta -= g"),
        values={"W1": W, "b1": b, "losses": np.array([*losses, after])},
        entry=lambda index: f"{factor(W[index])} - {factor(W[index[0], 0])}",
        symbol=lambda index: rf"W^1_{{{index[0] + 1}{index[1] + 1}}} - W^1_{{{index[0] + 1}1}}",
        lit=frozenset({"ha1", "hs1", "W1"}),
        note=rf"{STEPS} steps of gradient descent, $\eta = {ETA}$; the loss goes from ${number(before)}$ to "
        rf"${number(after)}$. {_what_learned(W, params[-1].W)}",
    )


def _what_learned(W, V):
    if not W.any() and not V.any():
        return "All weights are still 0: only the output biases learn."
    return "All hidden units of a layer still compute one and the same thing."


def _one_unit(problem, layer):
    columns = [problem.X @ layer.W[:, j] + layer.b[j] for j in range(layer.b.size)]
    return np.stack([ACTIVATIONS[problem.activation](column) for column in columns], axis=1)
