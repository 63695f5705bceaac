"""Functions of one variable: σ, tanh, softplus, sign, |x| and the activations, with their derivatives."""

import numpy as np

from lab.derivation.identity import identity_step, of
from lab.derivation.more_identities import gelu_slope, leaky_slope, softplus_slope
from lab.derivation.step import code
from mlp import activations as engine
from mlp.network import add_penalty_gradient, penalty

sigma = engine.sigmoid  # which takes complex x too


def steps(problem):
    """1.1 to 1.7, then softplus, leaky ReLU and GELU."""
    return tuple(make(problem) for make in (
        sigmoid_by_tanh, log_sigmoid, sigmoid_slope, tanh_slope, sign_by_cases, absolute_slope, rect_slope,
        softplus_slope, leaky_slope, gelu_slope,
    ))  # fmt: skip


def sigmoid_by_tanh(problem):
    lines = (
        (r"\tfrac12\left(\tanh\tfrac{x}{2} + 1\right) = "
         r"\tfrac12\left(\frac{e^{x/2} - e^{-x/2}}{e^{x/2} + e^{-x/2}} + 1\right)",
         r"\tfrac12\left(\frac{e^{@/2} - e^{-@/2}}{e^{@/2} + e^{-@/2}} + 1\right)", "definition of tanh",
         lambda x: 0.5 * (np.sinh(x / 2) / np.cosh(x / 2) + 1), "left"),
        (r"\tfrac12\left(\tanh\tfrac{x}{2} + 1\right) = "
         r"\tfrac12\left(\frac{1 - e^{-x}}{1 + e^{-x}} + 1\right)",
         r"\tfrac12\left(\frac{1 - e^{-@}}{1 + e^{-@}} + 1\right)", "both multiplied by e^(−x/2)",
         lambda x: 0.5 * ((1 - np.exp(-x)) / (1 + np.exp(-x)) + 1), "left"),
        (r"\tfrac12\left(\tanh\tfrac{x}{2} + 1\right) = "
         r"\tfrac12 \cdot \frac{(1 - e^{-x}) + (1 + e^{-x})}{1 + e^{-x}}",
         r"\tfrac12 \cdot \frac{(1 - e^{-@}) + (1 + e^{-@})}{1 + e^{-@}}", "common denominator",
         lambda x: 0.5 * ((1 - np.exp(-x)) + (1 + np.exp(-x))) / (1 + np.exp(-x)), "left"),
        (r"\tfrac12\left(\tanh\tfrac{x}{2} + 1\right) = \frac{1}{1 + e^{-x}} = \sigma(x)",
         r"\frac{1}{1 + e^{-@}}", "definition of σ", lambda x: 1 / (1 + np.exp(-x)), "left"),
    )  # fmt: skip
    identity = of(
        sigma,
        lambda x: sigma(x) * (1 - sigma(x)),
        left=engine.sigmoid,
        right=lambda x: 0.5 * (np.tanh(x / 2) + 1),
    )
    return identity_step(
        problem, "sigmoid_tanh", "1.1", "σ is a tanh", "How are the logistic function and tanh related?",
        lines, identity, code(engine.sigmoid, "np.tanh(z / 2)"),
    )  # fmt: skip


def log_sigmoid(problem):
    lines = (
        (r"\ln \sigma(x) = \ln \frac{1}{1 + e^{-x}}", r"\ln \frac{1}{1 + e^{-@}}", "definition of σ",
         lambda x: np.log(1 / (1 + np.exp(-x))), "left"),
        (r"\ln \sigma(x) = -\ln(1 + e^{-x})", r"-\ln(1 + e^{-@})", "logarithm of a reciprocal",
         lambda x: -np.log(1 + np.exp(-x)), "left"),
        (r"\ln \sigma(x) = -\operatorname{softplus}(-x)", r"-\operatorname{softplus}(-@)",
         "definition of softplus", lambda x: -engine.softplus(-x), "left"),
    )  # fmt: skip
    identity = of(
        lambda x: -engine.softplus(-x), lambda x: sigma(-x),
        left=lambda x: np.log(engine.sigmoid(x)), right=lambda x: -engine.softplus(-x),
    )  # fmt: skip
    return identity_step(
        problem, "log_sigmoid", "1.2", "The logarithm of σ", "What is ln σ, without a σ that rounds to 0?",
        lines, identity, code(engine.softplus, "tail = np.log1p", "np.maximum(z, 0), tail"),
    )  # fmt: skip


def sigmoid_slope(problem):
    lines = (
        (r"\sigma'(x) = \frac{d}{dx} (1 + e^{-x})^{-1} = \frac{e^{-x}}{(1 + e^{-x})^2}",
         r"\frac{e^{-@}}{(1 + e^{-@})^2}", "chain rule, power rule",
         lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2, "left"),
        (r"\sigma'(x) = \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}",
         r"\frac{1}{1 + e^{-@}} \cdot \frac{e^{-@}}{1 + e^{-@}}", "factorisation",
         lambda x: 1 / (1 + np.exp(-x)) * (np.exp(-x) / (1 + np.exp(-x))), "left"),
        (r"\sigma'(x) = \sigma(x)\,(1 - \sigma(x))", r"\sigma(@)\,(1 - \sigma(@))",
         "1 − σ(x) = e⁻ˣ/(1 + e⁻ˣ)", lambda x: sigma(x) * (1 - sigma(x)), "left"),
    )  # fmt: skip
    slope = of(sigma, lambda x: engine.sigmoid_derivative(x, engine.sigmoid(x)))
    return identity_step(
        problem, "sigmoid_slope", "1.3", "The derivative of σ", "How steep is σ?", lines, slope,
        code(engine.sigmoid_derivative, "np.multiply(a, np.subtract(1, a"),
    )  # fmt: skip


def tanh_slope(problem):
    lines = (
        (r"\tanh'(x) = \frac{(e^x + e^{-x})(e^x + e^{-x}) - (e^x - e^{-x})(e^x - e^{-x})}{(e^x + e^{-x})^2}",
         r"\frac{(e^{@} + e^{-@})^2 - (e^{@} - e^{-@})^2}{(e^{@} + e^{-@})^2}", "quotient rule",
         lambda x: (np.cosh(x) ** 2 - np.sinh(x) ** 2) / np.cosh(x) ** 2, "left"),
        (r"\tanh'(x) = 1 - \tanh^2(x)", r"1 - \tanh^2(@)", "definition of tanh",
         lambda x: 1 - np.tanh(x) ** 2, "left"),
    )  # fmt: skip
    slope = of(np.tanh, lambda x: engine.tanh_derivative(x, np.tanh(x)))
    return identity_step(
        problem, "tanh_slope", "1.4", "The derivative of tanh", "How steep is tanh?", lines, slope,
        code(engine.tanh_derivative, "np.multiply(a, a"),
    )  # fmt: skip


def sign_by_cases(problem):
    lines = (
        (r"x > 0:\; \mathbf{1}[x > 0] - \mathbf{1}[x < 0] = 1 - 0 = 1", "", "the first case", None, None),
        (r"x < 0:\; \mathbf{1}[x > 0] - \mathbf{1}[x < 0] = 0 - 1 = -1", "", "the second case", None, None),
        (r"x = 0:\; \mathbf{1}[x > 0] - \mathbf{1}[x < 0] = 0 - 0 = 0", "", "the third case", None, None),
        (r"\operatorname{sign}(x) = \mathbf{1}[x > 0] - \mathbf{1}[x < 0]",
         r"\mathbf{1}[@ > 0] - \mathbf{1}[@ < 0]", "all cases agree",
         lambda x: 1.0 * (x > 0) - (x < 0), "left"),
    )  # fmt: skip
    identity = of(
        np.sign,
        np.zeros_like,
        left=np.sign,
        right=lambda x: 1.0 * (x > 0) - (x < 0),
        straight=True,
        kinks=(0.0,),
    )
    return identity_step(
        problem, "sign_cases", "1.5", "sign as two indicators", "How does one write a sign without cases?",
        lines, identity, code(add_penalty_gradient, "np.sign(W)"), straight=True,
    )  # fmt: skip


def absolute_slope(problem):
    lines = (
        (r"x > 0:\; |x| = x \;\Rightarrow\; |x|' = 1", "", "derivative of a straight piece", None, None),
        (r"x < 0:\; |x| = -x \;\Rightarrow\; |x|' = -1", "", "derivative of a straight piece", None, None),
        (r"|x|' = \operatorname{sign}(x), \quad x \ne 0", r"\operatorname{sign}(@)", "definition of sign",
         np.sign, "left"),
    )  # fmt: skip
    identity = of(np.abs, np.sign, straight=True, kinks=(0.0,))
    return identity_step(
        problem, "absolute_slope", "1.6", "The derivative of |x|",
        "Why does l1 push equally hard everywhere?", lines, identity,
        code(penalty, "np.abs(W)"), straight=True,
    )  # fmt: skip


def rect_slope(problem):
    lines = (
        (r"x > 0:\; \operatorname{rect}(x) = x \;\Rightarrow\; \operatorname{rect}'(x) = 1", "",
         "derivative of a straight piece", None, None),
        (r"x < 0:\; \operatorname{rect}(x) = 0 \;\Rightarrow\; \operatorname{rect}'(x) = 0", "",
         "derivative of a constant", None, None),
        (r"\operatorname{rect}'(x) = \mathbf{1}[x > 0], \quad x \ne 0", r"\mathbf{1}[@ > 0]",
         "definition of the indicator", lambda x: 1.0 * (x > 0), "left"),
    )  # fmt: skip
    identity = of(engine.relu, lambda x: 1.0 * engine.relu_derivative(x, None), straight=True, kinks=(0.0,))
    return identity_step(
        problem, "rect_slope", "1.7", "The derivative of ReLU", "When does a ReLU let a gradient through?",
        lines, identity, code(engine.relu_derivative, "np.greater(z, 0"), straight=True,
        note="rect is the course's name for ReLU. At 0 there is no derivative; the code uses 0.",
    )  # fmt: skip
