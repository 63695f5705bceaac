"""What is written out beside an entry, evaluated as on paper; and how much its rounded numbers may change."""

import math
import re

import expressions
import numpy as np

from lab.derivation.names import SUPERSCRIPTS
from mlp import ACTIVATIONS

HIGH = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])"
OWN = re.compile(rf"{NUMBER}(?: · 10[{HIGH}]+)?")  # a number of a matrix
ROUNDED = re.compile(rf"(?<![\w.])\d+(?:\.\d+)?(?![\w.{HIGH}\[])(?: · 10[{HIGH}]+)?")  # no base of a power
NAMES = {
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "sign": np.sign,
    "max": max,
    "abs": abs,
    "float": float,
    "softplus": lambda z: np.logaddexp(0.0, z),
    "sigma": lambda z: 1 / (1 + np.exp(-z)),
}


def value_of(pieces, functions=None):
    """Return (value, slack) of pieces [text, matrix or -1]: by rounded numbers, and what rounding may add."""
    pieces = _after_the_last_sign(pieces)
    of_parts = any(part >= 0 for _, part in pieces)
    numbers = []

    def mark(match):
        mantissa, _, power = match[0].partition(" · 10")
        numbers.append((float(mantissa), 10.0 ** int(power.translate(_lowered())) if power else 1.0))
        return f"n[{len(numbers) - 1}]"

    text = "".join(
        OWN.sub(mark, text) if part >= 0 else text if of_parts else ROUNDED.sub(mark, text)
        for text, part in pieces
    )
    read = expressions.parsed(_as_python(text).strip())

    def at(changed=None, by=0.0):
        values = [
            np.float64((x + (by * _half_a_unit(x) if place == changed else 0.0)) * scale)
            for place, (x, scale) in enumerate(numbers)
        ]
        named = NAMES | (functions or {}) | {"n": values}
        return float(np.asarray(expressions.value(read, named)).item())

    with np.errstate(all="ignore"):
        value = at()
        changes = [max(abs(at(place, by) - value) for by in (1.0, -1.0)) for place in range(len(numbers))]
    return value, 1.2 * sum(changes) + 1e-12 * abs(value)


def _after_the_last_sign(pieces):
    last = max((place for place, (text, _) in enumerate(pieces) if text.endswith(" = ")), default=-1)
    return pieces[last + 1 :]


def _half_a_unit(x):
    return 0.5 * 10.0 ** (math.floor(math.log10(x)) - 2) if x else 0.0


def _as_python(text):
    text = re.sub(r"E\[f\(z\)²\], z ~ N\((?:0|n\[\d+\]), (.*?)\)$", r"moment(\1)", text)
    for name in ACTIVATIONS:
        text = text.replace(f"{name}′(", f"{name}_slope(")
    text = re.sub(r"^1\[(.*)\]$", r"float(\1)", text)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    text = re.sub(r"ln (n\[\d+\])", r"log(\1)", text)
    text = text.replace("e^(", "exp(").replace("ln(", "log(").replace("σ(", "sigma(").replace("√(", "sqrt(")
    text = re.sub(rf"[{HIGH}]+", lambda match: f"**({match[0].translate(_lowered())})", text)
    text = re.sub(r"ℓ\((.*?); (.*?)\)", r"loss([\1], [\2])", text)
    return text.replace("−", "-").replace("·", "*").replace("∞", "inf")


def _lowered():
    return {value: chr(key) for key, value in SUPERSCRIPTS.items()}
