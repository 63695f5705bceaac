r"""Formulas in plain signs, where no LaTeX is drawn: `\frac{\partial L}{\partial x_1}` is ∂L/∂x_1.

A matrix is written as in NumPy, [[1, 2], [3, 4]]. What belongs together without a sign of its own is in
parentheses, such as the parts of a fraction or an exponent of several characters.
"""

import re

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)
FORMULA = re.compile(r"\$([^$]+)\$")
EMPHASIS = re.compile(r"(`[^`]*`)|(?<![\w*])(\*{1,2})(?=[^\s*])([^*`]*[^\s*`])\2(?![\w*])")
GREEK = {
    **{r"\beta": "β", r"\delta": "δ", r"\eta": "η", r"\theta": "θ", r"\lambda": "λ", r"\mu": "μ"},
    **{r"\pi": "π", r"\sigma": "σ", r"\varphi": "φ", r"\varepsilon": "ε"},
}
RELATIONS = {
    **{r"\cdot": "·", r"\odot": "⊙", r"\approx": "≈", r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\in": "∈"},
    **{r"\mapsto": "↦", r"\Rightarrow": "⇒"},
}
SIGNS = GREEK | {
    **{r"\sum": "Σ", r"\int": "∫", r"\infty": "∞", r"\top": "ᵀ", r"\lVert": "‖", r"\rVert": "‖"},
    **{r"\cdots": "…", r"\vdots": "⋮", r"\{": "{", r"\}": "}", "-": "−"},
}
PREFIXES = {r"\partial": "∂", r"\nabla": "∇"}
FUNCTIONS = {r"\exp", r"\ln", r"\max", r"\min", r"\tanh"}
UPRIGHT = {r"\mathbb", r"\mathbf", r"\mathrm", r"\operatorname", r"\text"}
FRACTIONS = {r"\frac", r"\tfrac", r"\dfrac"}
WIDE = {r"\quad", r"\qquad", r"\;"}
FACTOR_ENDS, SCRIPT_ENDS, GAP = "\x00", "\x01", "\x02"  # marks that `_spaced` replaces
WORD_BEGINS = r"[^\W_]"
FACTOR_BEGINS = rf"(?:{WORD_BEGINS}|[(\[‖∂∇√∫Σ])"


def as_text(markdown):
    """Return Markdown as plain text: formulas in plain signs, emphasis without its stars; code stays."""
    text = FORMULA.sub(lambda match: formula(match[1]), markdown)
    return EMPHASIS.sub(lambda match: match[1] or match[3], text)


def formula(latex):
    """Return LaTeX in plain signs on one line; the name of a command that is not known stays."""
    return _spaced(_Reader(latex).until(None))


class _Reader:
    """Reads the tokens of LaTeX from left to right."""

    def __init__(self, latex):
        self._tokens, self._at = TOKEN.findall(latex), 0

    def until(self, end):
        """Return in signs what comes before the token `end`, and skip that; None means to the end."""
        parts = []
        while self._at < len(self._tokens) and (token := self._next()) != end:
            parts.append(self._read(token))
        return "".join(parts)

    def _next(self):
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def _skip_spaces(self):
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1

    def _argument(self):
        self._skip_spaces()
        return self._read(self._next())

    def _read(self, token):
        """Return in signs what begins with a token."""
        if token == "{":
            return self.until("}")
        if token in ("^", "_"):
            return _script(token, self._argument())
        if token in FRACTIONS:
            above, below = self._argument(), self._argument()
            is_operator = above.strip() == "∂"
            return f"{_grouped(above)}/{_grouped(below)}{SCRIPT_ENDS if is_operator else FACTOR_ENDS}"
        if token == r"\begin":
            return self._matrix()
        if token == r"\sqrt":
            return f"√{_grouped(self._argument())}{FACTOR_ENDS}"
        if token == r"\hat":
            return f"{self._argument()}\N{COMBINING CIRCUMFLEX ACCENT}"
        if token in (r"\left", r"\right"):
            return self._argument().removeprefix(".")  # the delimiter that is not drawn
        if token in PREFIXES:
            self._skip_spaces()
            return PREFIXES[token]
        if token in FUNCTIONS or token == r"\operatorname":
            return self._function(token)
        if token in UPRIGHT:
            return self._argument()
        if token in RELATIONS:
            return f" {RELATIONS[token]} "
        if token in WIDE:
            return GAP
        if token in (r"\,", r"\!") or token.isspace():
            return " " * (token != r"\!")
        return SIGNS.get(token, token.removeprefix("\\"))

    def _function(self, token):
        name = self._argument() if token == r"\operatorname" else token.removeprefix("\\")
        rest = "".join(self._tokens[self._at :]).lstrip()
        if rest.startswith((*FRACTIONS, r"\begin")):
            return f"{name}({_spaced(self._argument())})"
        return name + SCRIPT_ENDS

    def _matrix(self):
        """Return the matrix whose \\begin has been read."""
        self._argument()
        rows, cell = [[]], []
        while (token := self._next()) not in (r"\end", ""):
            if token in ("&", r"\\"):
                rows[-1].append(_spaced("".join(cell)))
                rows += [[]] * (token == r"\\")
                cell = []
            else:
                cell.append(self._read(token))
        self._argument()
        rows[-1].append(_spaced("".join(cell)))
        lines = [f"[{', '.join(row)}]" for row in rows]
        return (lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]") + FACTOR_ENDS


def _script(mark, text):
    """Return an exponent or an index, in parentheses unless it is a number, a letter or a one-word index."""
    text = _spaced(text)
    if text == "ᵀ":
        return text
    letters = {"^": r"[^\W\d_]", "_": f"(?:{WORD_BEGINS})+"}[mark]
    one = re.fullmatch(rf"{letters}'*|\d+(?:\.\d+)?", text) or _is_enclosed(text)
    return f"{mark}{text if one else f'({text})'}{SCRIPT_ENDS}"


def _grouped(text):
    """Return what a fraction or a root is made of, in parentheses unless it is one factor."""
    text = _spaced(text)
    outside = text
    while (shorter := re.sub(r"\([^()]+\)", "()", outside)) != outside:
        outside = shorter
    is_one = re.fullmatch(r"[^\s+−·/=,]+", outside) and not re.search(r"[\d)]\(", outside)
    return text if is_one or _is_enclosed(text) else f"({text})"


def _is_enclosed(text):
    """Return whether the first character is a parenthesis that the last one closes."""
    depths, depth = [], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        depths.append(depth)
    return text.startswith("(") and depths[-1] == 0 and min(depths[:-1]) > 0


def _spaced(text):
    """Return the text with its marks replaced; a dot multiplies a factor after a fraction or a matrix."""
    text = re.sub(rf"{FACTOR_ENDS}[ {SCRIPT_ENDS}]*(?={FACTOR_BEGINS})", " · ", text)
    text = re.sub(rf"{SCRIPT_ENDS} *(?={WORD_BEGINS})", " ", text)
    text = re.sub(rf"[{FACTOR_ENDS}{SCRIPT_ENDS}]", "", text).replace(GAP, " ")
    text = re.sub(r"(?<=\d) +(?=1\[)", " · ", text)  # 1[…] is the indicator of a condition
    text = re.sub("‖ *([^‖]*?) *‖", r"‖\1‖", text)
    return re.sub(r"\s+", " ", text).strip()
