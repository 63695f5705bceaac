"""Mistakes in a line of a derivation: what each changes in the formula, and why that is wrong."""

from typing import NamedTuple

GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"  # braces in braces, four deep


class LineMistake(NamedTuple):
    """A mistake in a formula: the first match of `pattern` to the right of the = is replaced.

    If the computed mistakes `same`, keys separated by spaces, give this network's right numbers, the line is
    not offered: at ReLU, say, f′ is the same at the activation. `unless` are steps in which the changed line
    would be right too.
    """

    key: str
    pattern: str
    replacement: str
    why: str
    same: str = ""
    unless: tuple[str, ...] = ()


LINE_MISTAKES = (
    LineMistake(
        "transpose_dropped",
        r"\^\{\\top\}",
        "",
        "Without $\\top$ it is another product, whose sums run over other indices.",
    ),
    LineMistake(
        "delta_first",
        rf"^(\({GROUP}\)\^\{{\\top\}})\\, ({GROUP})$",
        r"\2\\, \1",
        "The factors are in the wrong order: the sums of that product run over other indices.",
    ),
    LineMistake(
        "weights_first",
        rf"^({GROUP})\\, ({GROUP})(?= \+)",
        r"\2\\, \1",
        "That is for an example as a column. Here it is a row, and a row stands to the left of the matrix.",
    ),
    LineMistake(
        "transposed_weights_first",
        rf"^({GROUP})\\, (\({GROUP}\)\^\{{\\top\}})$",
        r"\2\\, \1",
        "A row stands to the *left* of the matrix.",
    ),
    LineMistake("bias_subtracted", r"\+ (\{b\^)", r"- \1", "The bias is added."),
    LineMistake("bias_forgotten", rf" \+ \{{b\^{GROUP}.*$", "", "The bias is missing."),
    LineMistake(
        "indices_swapped",
        r"(\{W\^\{\d\}_\{)(\w)(\w)\}",
        r"\1\3\2}",
        "The indices of the weight are swapped: first the unit below, then the unit above.",
    ),
    LineMistake(
        "sum_forgotten",
        rf"\\sum_(?:{GROUP}|\w)(?:\^(?:{GROUP}|\w))?(?:\\,)? ?",
        "",
        "The sum is missing, so the right side has an index that the left side does not have.",
    ),
    LineMistake(
        "slope_at_activation",
        r"f'\(\{h\^(\{?)a",
        r"f'({h^\1s",
        "The slope belongs at the pre-activation, what went *into* $f$.",
        same="slope_at_activation",
    ),
    LineMistake(
        "value_as_slope",
        r"f'\(",
        "f(",
        "That is the value of $f$. Here it has to be the slope, $f'$.",
    ),
    LineMistake("slope_added", r"\\odot", "+", "The slope multiplies. It is not added."),
    LineMistake(
        "mean_forgotten",
        r"\\frac(?:1K|\{1\}\{K\})(?:\\,)? ?",
        "",
        "Without the 1/K it is a sum over the examples. The loss is their mean.",
        same="mean_forgotten mean_forgotten_in_delta",
    ),
    LineMistake(
        "target_added",
        r"(?<!1 )- (\{?\\mathbf\{1\}\[k = y\]|\{?T_k|\{\\operatorname\{onehot\})",
        r"+ \1",
        "The target is subtracted, not added.",
    ),
    LineMistake(
        "target_first",
        rf"^({GROUP}) - (\\mathbf\{{1\}}\[k = y\]|{GROUP})$",
        r"\2 - \1",
        "That has the wrong sign: it is output minus target.",
    ),
    LineMistake(
        "target_forgotten",
        rf"^({GROUP}) - (\\mathbf\{{1\}}\[k = y\]|{GROUP})$",
        r"\1",
        "The target is missing: that is the output itself.",
    ),
    LineMistake("minus_forgotten", r"^-", "", "The minus in front is missing."),
    LineMistake("two_forgotten", r"(?<![\d{_^])2(?:\\,| (?=\\))\s?", "", "The 2 of the square is missing."),
    LineMistake("one_plus", r"(?<![\w])1 - ", "1 + ", "It is 1 *minus* that.", unless=("sign_cases",)),
    LineMistake("one_minus", r"(?<![\w])1 \+ ", "1 - ", "It is 1 *plus* that."),
    LineMistake("logarithm_forgotten", r"\\ln ?", "", "The logarithm is missing."),
    LineMistake("exponent_negated", r"e\^\{-", "e^{", "The minus in the exponent is missing."),
    LineMistake(
        "weights_of_the_sum_reversed",
        r"(\\mu|\\beta_\d)\^\{t-(\w)\}",
        r"\1^{\2}",
        "That gives the oldest gradient the most weight, but the decay has shrunk it most often.",
        unless=("momentum_constant", "adam_correction"),
    ),
    LineMistake("root_forgotten", r"\\sqrt\{\\hat s_t\}", r"\\hat s_t", "The root is missing."),
    LineMistake("uphill", r"- \\eta", r"+ \\eta", "That goes uphill: a step goes *against* the gradient."),
    LineMistake("square_forgotten", r"\^2(?![\d}])", "", "The square is missing."),
    LineMistake(
        "slope_forgotten",
        r"\\partial h\^(\{?)a",
        r"\\partial h^\1s",
        "That is the gradient with respect to the activation. δ of a hidden layer is the one with respect to "
        "the pre-activation.",
        same="delta_without_slope",
        unless=("recursion",),
    ),
    LineMistake(
        "pre_activation_for_activation",
        r"(?<!partial )(?<!')(\(?)\{h\^(\{?)s",
        r"\1{h^\2a",
        "What comes from the layer below is its activation.",
        same="pre_activation_for_activation",
    ),
    LineMistake(
        "cases_swapped",
        r"> 0\](.*)(<|\\le) 0\]",
        r"\2 0]\1> 0]",
        "The two sides of 0 are swapped.",
        unless=("sign_cases",),
    ),
    LineMistake(
        "cases_swapped",
        r"> 0\](?!.*(?:<|\\le) 0\])",
        "< 0]",
        "The two sides of 0 are swapped.",
        unless=("sign_cases",),
    ),
    LineMistake(
        "size_for_sign",
        r"\\operatorname\{sign\}\(([^()]*)\)",
        r"|\1|",
        "That is the absolute value. A sign says only on which side of 0 a number is: it is 1 or −1.",
    ),
    LineMistake("penalty_subtracted", r"\+ (\\lambda)", r"- \1", "The penalty is added."),
    LineMistake("product_added", r"diag\}\(p\) - ", "diag}(p) + ", "The product is subtracted."),
    LineMistake("sign_of_the_others", r"-p_k", "p_k", "Raising one logit *lowers* the other probabilities."),
)
