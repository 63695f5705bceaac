"""An entry that cannot be shown is refused where it is made, in a sentence that quotes it."""

import dataclasses

import pytest

from mlp import ACTIVATIONS, LOSSES


@pytest.mark.parametrize("latex", [r"\frac{1}{{{z}}}", r"\sqrt{z", "{a} + {b}", "{} + 1"])
def test_a_formula_with_a_brace_that_is_not_doubled_is_quoted(latex):
    tanh = ACTIVATIONS["tanh"]
    for field in ("latex", "derivative_latex"):
        with pytest.raises(ValueError, match="LaTeX's own braces are doubled") as refusal:
            dataclasses.replace(tanh, **{field: latex})
        assert f"In the formula {latex} only {{z}}, {{a}} may stand" in str(refusal.value)


def test_a_formula_of_a_loss_is_of_outputs_and_targets():
    loss = LOSSES["softmax_cross_entropy"]
    assert (
        dataclasses.replace(loss, latex=r"\frac{{{p_k}}}{{{t_k}}}").latex.format(p_k=1, t_k=2)
        == r"\frac{1}{2}"
    )
    with pytest.raises(ValueError, match=r"only \{p\}, \{t\}, \{p_k\}, \{t_k\}, \{p_y\} may"):
        dataclasses.replace(loss, gradient_latex=r"\frac{1}{{{p}}}")
