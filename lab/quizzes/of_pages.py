"""The questions of the pages as Items: their choices, and the answer that the engine computes.

Only pages whose experiments train in a second or two are included.
"""

import contextlib
import html

from lab.assignment import engine
from lab.assignment.kinds.questions import QUESTIONS
from lab.derivation.deck import as_html
from lab.questions.answer import Unanswered
from lab.quizzes.item import CHOICE, Item, Option

PAGES = ("decision_boundary", "derivation")
CATEGORY = ("Backprop Lab", "Questions of the pages")
SECONDS = 0.5  # per answer, on one core


def offered():
    """Return {a question's text: (page, Preset)} of the questions with choices."""
    return {
        preset.question: (page, preset)
        for page in PAGES
        for preset in QUESTIONS[page]
        if preset.choices and preset.answer
    }


def items(chosen, address):
    """Generator: yield the share done; return a tuple with the Items of the chosen (page, Preset) pairs.

    `address(page, preset)` returns the link that opens the question's experiment, or "". Questions for which
    the engine finds no answer are left out.
    """
    made = []
    for n, (page, preset) in enumerate(chosen, start=1):
        with contextlib.suppress(Unanswered):
            made.append(_item(page, preset, engine.answer(page, preset), address(page, preset)))
        yield n / len(chosen)
    return tuple(made)


def _item(page, preset, answer, link):
    text = f"<b>{as_html(preset.question)}</b><br><br>{as_html(preset.predict)}"
    if link:
        text += f'<br><br><a href="{html.escape(link)}">Open the experiment after your answer</a>'
    reason = as_html(answer.sentence)
    options = [
        Option(as_html(choice), n == answer.right, "" if n == answer.right else reason)
        for n, choice in enumerate(preset.choices)
    ]
    return Item(
        key=f"backprop-{page}-{preset.key}"[:100],
        name=preset.question,
        category=CATEGORY,
        kind=CHOICE,
        text=text,
        options=tuple(options),
        reason=reason,
    )
