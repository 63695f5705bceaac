"""Calculate the answer of a number question from nothing but what its prompt prints."""

import math
import re

NUMBER = r"-?\d+(?:\.\d+)?(?: \\cdot 10\^\{-?\d+\})?"


def read(latex):
    """Return the number that the LaTeX writes: -0.757, 3.1 \\cdot 10^{-5}."""
    mantissa, _, exponent = latex.partition(r" \cdot 10^{")
    return float(f"{mantissa}e{exponent.rstrip('}') or 0}")


def after(prompt, name):
    """Return the number printed after `name =`."""
    return read(re.search(rf"{re.escape(name)} = ({NUMBER})", prompt)[1])


def row(prompt, name):
    """Return the numbers of the row printed after `name =`."""
    body = re.search(rf"{re.escape(name)} = \\begin{{bmatrix}} (.+?) \\end", prompt)[1]
    return [read(one) for one in body.split(" & ")]


def indices(prompt, pattern):
    """Return the indices, from 0, that the pattern finds after `What is`."""
    return [int(one) - 1 for one in re.search(pattern, prompt.partition("What is")[2]).groups()]


def softplus(x):
    return math.log(1 + math.exp(x))


def logistic(x):
    return 1 / (1 + math.exp(-x))


def gelu_slope(x, h=1e-6):
    def gelu(v):
        return v / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3)))

    return (gelu(x + h) - gelu(x - h)) / (2 * h)


OF_X = {
    "sigmoid_tanh": logistic,
    "log_sigmoid": lambda x: -softplus(-x),
    "sigmoid_slope": lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2,
    "tanh_slope": lambda x: math.cosh(x) ** -2,
    "sign_cases": lambda x: math.copysign(1, x),
    "absolute_slope": lambda x: math.copysign(1, x),
    "rect_slope": lambda x: float(x > 0),
    "softplus_slope": logistic,
    "leaky_relu_slope": lambda x: 1.0 if x > 0 else 0.01,
    "gelu_slope": gelu_slope,
}


def jacobian(prompt):
    p, (k, j) = (
        row(prompt, r"\operatorname{softmax}(o)"),
        indices(prompt, r"p_\{(\d)\} / \\partial o_\{(\d)\}"),
    )
    return p[k] * (1 - p[k]) if k == j else -p[k] * p[j]


def shifted(prompt):
    o, (k,) = row(prompt, "o"), indices(prompt, r"o \+ 2\)_\{(\d)\}")
    return math.exp(o[k]) / sum(map(math.exp, o))


def decayed(prompt):
    total = 0.0
    for g in re.findall(rf"g_\{{\d,\d+\}} = ({NUMBER})", prompt):
        total = 0.9 * total + read(g)
    return total


def update(prompt):
    m, s = after(prompt, r"\hat m"), after(prompt, r"\hat s")
    return -after(prompt, r"\eta") * m / (math.sqrt(s) + 1e-8)


OF_GIVEN = {
    "square_sum": lambda at: 2 * row(at, "x")[indices(at, r"x_\{(\d)\}\$")[0]],
    "absolute_sum": lambda at: math.copysign(1, row(at, "x")[indices(at, r"x_\{(\d)\}\$")[0]]),
    "softmax_jacobian": jacobian,
    "softmax_shift": shifted,
    "variance_forward": lambda at: after(at, r"\sigma^2") * sum(x * x for x in row(at, "x")),
    "variance_backward": lambda at: after(at, r"\sigma^2") * sum(d * d for d in row(at, r"\delta")),
    "equal_units": lambda at: read(re.search(rf"= ({NUMBER})\$\. What", at)[1]),
    "momentum_unrolled": decayed,
    "momentum_constant": lambda at: (
        10 * (1 - 0.9**30) * read(re.search(rf"g_\{{t,\d+\}} = ({NUMBER})", at)[1])
    ),
    "adam_moments": lambda at: 0.1 * decayed(at),
    "adam_correction": lambda at: read(re.search(rf"m_\{{4,\d+\}} = ({NUMBER})", at)[1]) / (1 - 0.9**4),
    "adam_update": update,
}


def elastic_net(prompt, problem):
    """The penalty's strengths and the weight are those of the problem: two decimals each."""
    given = read(re.search(rf"= ({NUMBER})\$\. What", prompt)[1])
    W = float(problem.params[0].W[tuple(indices(prompt, r"J\}.*?W\^\{1\}_\{(\d)(\d)\}"))])
    l1, l2 = ((one[0] if isinstance(one, tuple) else one) for one in (problem.l1, problem.l2))
    return given + l1 * math.copysign(1, W) + 2 * l2 * W


def calculated(problem, step, question):
    """Return the answer that the printed numbers give, or None if the question prints none of its own."""
    prompt = question.prompt
    if " at $x = " in prompt:
        return OF_X[step.key](read(re.search(rf" at \$x = ({NUMBER})\$", prompt)[1]))
    if "Given " not in prompt:
        return None
    if step.key == "elastic_net":
        return elastic_net(prompt, problem)
    return OF_GIVEN[step.key](prompt) if step.key in OF_GIVEN else None
