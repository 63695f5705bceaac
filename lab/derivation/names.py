"""The quantities of a network in plain text: their symbols, their names in code, their numbers.

For charts and components, which cannot show LaTeX. With several hidden layers the layer comes first: h²ˢ₁.
"""

import math
import re

from lab.derivation.latex import WHOLE

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("-0123456789as", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᵃˢ")
MEAN = "R\u0302"  # of the minibatch
CODE = {"x": "X", "y": "T", "L": "losses", "oa": "logits", "os": "p"}
KEY = re.compile(r"(W|b|ha|hs|oa|os)(\d*)")


def symbol(key, depth, index=(), loss="L"):
    """Return the symbol of a quantity, or of its entry at an index from 0: hᵃ₁, W²₁₂, ∂L/∂oᵃ₂, ∂J/∂W¹₁₁.

    `loss` is the symbol of what is differentiated: L, the loss of one example, or MEAN.
    """
    for mark, above in (("d_J_", "J"), ("d_", loss)):
        if key.startswith(mark):
            return f"∂{above}/∂{symbol(key.removeprefix(mark), depth, index)}"
    if key.startswith("slope"):
        return f"f′({symbol('ha' + key.removeprefix('slope'), depth, index)})"
    if key == "L":
        return of_example(*index) if index else "L"
    below = subscripts(*index)
    if key in ("x", "y"):
        return {"x": "x", "y": "T"}[key] + below
    kind, layer = KEY.fullmatch(key).groups()
    if kind in "Wb":
        return kind + layer.translate(SUPERSCRIPTS) + below
    letter, unit = kind
    return letter + ((layer if depth > 1 else "") + unit).translate(SUPERSCRIPTS) + below


def subscripts(*index):
    """Return an index from 0 as subscripts, which count from 1."""
    return "".join(str(i + 1) for i in index).translate(SUBSCRIPTS)


def power(n):
    """Return an exponent, in superscripts."""
    return str(n).translate(SUPERSCRIPTS)


def of_example(n):
    """Return the symbol of the loss of example n, from 0: L⁽¹⁾."""
    return f"L⁽{str(n + 1).translate(SUPERSCRIPTS)}⁾"


def in_code(key, depth):
    """Return the name of a quantity in code: X, W1, z1, a1, logits, p, T.

    Gradients: dW1, db1, da1, dX; delta1, … for a pre-activation, as in the engine; dJ_dW1 for those of J.
    """
    if key.startswith("d_J_"):
        return f"dJ_d{in_code(key.removeprefix('d_J_'), depth)}"
    if key.startswith(("d_oa", "d_ha")):
        return f"delta{key.removeprefix('d_ha') if key != 'd_oa' else depth + 1}"
    if key.startswith("d_"):
        return f"d{in_code(key.removeprefix('d_'), depth)}"
    if key in CODE or key.startswith("slope"):
        return CODE.get(key, key)
    kind, layer = KEY.fullmatch(key).groups()
    return {"ha": "z", "hs": "a"}.get(kind, kind) + layer


def number(x):
    """Return x to three significant digits, as −1.2 · 10⁻⁵ if it is small or large; whole numbers in full."""
    x = float(x)
    if not math.isfinite(x):
        return "nan" if math.isnan(x) else ("∞" if x > 0 else "−∞")
    if x.is_integer() and abs(x) < WHOLE:
        return str(int(x)).replace("-", "−")
    mantissa, _, exponent = f"{x + 0.0:.3g}".partition("e")
    power = f" · 10{str(int(exponent)).translate(SUPERSCRIPTS)}" if exponent else ""
    return mantissa.replace("-", "−") + power


def factor(x):
    """Return the number as a factor: in parentheses if it is negative or a product itself."""
    text = number(x)
    return f"({text})" if text.startswith("−") or "·" in text else text
