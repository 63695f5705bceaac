"""Chapter 1, first part: functions of one variable, with their derivatives."""

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lab.derivation.evidence import CENTRAL, COMPLEX, Claim, elementwise_slope
from lab.derivation.latex import factor, number, plain, printed, q
from lab.derivation.problem import trace
from lab.derivation.step import Identity, Line, Question, Step, code
from lab.derivation.symbols import focus
from mlp import activations as engine
from mlp.checks.numerical import quotient
from mlp.network import add_penalty_gradient, penalty

STRAIGHT = 2.0**-10  # the step of central differences on straight pieces
ALWAYS = (-3.0, -0.7, 0.4, 2.5)  # checked beside the network's own values


def complex_slope(function):
    """Return x -> function'(x), elementwise, by the complex step."""
    return lambda x: elementwise_slope(function, np.asarray(x, float))


def central_slope(function):
    """Return x -> function'(x), elementwise, by central differences: exact on straight pieces."""

    def slope(x):
        x = np.asarray(x, float)
        return quotient((function(x + STRAIGHT), function(x - STRAIGHT)), "central", STRAIGHT)

    return slope


def of(function, slope, *, left=None, right=None, kinks=()):
    """Return an Identity about `function` and its slope, by default that its slope is `slope`."""
    numeric = central_slope(function) if kinks else complex_slope(function)
    sides = (left or numeric, right or slope, function, slope, numeric)
    return Identity(*map(_quiet, sides), kinks)


def _quiet(function):
    """Return the function with NumPy's warnings off: over a wide range one side may round to 0 or ∞."""

    @functools.wraps(function)
    def called(x):
        with np.errstate(all="ignore"):
            return function(x)

    return called


class About(NamedTuple):
    """What a step states: left(x) = right(x) of its Identity, and the slope of its function.

    `lines` are (LaTeX with @ for x, rule, its right-hand side as a function of x); a line without a function
    states no number. The part after the last = is shown in numbers, or the fourth entry if there is one.
    `code()` gives the Code.
    """

    key: str
    number: str
    title: str
    question: str
    lines: tuple
    identity: Identity
    code: Callable
    note: str = ""
    where: str = ""  # for its question: a clause in Markdown that defines what the last line does not


ROOT, CUBIC = math.sqrt(2 / math.pi), 0.044715  # of GELU
sigma = engine.sigmoid  # which takes complex x too


def u(x):
    """The argument of tanh in GELU; `du` is its derivative."""
    return ROOT * (x + CUBIC * x**3)


def du(x):
    return ROOT * (1 + 3 * CUBIC * x * x)


ABOUT = (
    About(
        "sigmoid_tanh", "1.1", "σ is a tanh", "How are the logistic function and tanh related?",
        (
            (r"\tfrac12\left(\tanh\tfrac{@}{2} + 1\right) = "
             r"\tfrac12\left(\frac{e^{@/2} - e^{-@/2}}{e^{@/2} + e^{-@/2}} + 1\right)", "definition of tanh",
             lambda x: 0.5 * (np.sinh(x / 2) / np.cosh(x / 2) + 1)),
            (r"\tfrac12\left(\tanh\tfrac{@}{2} + 1\right) = "
             r"\tfrac12\left(\frac{1 - e^{-@}}{1 + e^{-@}} + 1\right)",
             "numerator and denominator multiplied by $e^{-x/2}$",
             lambda x: 0.5 * ((1 - np.exp(-x)) / (1 + np.exp(-x)) + 1)),
            (r"\tfrac12\left(\tanh\tfrac{@}{2} + 1\right) = "
             r"\tfrac12 \cdot \frac{(1 - e^{-@}) + (1 + e^{-@})}{1 + e^{-@}}", "common denominator",
             lambda x: 0.5 * ((1 - np.exp(-x)) + (1 + np.exp(-x))) / (1 + np.exp(-x))),
            (r"\tfrac12\left(\tanh\tfrac{@}{2} + 1\right) = \frac{1}{1 + e^{-@}} = \sigma(@)",
             "definition of σ", lambda x: 1 / (1 + np.exp(-x)), r"\frac{1}{1 + e^{-@}}"),
        ),
        of(sigma, lambda x: sigma(x) * (1 - sigma(x)),
           left=sigma, right=lambda x: 0.5 * (np.tanh(x / 2) + 1)),
        lambda: code(engine.sigmoid, "np.tanh(z / 2)"),
    ),
    About(
        "log_sigmoid", "1.2", "The logarithm of σ", "How can ln σ be computed where σ rounds to 0?",
        (
            (r"\ln \sigma(@) = \ln \frac{1}{1 + e^{-@}}", "definition of σ",
             lambda x: np.log(1 / (1 + np.exp(-x)))),
            (r"\ln \sigma(@) = -\ln(1 + e^{-@})", "logarithm of a reciprocal",
             lambda x: -np.log(1 + np.exp(-x))),
            (r"\ln \sigma(@) = -\operatorname{softplus}(-@)", "definition of softplus",
             lambda x: -engine.softplus(-x)),
        ),
        of(lambda x: -engine.softplus(-x), lambda x: sigma(-x),
           left=lambda x: np.log(sigma(x)), right=lambda x: -engine.softplus(-x)),
        lambda: code(engine.softplus, "tail = np.log1p", "np.maximum(z, 0), tail"),
        where=r"$\operatorname{softplus}(x) = \ln(1 + e^{x})$",
    ),
    About(
        "sigmoid_slope", "1.3", "The derivative of σ", "How steep is σ?",
        (
            (r"\sigma'(@) = \frac{d}{dx} (1 + e^{-@})^{-1} = \frac{e^{-@}}{(1 + e^{-@})^2}",
             "chain rule, power rule", lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
            (r"\sigma'(@) = \frac{1}{1 + e^{-@}} \cdot \frac{e^{-@}}{1 + e^{-@}}", "factorisation",
             lambda x: 1 / (1 + np.exp(-x)) * (np.exp(-x) / (1 + np.exp(-x)))),
            (r"\sigma'(@) = \sigma(@)\,(1 - \sigma(@))", "1 − σ(x) = e⁻ˣ/(1 + e⁻ˣ)",
             lambda x: sigma(x) * (1 - sigma(x))),
        ),
        of(sigma, lambda x: engine.sigmoid_derivative(x, sigma(x))),
        lambda: code(engine.sigmoid_derivative, "np.multiply(a, np.subtract(1, a"),
    ),
    About(
        "tanh_slope", "1.4", "The derivative of tanh", "How steep is tanh?",
        (
            (r"\tanh'(@) = \frac{(e^@ + e^{-@})(e^@ + e^{-@}) - (e^@ - e^{-@})(e^@ - e^{-@})}"
             r"{(e^@ + e^{-@})^2}",
             "quotient rule", lambda x: (np.cosh(x) ** 2 - np.sinh(x) ** 2) / np.cosh(x) ** 2,
             r"\frac{(e^{@} + e^{-@})^2 - (e^{@} - e^{-@})^2}{(e^{@} + e^{-@})^2}"),
            (r"\tanh'(@) = 1 - \tanh^2(@)", "definition of tanh", lambda x: 1 - np.tanh(x) ** 2),
        ),
        of(np.tanh, lambda x: engine.tanh_derivative(x, np.tanh(x))),
        lambda: code(engine.tanh_derivative, "np.multiply(a, a"),
    ),
    About(
        "sign_cases", "1.5", "sign as two indicators", "How can sign be written without cases?",
        (
            (r"@ > 0:\; \mathbf{1}[@ > 0] - \mathbf{1}[@ < 0] = 1 - 0 = 1", "the second indicator is 0"),
            (r"@ < 0:\; \mathbf{1}[@ > 0] - \mathbf{1}[@ < 0] = 0 - 1 = -1", "the first indicator is 0"),
            (r"@ = 0:\; \mathbf{1}[@ > 0] - \mathbf{1}[@ < 0] = 0 - 0 = 0", "both indicators are 0"),
            (r"\operatorname{sign}(@) = \mathbf{1}[@ > 0] - \mathbf{1}[@ < 0]", "all cases agree",
             lambda x: 1.0 * (x > 0) - (x < 0)),
        ),
        of(np.sign, np.zeros_like, left=np.sign, right=lambda x: 1.0 * (x > 0) - (x < 0), kinks=(0.0,)),
        lambda: code(add_penalty_gradient, "np.sign(W)"),
        where=r"$\mathbf{1}[\dots]$ is 1 where the condition in it holds, and 0 elsewhere",
    ),
    About(
        "absolute_slope", "1.6", "The derivative of |x|", "Why does L1 push equally hard everywhere?",
        (
            (r"@ > 0:\; |@| = @ \;\Rightarrow\; |@|' = 1", "derivative of a straight piece"),
            (r"@ < 0:\; |@| = -@ \;\Rightarrow\; |@|' = -1", "derivative of a straight piece"),
            (r"|@|' = \operatorname{sign}(@), \quad @ \ne 0", "definition of sign", np.sign),
        ),
        of(np.abs, np.sign, kinks=(0.0,)),
        lambda: code(penalty, "np.abs(W)"),
    ),
    About(
        "rect_slope", "1.7", "The derivative of ReLU", "When does a ReLU let a gradient through?",
        (
            (r"@ > 0:\; \operatorname{rect}(@) = @ \;\Rightarrow\; \operatorname{rect}'(@) = 1",
             "derivative of a straight piece"),
            (r"@ < 0:\; \operatorname{rect}(@) = 0 \;\Rightarrow\; \operatorname{rect}'(@) = 0",
             "derivative of a constant"),
            (r"\operatorname{rect}'(@) = \mathbf{1}[@ > 0], \quad @ \ne 0", "definition of the indicator",
             lambda x: 1.0 * (x > 0)),
        ),
        of(engine.relu, lambda x: 1.0 * engine.relu_derivative(x, None), kinks=(0.0,)),
        lambda: code(engine.relu_derivative, "np.greater(z, 0"),
        "rect is the coursework's name for ReLU. At 0 there is no derivative; the code uses 0.",
    ),
    About(
        "softplus_slope", "", "The derivative of softplus", "What is the slope of a smooth ReLU?",
        (
            (r"\operatorname{softplus}'(@) = \frac{d}{dx} \ln(1 + e^@) = \frac{e^@}{1 + e^@}",
             "chain rule, derivative of ln", lambda x: np.exp(x) / (1 + np.exp(x)),
             r"\frac{e^{@}}{1 + e^{@}}"),
            (r"\operatorname{softplus}'(@) = \frac{1}{1 + e^{-@}} = \sigma(@)",
             "numerator and denominator divided by eˣ",
             lambda x: 1 / (1 + np.exp(-x)), r"\frac{1}{1 + e^{-@}}"),
        ),
        of(engine.softplus, lambda x: engine.softplus_derivative(x, None)),
        lambda: code(engine.softplus_derivative, "return sigmoid(z"),
    ),
    About(
        "leaky_relu_slope", "", "The derivative of leaky ReLU", "What does a leak change?",
        (
            (r"@ > 0:\; f(@) = @ \;\Rightarrow\; f'(@) = 1", "derivative of a straight piece"),
            (r"@ < 0:\; f(@) = 0.01\,@ \;\Rightarrow\; f'(@) = 0.01", "derivative of a straight piece"),
            (r"f'(@) = \mathbf{1}[@ > 0] + 0.01\,\mathbf{1}[@ < 0], \quad @ \ne 0", "both cases in one",
             lambda x: 1.0 * (x > 0) + 0.01 * (x < 0)),
        ),
        of(engine.leaky_relu, lambda x: 1.0 * engine.leaky_relu_derivative(x, None), kinks=(0.0,)),
        lambda: code(engine.leaky_relu_derivative, "np.maximum(z > 0"),
        "The slope is never 0, so some gradient always comes through.",
    ),
    About(
        "gelu_slope", "", "The derivative of GELU", "What is the slope of the tanh form of GELU?",
        (
            (r"f(@) = \tfrac{@}{2}\,(1 + \tanh u), \qquad u = \sqrt{2/\pi}\,(@ + 0.044715\, @^3)",
             "definition"),
            (r"u' = \sqrt{2/\pi}\,(1 + 3 \cdot 0.044715\, @^2)", "power rule"),
            (r"f'(@) = \tfrac12\,(1 + \tanh u) + \tfrac{@}{2}\, \frac{d}{dx} \tanh u", "product rule",
             lambda x: 0.5 * (1 + np.tanh(u(x))) + 0.5 * x * complex_slope(lambda z: np.tanh(u(z)))(x),
             r"\tfrac12\,(1 + \tanh u(@)) + \tfrac{@}{2}\, \tfrac{d}{dx} \tanh u(@)"),
            (r"f'(@) = \tfrac12\,(1 + \tanh u) + \tfrac{@}{2}\,(1 - \tanh^2 u)\, u'",
             "chain rule, tanh′ = 1 − tanh²",
             lambda x: 0.5 * (1 + np.tanh(u(x))) + 0.5 * x * (1 - np.tanh(u(x)) ** 2) * du(x),
             r"\tfrac12\,(1 + \tanh u(@)) + \tfrac{@}{2}\,(1 - \tanh^2 u(@))\, u'(@)"),
        ),
        of(engine.gelu, lambda x: engine.gelu_derivative(x, None)),
        lambda: code(engine.gelu_derivative, "slope = 0.5", "np.add(0.5 * (1 + t)"),
        where=r"$u = \sqrt{2/\pi}\,(x + 0.044715\, x^3)$",
    ),
)  # fmt: skip


def steps(problem):
    """Return steps 1.1 to 1.7, then softplus, leaky ReLU and GELU."""
    return tuple(_step(problem, about) for about in ABOUT)


def points(problem):
    """Return the x at which identities are checked: the first example's pre-activations and ALWAYS."""
    own = np.concatenate([z[0] for z in trace(problem, 1).z])
    return np.concatenate([own[np.abs(own) > 2.0**-9], ALWAYS])


def argument(problem):
    """Return the x that the lines write out: a pre-activation of the first example, as it is printed."""
    return float(printed(trace(problem, 1).z[0][0, focus(problem)[1]]))


def _step(problem, about):
    x, at = points(problem), argument(problem)
    shown, alone, identity = q("x", factor(at)), q("x", number(at)), about.identity
    lines = []
    for source, rule, *computed in about.lines:
        latex = source.replace("@", "x")
        if computed:
            function, *written = computed
            numbers = (written or [right_side(source)])[0]
            numbers = numbers.replace("(@)", f"({alone})").replace("@", shown)
            value = number(np.asarray(function(np.array([at])))[0])
            relation = "=" if identity.kinks else r"\approx"  # it has straight pieces: the slope is exact
            lines.append(Line(latex, f"{numbers} {relation} {value}", rule, function(x)))
        else:
            lines.append(Line(latex, latex, rule))
    scheme = CENTRAL if identity.kinks else COMPLEX
    left, right, slope = identity.left(x), identity.right(x), identity.derivative(x)
    return Step(
        key=about.key,
        number=about.number,
        title=about.title,
        question=about.question,
        lines=tuple(lines),
        claims={
            "left": Claim(f"left and right side at {x.size} points", left, right, "the right side"),
            "slope": Claim(f"the derivative at {x.size} points", slope, identity.numeric(x), scheme),
        },
        code=about.code(),
        own_asks=(_value_question(lines[-1], at, identity, about.where),),
        note=about.note,
        identity=identity,
    )


def right_side(latex):
    return latex.rpartition("=")[2].partition(r", \quad")[0].strip()


def _value_question(line, at, identity, where):
    """Return the Question about what the last line states at x = `at`; `where` defines a name."""
    stated = f"{line.latex.partition(' = ')[0]} = {right_side(line.latex)}"
    return Question(
        "number",
        rf"What is ${stated}$ at $x = {number(at)}$?" + (f" Here {where}." if where else ""),
        None,
        float(np.asarray(identity.right(np.array([at])))[0]),
        f"${plain(line.numbers)}$",
    )
