"""A problem sheet to print: every step a task, with the network's numbers, and the solutions apart."""

from .latex import matrix, number, plain
from .notation import activation_formula, symbols
from .step import CHAPTERS


def sheet(problem, steps):
    """(problem sheet, solutions), both Markdown with LaTeX between dollars."""
    return "\n\n".join(_tasks(problem, steps)), "\n\n".join(_solutions(problem, steps))


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
        "Rows are examples, $z = x W + b$, and all losses are means over the examples. Everything but the "
        "minibatch is about the first example. Indices count from 1."
    )
    yield f"$$X = {matrix(problem.X)}, \\qquad y = {matrix(problem.y + 1)}$$"
    for layer, (W, b) in enumerate(problem.params, 1):
        yield f"$$W^{{{layer}}} = {matrix(W)}, \\qquad b^{{{layer}}} = {matrix(b)}$$"
    for chapter, task in _numbered(steps):
        if chapter:
            yield chapter
        if task:
            n, step = task
            asked = [f"   - {question.prompt}" for question in step.asks if question.kind == "number"]
            yield f"**{n}. {step.title}.** {step.question}\n" + "\n".join(_for_each(step) + asked)


def _for_each(step):
    """What is to be derived, without saying how: the left side of the last line, and the shapes."""
    wanted = [f"   - Derive ${plain(left_side(step.lines[-1].latex))}$ and give the rule of every line."]
    if step.shapes:
        symbols_ = ", ".join(f"${plain(one.symbol)}$" for one in step.shapes)
        wanted.append(f"   - Give the shapes of {symbols_}.")
    return wanted


def left_side(latex):
    """What stands before the first = outside all braces."""
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
    """(heading or None, (number, step) or None), chapters in their order."""
    count = 0
    for chapter in CHAPTERS:
        own = [step for step in steps if step.chapter == chapter]
        if own:
            yield f"## {chapter}", None
        for step in own:
            count += 1
            yield None, (count, step)
