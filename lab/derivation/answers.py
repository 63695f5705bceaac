"""Judge an answer: whether it is right, which mistake leads to it, and the correction in words."""

from lab.derivation.latex import enough_digits, number
from lab.derivation.mistakes import MISTAKES
from lab.loss_kinds import has_probabilities, has_sign_of_error, is_cross_entropy, is_squared_error

CLOSE = 0.05  # relative error up to which a number counts as right
ROUGH = ", within 5%"  # in most prompts of a question about a number
NEAR_ZERO = 0.005
MATCH = 0.02  # relative distance up to which a number counts as the one that a mistake leads to
ROUNDING = 1e-12
TOLD = 2  # at most so many mistakes that lead to the same answer are named; of more, none is
OF_THE_SIGN = ("target_minus_output", "minus_of_the_loss_forgotten", "error_negated", "uphill")  # mistakes
HOW_TO_CHECK = {  # a sentence per kind of question, and per topic of those about numbers
    "shape": "To check a shape: write the shapes of the two factors side by side. The inner numbers must be "
    "equal, and the outer ones are the result.",
    "rule": "To check a rule: apply it to the line before or to a definition, and compare the result.",
    "line": "To check a line: count rows and columns on both sides, then try one small example.",
    "vanishes": "To check, ask of each unit: if its pre-activation grew a little, would its output change?",
    "uses": "To check, write out the sum that each unit computes, and look for the weight in it.",
    "sign": "To check a sign: imagine the quantity a little larger. Does the loss rise or fall?",
    "number": "To check a derivative: change what it is taken with respect to by 0.01; the result changes by "
    "about 0.01 times the derivative.",
    "pre_activation": "To check: with all weights 0, only the bias remains.",
    "activation": "To check: look the value up on the curve of the activation.",
    "function": "To check: calculate the left side at this x as well. If it is a derivative, it is about the "
    "change of the function from x to x + 0.001, divided by 0.001.",
    "output": "To check: a probability is between 0 and 1, and softmax's add up to 1.",
    "loss": "To check: an output that is certain and right must give a loss near 0.",
    "delta": "To check: the entry of the right class is negative, the others are positive.",
    "weights": "To check: where the input of a weight is 0, the weight cannot matter, so its gradient is 0.",
    "below": "To check: count the units above. The sum has that many terms.",
    "through": "To check: where the curve of the activation is flat, the gradient must be 0.",
    "elastic_net": "To check: with λ = 0 the gradient of the data loss must remain.",
}
CHECK_OF_A_LOSS = {  # topic: of which losses its sentence above is true, and what is said of another
    "output": (has_probabilities, "To check: put the logits into the formula of the output once more."),
    "loss": (
        lambda loss: is_cross_entropy(loss) or (has_probabilities(loss) and is_squared_error(loss)),
        "To check: put the output and the target into the formula of the loss once more.",
    ),
    "delta": (has_sign_of_error, HOW_TO_CHECK["number"]),
}


def how_to_check(topic, loss=None):
    """Return how to check an answer about a topic, in a step with this Loss; "" if nothing is known."""
    is_true, otherwise = CHECK_OF_A_LOSS.get(topic, (None, ""))
    return otherwise if loss and is_true and not is_true(loss) else HOW_TO_CHECK.get(topic, "")


def within(question, tolerance=CLOSE):
    """Return the prompt of a question, which says up to which relative error a number is right."""
    if question.choices is not None:
        return question.prompt
    said = f"within {100 * tolerance:g}%"
    if ROUGH in question.prompt:
        return question.prompt.replace(ROUGH, f", {said}")
    return f"{question.prompt} Give it {said}."


def right(question, given):
    """Return whether the answer is right: the right choice, or a number within 5% of the answer."""
    if question.choices is not None:
        return given == question.answer
    try:
        error = abs(float(given) - question.answer)
    except (TypeError, ValueError):
        return False
    return error <= (CLOSE * abs(question.answer) or NEAR_ZERO) * (1 + ROUNDING)  # NaN is not


def mistakes_behind(question, given):
    """Return the Wrong answers of the question that equal the given one, numbers to within 2%."""
    if right(question, given):
        return ()
    if question.choices is not None:
        return tuple(one for one in question.wrong if one.answer == given)
    try:
        x = float(given)
    except (TypeError, ValueError):
        return ()
    return tuple(one for one in question.wrong if abs(x - one.answer) <= MATCH * abs(one.answer) + ROUNDING)


def why_wrong(question, given):
    """Return in Markdown why the given answer is wrong, or that no single mistake explains it."""
    behind = mistakes_behind(question, given)
    reasons = list(dict.fromkeys(one.why for one in behind))
    what = {"number": "number", "sign": "sign"}.get(question.kind, "answer")
    if not reasons:
        return f"Your {what} does not match any of the common mistakes we check for."
    if len(reasons) > TOLD:
        return f"Several mistakes lead to this {what}, so we cannot tell which one was yours."
    if len(reasons) == TOLD:
        return f"Two mistakes lead to this {what}. Either: {reasons[0]} Or: {reasons[1]}"
    # a sign is not the number that a mistake speaks of, unless the mistake is about the sign
    of_number = what == "sign" and behind[0].key in MISTAKES and behind[0].key not in OF_THE_SIGN
    return f"That sign belongs to another number. {reasons[0]}" if of_number else reasons[0]


def answer_in_words(question, tolerance=CLOSE):
    """Return the right answer in Markdown: the choice, or the number to three digits.

    It has more digits if it needs them to be right within the relative `tolerance`.
    """
    if question.choices is not None:
        return question.answer
    return f"${number(question.answer, enough_digits(question.answer, tolerance))}$"


def correction(question, given, *, is_certain=False):
    """Return the correction of a wrong answer in Markdown; a longer one if the student was certain."""
    parts = [f"It is {answer_in_words(question)}; you said {given}.", why_wrong(question, given)]
    parts += [question.reason]
    if is_certain:
        parts += [f"\n\n**You were certain, so take a minute over this one.** {question.more}".rstrip()]
    return " ".join(parts)
