"""Why a sign is wrong where no single mistake in the calculation leads to it."""

import numpy as np

from lab.derivation.chapters.optimizers import MU, trained
from lab.derivation.latex import DIGITS
from lab.loss_kinds import has_probabilities, has_sign_of_error, is_cross_entropy, is_squared_error
from mlp.optimizers import ADAM_DECAY_1

SIGNS = ("positive", "negative", "0")
VANISHING = 1e-12  # below this in magnitude a number counts as 0
EXPONENTIALS = "An output is made of exponentials, which are positive: it lies between 0 and 1."
SQUARES = "It is the expectation of a square, and no square is negative."
LOSS = "A loss is 0 where the output equals the target, and positive everywhere else."
FACTORS = "Every factor is positive: 2, σ(o), σ(o) again, and 1 − σ(o)."
NEVER_NEGATIVE = {  # topic: why
    "output": EXPONENTIALS,
    "softmax_shift": EXPONENTIALS,
    "loss": LOSS,
    "variance_forward": SQUARES,
    "variance_backward": SQUARES,
    "second_moment": SQUARES,
    "stall": FACTORS,
}
OF_ITS_ARGUMENT = {  # topic: why the sign is that of another number
    "square_sum": "The derivative of x² is 2x, which has the sign of x.",
    "absolute_sum": "The slope of |x| is 1 where x is positive and −1 where it is negative.",
    "equal_units": "Its unit is a copy of unit 1, so its gradient is the one that is given.",
    "softmax_jacobian": "A probability grows with its own logit and falls when another logit grows.",
    "momentum_constant": "The velocity is the gradient times a positive number, so both have one sign.",
    "adam_correction": "The denominator is positive, so the result has the sign of $m$.",
    "adam_step": "A step goes against $\\hat m$, so its sign is the opposite one.",
}
OF_THE_TARGET = "Output minus target: the entry of the right class is negative, every other one is positive."
ALWAYS_0 = {  # topic: why it is 0, where it is
    "zeros_equal": "Equal units get equal gradients, so they are still equal after every step.",
    "equal_units": OF_ITS_ARGUMENT["equal_units"],
    "momentum_constant": "The gradient is 0, so every step adds 0.",
    "adam_correction": "$m$ is 0, and a fraction with 0 above is 0.",
    "adam_step": "$\\hat m$ is 0, so the step is 0.",
}
NEVER = "This activation is never negative."
KEPT = "This activation keeps the sign of the pre-activation."
BOTH_SIGNS = "Terms of both signs are added here, and the larger sum decides. Write each of them down."
ONE_SIGN = "All terms that are not 0 have the same sign, and so has their sum. Write each of them down."
NEGATIVE_SLOPE = "The slope is negative here, so the result has the opposite sign of the sum it multiplies."
MINUS_SIGNS = "Count the minus signs of the factors: an even number gives plus, an odd number gives minus."
FACTOR_IS_0 = "One of the factors is 0, so the product is 0."
TERMS_ARE_0 = "Every term of the sum is 0, so the sum is 0."
OFF = "For a pre-activation below 0 this activation is 0."
SQUARES_NOT_0 = "The expectation of a square is 0 only if the number is always 0."
OFF_TARGET = "It would be 0 only if the output were exactly 0 or 1. An output lies between them."
OUTPUT_NOT_0 = "At these logits the output is not 0."
LOSS_NOT_0 = "At this output and this target the loss is not 0."
SLOPE_OF_THE_LOSS = "It would be 0 only if the loss did not change with this logit. Here it does."
ACTIVE = "At this pre-activation the activation is not 0."
NO_FACTOR_IS_0 = "A product is 0 only if one of its factors is 0. Here none is."
NO_SUM_OF_0 = "A sum is 0 only if all its terms are 0, or if they cancel. Neither happens here."
SLOPE_AND_SUM = "It is a slope times a sum, and neither of them is 0."
NOT_0 = {  # topic: why it is not 0
    **{key: NEVER_NEGATIVE[key] for key in ("output", "softmax_shift", "loss", "stall")},
    **dict.fromkeys(("variance_forward", "variance_backward", "second_moment"), SQUARES_NOT_0),
    **{key: OF_ITS_ARGUMENT[key] for key in ("square_sum", "absolute_sum", "equal_units")},
    "delta": OFF_TARGET,
    "factor_that_stays": OFF_TARGET,
    "activation": ACTIVE,
    "softmax_jacobian": NO_FACTOR_IS_0,
    "momentum_constant": NO_FACTOR_IS_0,
    "adam_correction": NO_FACTOR_IS_0,
    "adam_step": "The step would be 0 only if $\\hat m$ were 0.",
}
SAID_OF = {  # topic: of which losses its reasons above are true; of another loss, why it is not 0
    "output": (has_probabilities, OUTPUT_NOT_0),
    "loss": (lambda loss: is_cross_entropy(loss) or is_squared_error(loss), LOSS_NOT_0),
    "delta": (has_sign_of_error, SLOPE_OF_THE_LOSS),
}
DECAYS = {"momentum_unrolled": ("momentum", MU), "adam_moments": ("adam", ADAM_DECAY_1)}  # of an average
PRODUCTS = ("weights", "through")  # topics whose numbers are products for a single example


def sign(value):
    """Return "positive", "negative" or "0"; below VANISHING in magnitude a number counts as 0."""
    return SIGNS[2] if abs(value) < VANISHING else SIGNS[0 if value > 0 else 1]


def why_not(asked, index, answer):
    """Return (key, why) against a wrong sign of an entry, or None if no reason is known.

    `asked` is an Asked, `index` the entry's index in `asked.right`, and `answer` one of SIGNS.
    """
    if sign(asked.right[index]) == SIGNS[2]:
        return _why_0(asked, index)
    return _why_not_0(asked) if answer == SIGNS[2] else _why_not_opposite(asked, index)


def _why_0(asked, index):
    if asked.topic in ALWAYS_0:
        return "always_0", ALWAYS_0[asked.topic]
    if asked.topic == "activation" and asked.z(asked.layer)[index] < 0:
        return "unit_is_off", OFF
    if asked.topic in PRODUCTS and asked.n == 1:
        return "factor_is_0", FACTOR_IS_0
    terms = _terms(asked, index)
    return ("terms_are_0", TERMS_ARE_0) if len(terms) and np.abs(terms).max() < VANISHING else None


def _is_other_loss(asked):
    """Return whether what is said of the topic is not true of the step's loss."""
    return asked.topic in SAID_OF and not SAID_OF[asked.topic][0](asked.loss)


def _why_not_0(asked):
    if _is_other_loss(asked):
        return "nothing_is_0", SAID_OF[asked.topic][1]
    if asked.topic in NOT_0:
        return "nothing_is_0", NOT_0[asked.topic]
    if _is_product(asked):
        return "nothing_is_0", NO_FACTOR_IS_0
    return "nothing_is_0", SLOPE_AND_SUM if asked.topic == "through" else NO_SUM_OF_0


def _why_not_opposite(asked, index):
    if _is_other_loss(asked):
        return None
    value = asked.right[index]
    if value > 0 and asked.topic in NEVER_NEGATIVE:
        return "never_negative", NEVER_NEGATIVE[asked.topic]
    if asked.topic in OF_ITS_ARGUMENT:
        return "sign_of_the_argument", OF_ITS_ARGUMENT[asked.topic]
    if asked.topic in ("delta", "factor_that_stays"):
        return "sign_of_the_target", OF_THE_TARGET
    if asked.topic == "activation":
        if asked.f(np.linspace(-9.0, 9.0, 19)).min() >= 0:
            return "never_negative", NEVER
        if asked.z(asked.layer)[index] * value > 0:
            return "sign_of_the_argument", KEPT
    if _is_product(asked):
        return "minus_signs_miscounted", MINUS_SIGNS
    terms = _terms(asked, index)
    if not len(terms):
        return None
    is_mixed = terms.min() < 0 < terms.max()
    key, why = ("terms_of_both_signs", BOTH_SIGNS) if is_mixed else ("terms_of_one_sign", ONE_SIGN)
    if terms.sum() * value < 0:
        why = f"{why} {NEGATIVE_SLOPE}"
    return key, why


def error_of_rounding(asked, index):
    """Return the relative error of an entry if it is computed from the rounded numbers of its question.

    It is 0 for a question that gives none, or exact ones.
    """
    if asked.topic == "elastic_net":
        given, factors = [asked.passed.gradients[0].W[index]], [1.0]
    elif asked.topic in DECAYS:
        given, factors = _gradients(asked, index)
    else:
        return 0.0
    errors = [float(f"{one:.{DIGITS}g}") - one for one in given]
    return float(abs(np.dot(errors, factors)) / abs(_terms(asked, index).sum()))


def _gradients(asked, index):
    """Return the gradients of a parameter at every step, and the factor of each in an optimizer's average."""
    name, decay = DECAYS[asked.topic]
    g = trained(asked.problem, name).g[:, index[-1]]
    return g, decay ** np.arange(len(g))[::-1]


def _is_product(asked):
    """Return whether an entry is written as a product of numbers; in the recursion one factor is a sum."""
    return asked.topic in PRODUCTS and asked.n == 1 and asked.step.key != "recursion"


def _terms(asked, index):
    """Return the terms of the sum that an entry is; none where it is not a sum, or not one known here.

    In the recursion the sum is that of the entry's other factor, which is a slope.
    """
    row, column = (0, *index)[-2:]
    layer = asked.layer
    if asked.topic == "pre_activation":
        products = asked.a(layer - 1)[row] * asked.W(layer)[:, column]
        return np.append(products, asked.b(layer)[column])
    if asked.topic == "weights":
        return asked.a(layer - 1)[:, row] * asked.delta(layer)[:, column]
    if asked.topic == "below" or asked.step.key == "recursion":
        return asked.delta(layer + 1)[row] * asked.W(layer + 1)[column]
    if asked.topic == "elastic_net":
        (l1, l2), W = asked.problem.config.penalties()[0], asked.W(1)[index]
        return np.array([asked.passed.gradients[0].W[index], l1 * np.sign(W), 2 * l2 * W])
    if asked.topic in DECAYS:
        return np.multiply(*_gradients(asked, index))
    return np.array([])
