"""The questions of a derivation, for several seeds, as flash cards: a CSV file for Anki.

Anki reads the lines that begin with # as settings (docs.ankiweb.net/importing/text-files.html); its columns
are front, back and tags, with HTML, and formulas between \\( and \\).
"""

import csv
import dataclasses
import html
import io
import re

from lab.derivation import given
from lab.derivation.answers import answer_in_words
from lab.derivation.problem import LARGEST_SEED

N_SEEDS = 5
SETTINGS = ("#separator:Comma", "#html:true", "#columns:front,back,tags", "#tags column:3")
MARKED = re.compile(r"\$(.+?)\$|\*(\w[^*$]*)\*")  # LaTeX, or emphasized words


def deck(problem, derive, n_seeds=N_SEEDS):
    """Return the deck as CSV, for the problem and the same problem with the next n_seeds - 1 seeds.

    `derive(problem)` must return the steps. A question that is the same for several seeds is one card.
    """
    text = io.StringIO("\n".join((*SETTINGS, "")))
    text.seek(0, io.SEEK_END)
    rows, known = csv.writer(text, lineterminator="\n"), set()
    for seed in range(problem.seed, min(problem.seed + n_seeds, LARGEST_SEED + 1)):
        of_seed = dataclasses.replace(problem, seed=seed)
        for step in derive(of_seed):
            for question in step.asks:
                asked = front(of_seed, step, question, with_choices=False)
                if asked not in known:
                    known.add(asked)
                    rows.writerow((front(of_seed, step, question), back(question), tags(step, question)))
    return text.getvalue()


def front(problem, step, question, *, with_choices=True):
    """Return the front of a card as HTML: the step, what is given, the question and its choices."""
    network = given.sentence(problem, step, question)
    parts = [f"<b>{as_html(step.title)}</b>", *([as_html(network)] if network else [])]
    parts += [
        rf"\[{html.escape(formula, quote=False)}\]" for formula in given.formulas(problem, step, question)
    ]
    parts.append(as_html(question.prompt))
    if question.choices and with_choices:
        parts.append("<br>".join(f"{'ABCDEF'[n]}. {as_html(one)}" for n, one in enumerate(question.choices)))
    return "<br><br>".join(parts)


def back(question):
    """Return the back of a card as HTML: the answer and its reason."""
    return f"<b>{as_html(answer_in_words(question))}</b><br><br>{as_html(question.reason)}"


def tags(step, question):
    """Return the tags of a card, separated by spaces: the chapter, the step and the kind of question."""
    return f"backprop {step.chapter.lower().replace(' ', '_')} {step.key} {question.kind}"


def as_html(markdown):
    r"""Return Markdown with LaTeX in dollars and emphasis in asterisks as HTML with LaTeX in \( and \)."""
    text = html.escape(markdown, quote=False)
    return MARKED.sub(lambda match: rf"\({match[1]}\)" if match[1] else f"<i>{match[2]}</i>", text)
