"""The derivatives of softplus, leaky ReLU and GELU."""

import math

import numpy as np

from lab.derivation.identity import complex_slope, identity_step, of
from lab.derivation.step import code
from mlp import activations as engine

ROOT, CUBIC = math.sqrt(2 / math.pi), 0.044715


def softplus_slope(problem):
    """softplus′ = σ."""
    lines = (
        (r"\operatorname{softplus}'(x) = \frac{d}{dx} \ln(1 + e^x) = \frac{e^x}{1 + e^x}",
         r"\frac{e^{@}}{1 + e^{@}}", "chain rule, derivative of ln",
         lambda x: np.exp(x) / (1 + np.exp(x)), "left"),
        (r"\operatorname{softplus}'(x) = \frac{1}{1 + e^{-x}} = \sigma(x)", r"\frac{1}{1 + e^{-@}}",
         "division of both by eˣ", lambda x: 1 / (1 + np.exp(-x)), "left"),
    )  # fmt: skip
    slope = of(engine.softplus, lambda x: engine.softplus_derivative(x, None))
    return identity_step(
        problem, "softplus_slope", "", "The derivative of softplus", "What is the slope of a smooth ReLU?",
        lines, slope, code(engine.softplus_derivative, "return sigmoid(z"),
    )  # fmt: skip


def leaky_slope(problem):
    """1 or 0.01."""
    lines = (
        (r"x > 0:\; f(x) = x \;\Rightarrow\; f'(x) = 1", "", "derivative of a straight piece", None, None),
        (r"x < 0:\; f(x) = 0.01\,x \;\Rightarrow\; f'(x) = 0.01", "", "derivative of a straight piece",
         None, None),
        (r"f'(x) = \mathbf{1}[x > 0] + 0.01\,\mathbf{1}[x < 0], \quad x \ne 0",
         r"\mathbf{1}[@ > 0] + 0.01\,\mathbf{1}[@ < 0]", "both cases in one",
         lambda x: 1.0 * (x > 0) + 0.01 * (x < 0), "left"),
    )  # fmt: skip
    slope = of(
        engine.leaky_relu, lambda x: 1.0 * engine.leaky_relu_derivative(x, None), straight=True, kinks=(0.0,)
    )
    return identity_step(
        problem, "leaky_relu_slope", "", "The derivative of leaky ReLU", "What does a leak change?", lines,
        slope, code(engine.leaky_relu_derivative, "np.maximum(z > 0"), straight=True,
        note="The slope is never 0, so no unit is ever dead.",
    )  # fmt: skip


def gelu_slope(problem):
    """Product rule, then chain rule."""

    def u(x):
        return ROOT * (x + CUBIC * x**3)

    def du(x):
        return ROOT * (1 + 3 * CUBIC * x * x)

    lines = (
        (r"f(x) = \tfrac{x}{2}\,(1 + \tanh u), \qquad u = \sqrt{2/\pi}\,(x + 0.044715\, x^3)", "",
         "definition", None, None),
        (r"u' = \sqrt{2/\pi}\,(1 + 3 \cdot 0.044715\, x^2)", "", "power rule", None, None),
        (r"f'(x) = \tfrac12\,(1 + \tanh u) + \tfrac{x}{2}\, \frac{d}{dx} \tanh u",
         r"\tfrac12\,(1 + \tanh u(@)) + \tfrac{@}{2}\, \tfrac{d}{dx} \tanh u(@)", "product rule",
         lambda x: 0.5 * (1 + np.tanh(u(x))) + 0.5 * x * complex_slope(lambda z: np.tanh(u(z)))(x), "left"),
        (r"f'(x) = \tfrac12\,(1 + \tanh u) + \tfrac{x}{2}\,(1 - \tanh^2 u)\, u'",
         r"\tfrac12\,(1 + \tanh u(@)) + \tfrac{@}{2}\,(1 - \tanh^2 u(@))\, u'(@)",
         "chain rule, tanh′ = 1 − tanh²",
         lambda x: 0.5 * (1 + np.tanh(u(x))) + 0.5 * x * (1 - np.tanh(u(x)) ** 2) * du(x), "left"),
    )  # fmt: skip
    slope = of(engine.gelu, lambda x: engine.gelu_derivative(x, None))
    return identity_step(
        problem, "gelu_slope", "", "The derivative of GELU", "What is the slope of the tanh form of GELU?",
        lines, slope, code(engine.gelu_derivative, "slope = 0.5", "np.add(0.5 * (1 + t)"),
    )  # fmt: skip
