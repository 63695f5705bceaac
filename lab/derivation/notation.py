"""The notation of the forward pass: as a table's rows, and the rows that a question needs as a sentence."""

import re
from typing import NamedTuple

from lab.derivation.latex import plain, q
from lab.derivation.symbols import symbols
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES

LONGEST = 30  # characters of an activation's formula in a table
FORMULA = re.compile(r"\$(.+?)\$", re.DOTALL)
WORDS = re.compile(r"\\(?:text|operatorname)\*?\{.*?\}|\\[A-Za-z]+")
LETTER = r"(?<![A-Za-z]){}(?![A-Za-z])"


class Notation(NamedTuple):
    """A quantity: its symbol in the course, in marked LaTeX; its name in the code; its meaning; its shape."""

    course: str
    code: str
    meaning: str
    shape: str


def notation(problem):
    """Return a tuple with the Notation of every quantity of the forward pass, from the inputs to the loss.

    With several hidden layers, l stands for any of them; layer 0 is the input.
    """
    s, last, single = symbols(problem.depth), problem.depth + 1, problem.depth == 1
    layer, below, width = ("1", "d", "d_h") if single else ("l", "d_{l-1}", "d_l")
    place = "the hidden layer" if single else "hidden layer $l$"
    W, b = q("W", f"W^{{{layer}}}"), q("b", f"b^{{{layer}}}")
    ha, hs = (q(f"h{kind}", f"h^{kind}" if single else f"h^{{{kind},l}}") for kind in "as")
    enters = s.a(0) if single else q("hs", "h^{s,l-1}")
    start = "" if single else f"; $h^{{s,0}} = {s.a(0)}$, $d_0 = d$"
    template = ACTIVATIONS[problem.activation].latex
    f = template.format(z=ha) if len(template) <= LONGEST else f"f({ha})"
    output = LOSSES[problem.loss].output.latex
    logits = f"{s.a(problem.depth)}\\, {s.W(last)} + {s.b(last)}"
    return (
        Notation(s.a(0), "X[:1]", "one example, a row of $d$ inputs", "(1, d)"),
        Notation(W, "W", f"weights of {place}", f"({below}, {width})"),
        Notation(b, "b", "its biases, one for each unit", f"({width}{{,}})"),
        Notation(ha, "z", f"its pre-activation, ${enters}\\, {W} + {b}${start}", f"(1, {width})"),
        Notation(hs, "a", f"its activation, ${f}$: what it passes on", f"(1, {width})"),
        Notation(s.W(last), "W", "weights of the output layer", f"({s.width(problem.depth)}, m)"),
        Notation(s.b(last), "b", "its biases, one for each class", "(m{,})"),
        Notation(s.z(last), "logits", f"its pre-activation, ${logits}$", "(1, m)"),
        Notation(s.a(last), "p", f"the output, ${output}({s.z(last)})$: a number for each class", "(1, m)"),
        Notation(q("y", "T"), "T", "the target: 1 for the example's class $y$, 0 for the others", "(1, m)"),
        Notation(q("L", "L"), "losses", "the loss: how far the output is from the target", "(1{,})"),
    )


def explained(problem, text):
    """Return the sentence that says what the symbols of a Markdown text mean, "" if it has none of them.

    A row that says "its" comes after the row of what it belongs to.
    """
    rows = notation(problem)
    needed = _named(problem, text)
    for place in reversed(range(len(rows))):
        if place in needed:
            needed |= _named(problem, plain(rows[place].meaning))
            if "its" in rows[place].meaning.split():
                needed.add(place - 1)
    told = [f"${plain(rows[n].course)}$, {plain(rows[n].meaning)}" for n in sorted(needed)]
    return f"Notation: {'; '.join(told)}." if told else ""


def _named(problem, text):
    """Return the places in `notation` of the symbols in a Markdown text."""
    latex = " ".join(WORDS.sub(" ", formula) for formula in FORMULA.findall(text))
    last = problem.depth + 1
    of_hidden, of_output = rf"(?!\^\{{*{last})", rf"\^\{{*(?:{last}|l)"
    x, b, T, L = (LETTER.format(one) for one in ("x", "b", "[Ty]", "L"))
    patterns = (
        *(x, f"W{of_hidden}", f"{b}{of_hidden}", r"h\^\{*a", r"h\^\{*s"),
        *(f"W{of_output}", f"{b}{of_output}", r"o\^\{*a", r"o\^\{*s", T, L),
    )
    return {place for place, pattern in enumerate(patterns) if re.search(pattern, latex)}
