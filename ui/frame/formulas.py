"""Formulas on the page: how wide they are, and those in a sentence that no line of a phone can hold."""

import re

from lab.derivation.latex import plain, without_fractions

MATRIX = r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}"
UNBROKEN = re.compile(r"bmatrix|\\left|\\frac")  # pieces that a browser does not break
ON_A_PHONE = 24  # characters on a line of a message, at 390 pixels
IN_A_SENTENCE = re.compile(r"\$([^$]+)\$([.,;:?]?)")


def width(latex):
    """Return roughly how many characters wide LaTeX is; of a matrix the longest row counts."""
    text = re.sub(MATRIX, lambda match: "[" + max(match[1].split(r"\\"), key=len) + "]", plain(latex))
    text = re.sub(r"\\(text|operatorname)\{([^{}]*)\}", r"\2", text)
    text = without_fractions(text, lambda above, below: max(above, below, key=_characters))
    return _characters(text)


def apart(sentence):
    """Return Markdown with the formulas that no line of a phone can hold on lines of their own, which scroll.

    A punctuation mark that follows such a formula stays with it.
    """

    def of(match):
        latex, mark = match.groups()
        if not UNBROKEN.search(latex) or width(latex) <= ON_A_PHONE:
            return match[0]
        return f"\n\n$$\n{latex}{mark}\n$$\n\n"

    return IN_A_SENTENCE.sub(of, sentence)


def _characters(latex):
    return len(re.sub(r"[{}\s^_]|\\[,;!]", "", re.sub(r"\\[a-zA-Z]+", "x", latex)))
