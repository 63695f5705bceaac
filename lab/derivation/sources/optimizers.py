"""The equations of momentum and Adam: sums of the gradients of several steps, a column for each parameter."""

import numpy as np

from lab.derivation.chapters.optimizers import ENOUGH, MANY, MU, RATES, STEPS, trained
from lab.derivation.names import factor, number, power, subscripts, symbol
from lab.derivation.sources.equation import dot, elementwise, free, joined
from lab.derivation.sources.network import Network
from lab.derivation.symbols import View
from mlp.optimizers import ADAM_DECAY_1, ADAM_DECAY_2, EPSILON

STATE, GRADIENT, THETA, WEIGHTS = "hs", "d_W", "W", "y"  # the keys that give them their colours
BY_BACKPROPAGATION = "the gradient at that step, by backpropagation"


class Parameters:
    """The parameters of a network in a row, as the optimizers see them, and their first steps."""

    def __init__(self, problem, name):
        self.run, network = trained(problem, name), Network(problem, View(problem).values)
        places = [
            (f"{kind}{layer}", index)
            for layer, pair in enumerate(problem.params, 1)
            for kind, array in zip("Wb", pair, strict=True)
            for index in np.ndindex(array.shape)
        ]
        self.fields = {
            "lit": lambda _, i: network.ids(*places[i]),
            "told": lambda _, i: f"Parameter {i + 1} is {symbol(places[i][0], problem.depth, places[i][1])}.",
            "kept": int(np.abs(self.run.g[0]).argmax()),  # the one that the lines write out
        }

    def row(self, key, name, t, values, **fields):
        """Return the Matrix of a value of every parameter after t steps."""
        whole = name + subscripts(t - 1)
        fields = self.fields | {"entry": lambda _, i: f"{whole},{subscripts(i)}"} | fields
        return free(key, whole, CODE[name] + str(t), values, **fields)

    def rows(self, key, name, values, **fields):
        """Return the Matrix of a value of every parameter, one row for each step from the first."""
        fields = self.fields | {"entry": lambda t, i: f"{name}{subscripts(t)},{subscripts(i)}"} | fields
        return free(key, name, CODE[name], values, **fields)

    def constant(self, **fields):
        """Return the Matrix of the first gradient, which the steps about a constant one repeat."""
        fields = self.fields | {"entry": lambda _, i: f"g{subscripts(i)}"} | fields
        return free(GRADIENT, "g", "g", self.run.g[0], given="the gradient, the same at every step", **fields)


CODE = {"v": "v", "θ": "theta", "g": "g", "g²": "g_squared", "m": "m", "s": "s", "m̂": "m_hat", "ŝ": "s_hat"}


def _decays(decay, share=1.0):
    """Return the row of weights share · decay^(t - s) of the gradients of STEPS steps."""
    powers = list(range(STEPS))[::-1]
    times = f"{number(share)} · " if share != 1 else ""
    code = f"{share:.3g} * {decay} ** np.array({powers})" if share != 1 else f"{decay} ** np.array({powers})"
    return free(
        WEIGHTS,
        "weights",
        f"({code})",
        share * decay ** np.array(powers),
        entry=lambda _, s: f"the weight of step {s + 1}",
        written=lambda _, s: f"{times}{decay}{power(powers[s])}",
        sides=(),
    )


def _each(result, parts, signs, compute, words, code):
    """Return the Equation of an operation parameter by parameter.

    `words` and `code` have {0}, {1}, … for the parts; in words they are factors.
    """

    def pieces(template, shown):
        found, rest = [], template
        while "{" in rest:
            before, _, after = rest.partition("{")
            found += [(before, None), (shown[int(after[0])], int(after[0]))]
            rest = after[2:]
        return tuple(piece for piece in (*found, (rest, None)) if piece[0])

    return elementwise(
        result,
        parts,
        signs,
        compute,
        lambda *at: pieces(words, [factor(part.values[at]) for part in parts]),
        lambda *shown: pieces(code, shown),
    )


def unrolled(problem, step):
    """v_t = Σ μ^(t-s) g_s, and θ_t = θ_0 − η Σ v_r."""
    of, eta, t = Parameters(problem, "momentum"), RATES["momentum"], STEPS
    g = of.rows(GRADIENT, "g", of.run.g, given=BY_BACKPROPAGATION)
    weights = _decays(MU)
    v = dot(of.row(STATE, "v", t, (weights.values @ g.values)[0]), weights, g)
    each = np.array([MU ** np.arange(r + 1)[::-1] @ g.values[: r + 1] for r in range(t)])

    def velocity(r, i):
        return " + ".join(f"{MU}{power(r - s)} · {factor(g.values[s, i])}" for s in range(r + 1))

    before = of.row(THETA, "θ", 0, of.run.theta[0], given="the parameter before the first step")
    velocities = of.rows(STATE, "v", each, written=velocity)

    def written(_, i):
        total = joined([((factor(value), 1),) for value in velocities.values[:, i]])
        return ((number(before.values[0, i]), 0), (f" − {eta} · (", None), *total, (")", None))

    def code(*place):
        column = (before.code(*place), velocities.code(None, place[1])) if place else (before.code(), "v")
        return ((column[0], 0), (f" - {eta} * ", None), (column[1], 1), (".sum(axis=0)", None))

    moved = elementwise(
        of.row(THETA, "θ", t, before.values[0] - eta * each.sum(axis=0)),
        (before, velocities),
        ("", f"− {eta} · the sum of the rows of", ""),
        lambda theta, v: theta - eta * v.sum(axis=0),
        written,
        lambda *_: (),
    )
    sources = {"sources": lambda _, i: ((0, 0, i), *((1, r, i) for r in range(t)))}
    return [(None, v), (None, moved._replace(code=code, **sources))]


def constant(problem, step):
    """v_t = g (1 − μ^t)/(1 − μ), and its limit."""
    of = Parameters(problem, "momentum")
    g = of.constant()
    made = []
    for t, words in ((MANY, f"(1 − {MU}{power(MANY)}) / (1 − {MU})"), (ENOUGH, f"1 / (1 − {MU})")):
        ratio = (1 - MU**MANY if t == MANY else 1) / (1 - MU)
        code = f"(1 - {MU} ** {MANY})" if t == MANY else "1"
        result = of.row(STATE, "v", t, g.values[0] * ratio)
        if t == ENOUGH:
            result = result._replace(symbol="v in the end", entry=lambda _, i: f"v{subscripts(i)} in the end")
        signs = ("", f"· {words}")
        one = _each(
            result,
            (g,),
            signs,
            lambda g, ratio=ratio: g * ratio,
            f"{{0}} · {words}",
            f"{{0}} * {code} / (1 - {MU})",
        )
        made.append((None, one))
    return made


def moments(problem, step):
    """m_t and s_t as weighted sums of the gradients and of their squares."""
    of, t = Parameters(problem, "adam"), STEPS
    g = of.rows(GRADIENT, "g", of.run.g, given=BY_BACKPROPAGATION)
    squares = of.rows(GRADIENT, "g²", g.values**2, written=lambda s, i: f"({number(g.values[s, i])})²")
    sums = []
    for name, decay, values in (("m", ADAM_DECAY_1, g), ("s", ADAM_DECAY_2, squares)):
        weights = _decays(decay, 1 - decay)
        sums.append((None, dot(of.row(STATE, name, t, (weights.values @ values.values)[0]), weights, values)))
    return sums


def correction(problem, step):
    """m_t of a constant gradient, m̂_t = m_t/(1 − β₁^t) and ŝ_t = s_t/(1 − β₂^t)."""
    of, t = Parameters(problem, "adam"), STEPS
    g = of.constant()
    made = []
    for name, hat, decay, values in (
        ("m", "m̂", ADAM_DECAY_1, g.values[0]),
        ("s", "ŝ", ADAM_DECAY_2, g.values[0] ** 2),
    ):
        share, words, square = 1 - decay**t, f"(1 − {decay}{power(t)})", "²" if name == "s" else ""
        exponent = " ** 2" if square else ""
        average = _each(
            of.row(STATE, name, t, values * share),
            (g,),
            ("", f"{square} · {words}"),
            lambda g, share=share, square=square: (g * g if square else g) * share,
            f"{{0}}{square} · {words}",
            f"{{0}}{exponent} * (1 - {decay} ** {t})",
        )
        origin = average.written
        averages = average.result._replace(
            written=lambda *at, origin=origin: "".join(x for x, _ in origin(*at))
        )
        corrected = _each(
            of.row(STATE, hat, t, values),
            (averages,),
            ("", f"/ {words}"),
            lambda m, share=share: m / share,
            f"{{0}} / {words}",
            f"{{0}} / (1 - {decay} ** {t})",
        )
        made += [(None, average), (None, corrected)]
    return made


def update(problem, step):
    """θ_t = θ_{t-1} − η m̂/(√ŝ + ε), and the first step."""
    of, eta, t = Parameters(problem, "adam"), RATES["adam"], STEPS
    g, theta = of.run.g, of.run.theta
    hats = []
    for name, decay, values in (("m̂", ADAM_DECAY_1, g), ("ŝ", ADAM_DECAY_2, g * g)):
        weights = (1 - decay) * decay ** np.arange(t)[::-1]
        average, share = weights @ values, f"(1 − {decay}{power(t)})"

        def written(_, i, average=average, share=share):
            return f"{number(average[i])} / {share}"

        hats.append(of.row(STATE, name, t, average / (1 - decay**t), written=written))
    before = of.row(THETA, "θ", t - 1, theta[-2], given=f"the parameter after {t - 1} steps of Adam")
    first = of.row(THETA, "θ", 0, theta[0], given="the parameter before the first step")
    gradient = of.row(GRADIENT, "g", 1, g[0], given=BY_BACKPROPAGATION)
    m, s = (hat.values for hat in hats)
    later = _each(
        of.row(THETA, "θ", t, (before.values - eta * m / (np.sqrt(s) + EPSILON))[0]),
        (before, *hats),
        ("", f"− {eta} ·", "/ (√", "+ 10⁻⁸)"),
        lambda theta, m, s: theta - eta * m / (np.sqrt(s) + EPSILON),
        f"{{0}} − {eta} · {{1}} / (√({{2}}) + 10⁻⁸)",
        f"{{0}} - {eta} * {{1}} / (np.sqrt({{2}}) + 1e-8)",
    )
    start = _each(
        of.row(
            THETA, "θ", 1, (first.values - eta * gradient.values / (np.abs(gradient.values) + EPSILON))[0]
        ),
        (first, gradient),
        ("", f"− {eta} · g / (|g| + 10⁻⁸) of g =", ""),
        lambda theta, g: theta - eta * g / (np.abs(g) + EPSILON),
        f"{{0}} − {eta} · {{1}} / (|{{1}}| + 10⁻⁸)",
        f"{{0}} - {eta} * {{1}} / (np.abs({{1}}) + 1e-8)",
    )
    return [(None, start), (None, later)]


MAKERS = {
    "momentum_unrolled": unrolled,
    "momentum_constant": constant,
    "adam_moments": moments,
    "adam_correction": correction,
    "adam_update": update,
}
