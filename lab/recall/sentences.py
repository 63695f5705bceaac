"""What an assembled backward() does, in sentences."""

import numpy as np

from lab.bugs import check
from lab.recall import assembled
from lab.recall.fragments import HEAD
from lab.words import counted, listed


def said(found):
    """Return a list of sentences, in Markdown, about what the Outcome shows."""
    if found.wrong:
        return _said_wrong(found)
    if found.right:
        return [f"**Right.** {agreement(found)} You have written backpropagation."]
    numbers = [line_number(found.fragments, one) for one in found.unseen]
    if not numbers:
        return _said_together(found)
    lines = f"line {numbers[0]} is" if len(numbers) == 1 else f"lines {listed(numbers)} are"
    why = [
        f"Line {n}: {one.same_when or 'On this network it computes the same as the right line.'}"
        for n, one in zip(numbers, found.unseen, strict=True)
    ]
    passes = (
        f"**The check passes, but {lines} wrong.** {agreement(found)} On this network no check can see that."
    )
    return [passes, *why, *_cancelling(found)]


def _said_together(found):
    """Return the sentences about wrong lines that cancel each other, though each alone would be wrong."""
    return [f"**The check passes.** {agreement(found)} {' '.join(_cancelling(found))}"]


def _cancelling(found):
    """Return a list of the sentence on lines that would be wrong alone; empty if there is none."""
    alone = [one for one in found.fragments if one.why and one not in found.unseen]
    numbers = [line_number(found.fragments, one) for one in alone]
    if len(numbers) == 1:
        return [
            f"Line {numbers[0]} is not the one on the sheet either, and alone it would be wrong; together "
            "the lines compute the same gradients."
        ]
    return numbers and [
        f"Lines {listed(numbers)} are not the ones on the sheet, and each alone would be wrong; together "
        "they compute the same gradients."
    ]


def agreement(found):
    """Return a sentence on how closely the gradients, all of them right, agree with numerical ones."""
    error = max(one.error for one in found.checks)
    return f"Every gradient agrees with the numerical one; the largest relative error is {error:.0e}."


def verdict(found):
    """Return what the check of the Outcome finds, as a sentence without the full stop."""
    unusable = {"no gradient for": found.missing, "wrong shape in": found.misshapen}
    return check.verdict_in_words(found.checks, found.verdict, unusable)


def line_number(fragments, fragment):
    """Return the number of a fragment's line in the program as it is shown, below its head of two lines."""
    return fragments.index(fragment) + len(HEAD) + 1


def _said_wrong(found):
    n, all_ = len(found.wrong), [one.name for one in found.checks]
    right = [name for name in assembled.from_the_output(all_) if name not in found.wrong]
    first = f"From the output down, the first wrong gradient is that of **{found.wrong[0]}**."
    which = f"All {n} tensors are wrong."
    if right:
        are = f"{listed(right)} {'is' if len(right) == 1 else 'are'} right"
        which = f"{counted(n, 'tensor')} of {len(all_)} {'is' if n == 1 else 'are'} wrong; {are}."
    sentences = [f"{first} {which}"]
    if found.stopped:
        sentences.append(found.stopped)
    if found.culprit:
        number = line_number(found.fragments, found.culprit)
        sentences.append(f"**Line {number}.** {found.culprit.why} Repair it, and run the program again.")
    return sentences


def curve_in_words(found):
    """Return what the two trainings do, as a sentence without the full stop."""
    right = f"the right program's loss goes from {found.right_losses[0]:.3g} to {found.right_losses[-1]:.3g}"
    if not len(found.losses):
        return f"Your program cannot train, because a layer has no gradient of the right shape; {right}"
    steps = len(found.losses) - 1
    if steps < assembled.N_STEPS:
        return f"Your program's loss is not a number after {counted(steps, 'step')}; {right}"
    if np.array_equal(found.losses, found.right_losses):
        return f"In {assembled.N_STEPS} steps {right}; yours is the same"
    learns = found.wrong and found.losses[-1] < found.losses[0]
    but = ". It learns all the same: a falling loss does not prove a gradient right" if learns else ""
    return f"In {assembled.N_STEPS} steps {right}; yours goes to {found.losses[-1]:.3g}{but}"
