"""The equations of the steps that compare the two sigmoid losses."""

from lab.derivation.chapters.other_losses import WRONG
from lab.derivation.names import factor, number, subscripts
from lab.derivation.sources.equation import elementwise, free
from lab.derivation.symbols import View
from mlp.activations import sigmoid

CROSS, SQUARES = "∂L_CE/∂o", "∂L_SE/∂o"


def factor_that_stays(problem, step):
    """∂L_SE/∂oᵃ = 2 σ′(oᵃ) ∂L_CE/∂oᵃ on this network's logits."""
    values = View(problem).values
    p, T = sigmoid(values["oa"])[0], values["y"][0]

    def entry(symbol):
        return lambda _, k: f"{symbol}ᵃ{subscripts(k)}"

    slope = free(
        "os",
        "σ′(oᵃ)",
        "slope",
        p * (1 - p),
        entry=lambda _, k: f"σ′(oᵃ{subscripts(k)})",
        written=lambda _, k: f"{factor(p[k])} · (1 − {factor(p[k])})",
    )
    cross = free(
        "d_oa",
        f"{CROSS}ᵃ",
        "delta_CE",
        p - T,
        entry=entry(CROSS),
        written=lambda _, k: f"{number(p[k])} − {number(T[k])}",
    )
    squares = elementwise(
        free("d_oa", f"{SQUARES}ᵃ", "delta_SE", 2 * slope.values[0] * cross.values[0], entry=entry(SQUARES)),
        (slope, cross),
        ("2 ·", "⊙", ""),
        lambda slope, cross: 2 * slope * cross,
        lambda *at: (
            ("2 · ", None),
            (factor(slope.values[at]), 0),
            (" · ", None),
            (factor(cross.values[at]), 1),
        ),
        lambda slope, cross: (("2 * ", None), (slope, 0), (" * ", None), (cross, 1)),
    )
    return [(None, squares)]


def stall(problem, step):
    """∂L/∂o of both losses at logits that are wrong by more and more, where T = 0."""
    o = free("oa", "o", "o", WRONG[0], given="chosen, wrong by more and more")
    p = sigmoid(WRONG)[0]
    cross = free("d_oa", CROSS, "p", p)
    of_cross = elementwise(
        cross,
        (o,),
        ("σ(", ") − 0"),
        sigmoid,
        lambda *at: (("1 / (1 + e^(−", None), (factor(o.values[at]), 0), ("))", None)),
        lambda o: (("1 / (1 + np.exp(-", None), (o, 0), ("))", None)),
    )
    # not 1 − p in numbers: where p is shown as 1, that would be 0
    rest = free(
        "os", "1 − σ(o)", "(1 - p)", 1 - p, written=lambda *at: f"1 / (1 + e^({number(o.values[at])}))"
    )
    of_squares = elementwise(
        free("d_oa", SQUARES, "delta_SE", 2 * p * p * rest.values[0]),
        (cross._replace(written=lambda *at: "".join(text for text, _ in of_cross.written(*at))), rest),
        ("2 ·", "² ⊙", ""),
        lambda p, rest: 2 * p * p * rest,
        lambda *at: (
            ("2 · ", None),
            (factor(cross.values[at]), 0),
            ("² · ", None),
            (factor(rest.values[at]), 1),
        ),
        lambda p, rest: (("2 * ", None), (p, 0), (" ** 2 * ", None), (rest, 1)),
    )
    return [(None, of_cross), (None, of_squares)]


MAKERS = {"factor_that_stays": factor_that_stays, "stall": stall}
