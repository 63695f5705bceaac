"""The problem sheet: every step as a task, with the network's numbers, and the solutions separately."""

import functools

from lab.derivation.latex import matrix, number, plain
from lab.derivation.notation import activation_formula, notation, symbols
from lab.derivation.step import CHAPTERS

# A line with one of these is more than an equation of what is derived
RELATIONS = (r"\Rightarrow", r"\rightarrow", r"\to ", r"\le ", r": \quad")
EQUALITIES = ("equal_units", "zeros_equal")  # steps that are about two sides being the same
ALL_EXAMPLES = ("empirical_risk", "gradient_descent", "elastic_net", "batch_mean", "batch_delta")
ALL_EXAMPLES += ("batch_outer", "recursion", "every_layer", "equal_units", "zeros_equal")


def sheet(problem, steps):
    """Return (problem sheet, solutions), both Markdown with LaTeX between dollars."""
    return "\n\n".join(_tasks(problem, steps)), "\n\n".join(_solutions(problem, steps))


def givens(problem):
    """Return the formulas of the minibatch, classes counted from 1, and of each layer's parameters."""
    whole = functools.partial(matrix, whole=True)
    yield f"X = {whole(problem.X)}, \\qquad y = {whole(problem.y + 1)}"
    for layer, (W, b) in enumerate(problem.params, 1):
        yield f"W^{{{layer}}} = {whole(W)}, \\qquad b^{{{layer}}} = {whole(b)}"


def table(problem, written):
    """Return the notation as a Markdown table; `written` turns marked LaTeX into LaTeX."""
    rows = ["| In the course | In the code | What it is | Shape |", "|---|---|---|---|"]
    rows += [
        f"| ${written(one.course)}$ | `{one.code}` | {written(one.meaning)} | ${one.shape}$ |"
        for one in notation(problem)
    ]
    return "\n".join(rows)


def _tasks(problem, steps):
    s = symbols(problem.depth)
    yield f"# Backpropagation by hand, problem {problem.seed}"
    formula = activation_formula(problem.activation, "z", "f(z)")[0]
    yield (
        f"A network with ${' , '.join(s.width(n) for n in range(problem.depth + 2))} = "
        rf"{' , '.join(map(str, problem.sizes))}$ units, activation $f(z) = {formula}$, "
        f"loss {problem.loss.replace('_', ' ')}, "
        rf"$\lambda_1 = {number(problem.l1)}$, $\lambda_2 = {number(problem.l2)}$."
    )
    yield (
        "Rows are examples, $z = x W + b$, indices count from 1. A task is about the first example, where it "
        r"does not say otherwise. $\hat R$ is the mean loss of all examples, $J = \hat R + \sum_l (\lambda_1 "
        r"\sum_{i,j} |W^l_{ij}| + \lambda_2 \sum_{i,j} (W^l_{ij})^2)$."
    )
    yield table(problem, plain)
    for formula in givens(problem):
        yield f"$${formula}$$"
    for chapter, task in _numbered(steps):
        if chapter:
            yield chapter
        if task:
            n, step = task
            asked = [f"   - {question.prompt}" for question in step.asks if question.kind == "number"]
            over = f" *(All {problem.K} examples.)*" * (step.key in ALL_EXAMPLES and problem.K > 1)
            yield f"**{n}. {step.title}.** {step.question}{over}\n" + "\n".join(_for_each(step) + asked)


def _for_each(step):
    """Return what to derive, without the way, what to show, and the shapes."""
    if step.key.endswith("_careful"):
        first = plain(left_side(step.lines[0].latex))
        return [f"   - Write ${first}$ so that no number overflows or is lost, and say why it is the same."]
    last = {
        line.claim or step.main: line.latex
        for line in step.lines
        if line.value is not None and line.rule.partition(",")[0] != "definition"
    }
    last = list(last.values()) or [step.lines[-1].latex]
    shown = [one for one in last if step.key in EQUALITIES or any(sign in one for sign in RELATIONS)]
    derived = list(dict.fromkeys(f"${plain(left_side(one))}$" for one in last if one not in shown))
    wanted = []
    if derived:
        together = " and ".join([", ".join(derived[:-1])] * (len(derived) > 1) + derived[-1:])
        wanted.append(f"   - Derive {together}, and give the rule of every line.")
    wanted += [f"   - Show that ${plain(one)}$." for one in shown]
    if step.shapes:
        symbols_ = ", ".join(f"${plain(one.symbol)}$" for one in step.shapes)
        wanted.append(f"   - Give the shapes of {symbols_}.")
    return wanted


def left_side(latex):
    """Return the text before the first = outside all braces."""
    depth = 0
    for at, character in enumerate(latex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "=" and depth == 0:
            return latex[:at].strip()
    return latex


def _solutions(problem, steps):
    yield f"# Solutions of problem {problem.seed}"
    for chapter, task in _numbered(steps):
        if chapter:
            yield chapter
        if task:
            n, step = task
            parts = [f"**{n}. {step.title}.** {step.note}".rstrip()]
            for line in step.lines:
                parts.append(f"By: {line.rule}.")
                parts.append(f"$${plain(line.latex)}$$")
                if line.numbers != line.latex:
                    parts.append(f"$${plain(line.numbers)}$$")
            if step.shapes:
                parts.append("Shapes: " + "; ".join(f"${plain(a)}$: ${b} = {c}$" for a, b, c in step.shapes))
            parts += [f"`{line.text}` ({line.module}, line {line.number})" for line in step.code]
            parts += [
                f"*{question.prompt}* {_answer(question)}. {question.reason}"
                for question in step.asks
                if question.kind == "number"
            ]
            yield "\n\n".join(parts)


def _answer(question):
    return f"${number(question.answer)}$" if question.choices is None else question.answer


def _numbered(steps):
    """Yield (heading or None, (number, step) or None), chapters in order."""
    count = 0
    for chapter in CHAPTERS:
        own = [step for step in steps if step.chapter == chapter]
        if own:
            yield f"## {chapter}", None
        for step in own:
            count += 1
            yield None, (count, step)
