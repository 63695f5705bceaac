"""LaTeX for KaTeX: marked quantities, numbers, matrices and sums.

A quantity is marked by its key, `\\q{W1}{W^{1}}`, so that a page can give it the same colour wherever it
occurs: `coloured` replaces the marks with `\\textcolor`, `plain` removes them.
"""

import math
import re

import numpy as np

ROWS, COLUMNS = 5, 6  # of a matrix that are shown; of a larger one, dots and the last
DIGITS = 3
ALL = 17  # digits of a float, at most
WHOLE = 1e5
_MARK = re.compile(r"\\q\{([^{}]*)\}")


def q(key, latex):
    """Return the LaTeX `latex` marked as the quantity `key`."""
    return rf"\q{{{key}}}{{{latex}}}"


def plain(latex):
    """Return the LaTeX without marks; marked parts stay groups."""
    return _MARK.sub("", latex)


def coloured(latex, colours):
    r"""Return the LaTeX with every mark as \textcolor, by `colours`: key -> "#RRGGBB".

    A key without a colour is looked up without its trailing digits (W1, then W), then left plain.
    """

    def colour(key, body):
        found = colours.get(key) or colours.get(key.rstrip("0123456789"))
        return rf"\textcolor{{{found}}}{{{body}}}" if found else f"{{{body}}}"

    return _replace(latex, colour)


def number(x, digits=DIGITS):
    """Return x to so many significant digits, with a power of ten instead of `e`; whole numbers in full."""
    x = float(x)
    if not math.isfinite(x):
        return r"\text{nan}" if math.isnan(x) else (r"\infty" if x > 0 else r"-\infty")
    if x.is_integer() and abs(x) < WHOLE:
        return str(int(x))
    mantissa, _, exponent = f"{x:.{digits}g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def in_full(x):
    """Return x with all its digits, at least as many as `number` would show."""
    return number(x, enough_digits(x))


def enough_digits(x, tolerance=0.0, least=DIGITS):
    """Return to how many digits a number x must be written to have at most this relative error, at least
    `least`.
    """
    return next(n for n in range(least, ALL + 1) if abs(_printed(x, n) - x) <= tolerance * abs(x))


def printed(values, digits=DIGITS):
    """Return the values that `number` writes for these, an array of the same shape."""
    return np.reshape([_printed(x, digits) for x in np.ravel(values)], np.shape(values))


def _printed(x, digits):
    return float(x) if float(x).is_integer() and abs(x) < WHOLE else float(f"{x:.{digits}g}")


def factor(x, digits=DIGITS):
    """Return x as a factor: in parentheses if it is negative or itself a product."""
    text = number(x, digits)
    return f"({text})" if text.startswith("-") or "cdot" in text else text


def matrix(values, key=None, *, whole=False, digits=DIGITS):
    """Return a bmatrix of up to 5 rows and 6 columns, with dots for the rest unless `whole`.

    One-dimensional values are a row.
    """
    values = np.atleast_2d(values)
    limits = values.shape if whole else (ROWS, COLUMNS)
    rows, columns = (_shown(n, most) for n, most in zip(values.shape, limits, strict=True))
    lines = []
    for r in rows:
        if r is None:
            cells = [r"\vdots"] * len(columns)
        else:
            cells = [r"\cdots" if c is None else number(values[r, c], digits) for c in columns]
        lines.append(" & ".join(cells))
    body = r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}"
    return q(key, body) if key else body


def terms(left, right, left_key=None, right_key=None):
    """Return the sum left_1·right_1 + left_2·right_2 + …, with every number written out."""
    marks = [(left_key, left), (right_key, right)]
    columns = [[q(key, factor(v)) if key else factor(v) for v in values] for key, values in marks]
    return " + ".join(rf"{a} \cdot {b}" for a, b in zip(*columns, strict=True))


def plus(*values):
    """Return the sum of the numbers, written out with their signs."""
    text = number(values[0])
    for value in values[1:]:
        shown = number(value)
        text += f" - {shown[1:]}" if shown.startswith("-") else f" + {shown}"
    return text


def without_fractions(latex, put):
    r"""Return the LaTeX with every \frac{above}{below} replaced by put(above, below), inner ones first."""
    while (start := latex.rfind(r"\frac{")) >= 0:
        middle = _closing(latex, start + len(r"\frac"))
        end = _closing(latex, middle + 1)
        above, below = latex[start + len(r"\frac{") : middle], latex[middle + 2 : end]
        latex = latex[:start] + put(above, below) + latex[end + 1 :]
    return latex


def _shown(n, most):
    return list(range(n)) if n <= most else [*range(most - 1), None, n - 1]


def _replace(latex, put):
    """Return the LaTeX with every mark, from the outermost inwards, replaced by put(key, body)."""
    result, at = [], 0
    while (start := latex.find(r"\q{", at)) >= 0:
        key_end = latex.index("}", start)
        body_end = _closing(latex, key_end + 1)
        result += [latex[at:start]]
        result += [put(latex[start + 3 : key_end], _replace(latex[key_end + 2 : body_end], put))]
        at = body_end + 1
    return "".join([*result, latex[at:]])


def _closing(latex, opening):
    r"""Return the position of the brace that closes the one at `opening`; \{ and \} do not count."""
    depth = 0
    for mark in re.finditer(r"\\.|[{}]", latex[opening:]):
        depth += {"{": 1, "}": -1}.get(mark.group(), 0)
        if depth == 0:
            return opening + mark.start()
    raise ValueError(f"unbalanced braces in {latex!r}")
