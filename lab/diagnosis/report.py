"""A Diagnosis in words: what is most likely wrong, the evidence, and where to look."""

import math

from lab.diagnosis import compare
from lab.diagnosis.mistakes import MISTAKES
from lab.loss_kinds import is_cross_entropy, is_sigmoid_squared_error, is_squared_error
from lab.words import counted, listed, percent
from mlp.losses import LOSSES

NAMED = 1e-4  # relative difference up to which a factor is identified by name


def headline(found):
    """Return one sentence: what is most likely wrong with the gradients, or that nothing is wrong."""
    n = len(found.rows)
    if found.state == compare.RIGHT:
        worst = max(found.rows, key=lambda row: row.error)
        arrays = "The array agrees" if n == 1 else f"All {n} arrays agree"
        how = "exactly" if worst.error == 0 else f"to {_digits(worst.error)} or more"
        return f"Your gradients are right. {arrays} with the lab's {how}."
    if found.state == compare.CAUSED:
        which = {1: "one known mistake", 2: "two known mistakes together"}[len(found.causes[0].mistakes)]
        return f"Your numbers are those of {which}, to {_digits(found.error)}."
    if found.state == compare.HALF_PRECISION:
        return (
            "Your gradients are right except for rounding: all your numbers have the precision of float16. "
            "Compute in float32 or float64."
        )
    if found.state == compare.FEW_DIGITS:
        return (
            f"Your gradients agree to {_digits(found.error)} and no further. Save more digits or compute in "
            "float64, so that a small mistake can be distinguished from rounding."
        )
    if found.state == compare.SCALED:
        return f"Every gradient is {'wrong by the same factor' if found.factor else 0}."
    if found.state == compare.PARTLY:
        one = {1: "One explains", 2: "Two together explain"}[len(found.causes[0].mistakes)]
        return f"No known mistake explains all your numbers. {one} {listed(found.explained)}."
    how = "alone, in one layer or in pairs" if found.in_pairs else "alone or in one layer"
    return f"None of the {len(MISTAKES)} known mistakes, {how}, gives your numbers."


def causes(found):
    """Return the explanation of each cause; those after the first cannot be distinguished from it here."""
    return [_what(cause) for cause in found.causes]


def together(found):
    """Return a sentence on causes that give the same numbers, or "" if there is only one."""
    n = len(found.causes)
    return f"These {n} give the same numbers here and cannot be distinguished." if n > 1 else ""


def factor(found, config, n_examples, n_classes):
    """Return a sentence on the factor of gradients that are all wrong by the same one, or ""."""
    if found.state != compare.SCALED or found.factor == 0:
        return ""
    has_penalty = any(any(rates) for rates in config.penalties())
    of_all = "Every number, the penalty's part included," if has_penalty else "Every number"
    name = _factor(found.factor, config, n_examples, n_classes)
    return f"{of_all} is ours × {name}, to {_digits(found.error)}."


def order(theirs):
    """Return a sentence on how the matrices of a file were read, or "" if they needed no change."""
    if not theirs.row_per_unit:
        return ""
    return "Your matrices have a row per unit, as in W x + b; they were transposed for the comparison."


def _what(cause):
    where = f"In layer {cause.layer} alone: " if cause.layer else ""
    return where + " And: ".join(one.says for one in cause.mistakes)


def _digits(error):
    """Return the number of digits that agree for an error, such as "6 digits"; at most 15, for float64."""
    n = 15 if error <= 1e-15 else max(0, math.floor(-math.log10(error)))
    return counted(n, "digit")


def start(found, n_layers):
    """Return a sentence on the layer where the error begins in the backward pass.

    It is "" if none is wrong, if rounding is the only difference, or if all are wrong by the same factor.
    """
    wrong = [row.name for row in found.rows if not row.agrees]
    if not wrong or found.state in (compare.HALF_PRECISION, compare.FEW_DIGITS, compare.SCALED):
        return ""
    layer = max(int(name[2:]) for name in wrong)
    here = listed([name for name in wrong if int(name[2:]) == layer])
    if layer == n_layers:
        return f"The error begins in the output layer, in {here}."
    above = [f"layer {number}" for number in range(layer + 1, n_layers)] + ["the output layer"]
    are = "is" if len(above) == 1 else "are"
    right = listed(above)
    right = f"{right[0].upper()}{right[1:]} {are} right"
    return f"{right}; in the backward pass the error begins in layer {layer}, in {here}."


def evidence(row, config, n_examples, n_classes):
    """Return a sentence that compares one array with the right one."""
    if row.error == math.inf:
        return f"{row.name} has numbers that are not finite."
    if row.agrees:
        return f"{row.name} agrees to {_digits(row.error)}."
    if row.transposed:
        return f"{row.name} is the transpose of ours."
    if math.isnan(row.factor):
        return f"{row.name} should be 0."
    if row.factor == 0 and row.rest == 0:
        return f"{row.name} is 0."
    if row.rest <= NAMED:
        name = _factor(row.factor, config, n_examples, n_classes)
        return f"{row.name} is ours × {name}, to {_digits(row.rest)}."
    return f"{row.name} differs from ours by {percent(row.error)} of the larger of the two norms."


def _factor(factor, config, n_examples, n_classes):
    """Return a factor as a number, with all meanings that fit it; a 1 has none."""
    known = (
        (n_examples, "the batch size"),
        (1 / n_examples, "1 / the batch size"),
        (n_classes, "the number of classes"),
        (1 / n_classes, "1 / the number of classes"),
        (n_examples / n_classes, "the batch size / the number of classes"),
        (config.rate_pieces()[0][0], "the learning rate"),
    )
    names = [
        f"{minus}{name}"
        for value, name in known
        for sign, minus in ((1, ""), (-1, "minus "))
        if value != 1 and math.isclose(factor, sign * value, rel_tol=NAMED)
    ]
    number = f"{factor:.6g}"
    return f"{number}, {', or '.join(names)}" if names else number


def hidden(found, config, n_examples, n_classes):
    """Return a sentence on the mistakes that would not change these gradients, or ""."""
    if not found.n_hidden:
        return ""
    n, them = ("One", "it") if found.n_hidden == 1 else (str(found.n_hidden), "they")
    settings = _revealing(config, n_examples, n_classes)
    reveal = "Another setting reveals" if len(settings) == 1 else "Other settings reveal"
    return (
        f"{n} of the {len(MISTAKES)} known mistakes would change nothing here, so {them} cannot be found. "
        f"{reveal} {'it' if found.n_hidden == 1 else 'more mistakes'}: {listed(settings)}."
    )


def _revealing(config, n_examples, n_classes):
    """Return the settings that a network lacks and without which some mistake changes nothing."""
    l1, l2 = (any(rates) for rates in zip(*config.penalties(), strict=True))
    n_hidden = len(config.hidden_layer_sizes)
    loss = LOSSES[config.loss]
    sigmoid = "sigmoid with " if is_squared_error(loss) else "the "
    lacking = {
        "a cross-entropy as the loss": not is_cross_entropy(loss),
        f"{sigmoid}squared error as the loss": not is_sigmoid_squared_error(loss),
        "two hidden layers": n_hidden < 2,
        "tanh as the activation": n_hidden > 0 and config.activation != "tanh",
        "biases": not config.use_bias,
        "an L1 penalty": not l1,
        "an L2 penalty": not l2,
        "more examples": n_examples in (1, n_classes),  # with a factor of 1, or of examples / classes = 1
        "random weights": config.initializer == "zeros" or config.init_scale == 0,
        "a learning rate other than 1": config.rate_pieces()[0][0] == 1,
    }
    return [setting for setting, is_lacking in lacking.items() if is_lacking]
