"""What the gradient-check page says of rounding where the sums in the network are large."""

import numpy as np
import pytest
from gradient_checks import checked, subject

from lab.gradient_check.plan import Plan
from ui.gradient_check.details import details
from ui.gradient_check.verdict import sentence

PLAN = Plan("an experiment", 16, "complex", 1e-20, "float32", "all")


@pytest.mark.parametrize("scale", [0.01, 20.0])
def test_the_largest_sum_is_named_where_it_raises_the_floor(scale):
    one = subject(init_scale=scale)
    result = checked(one, 1e-20, "complex", dtype="float32")
    (first, _), *_ = one.params
    sums = np.abs(one.X) @ np.abs(first)  # a tanh is at most 1, so those of the inputs are the largest
    (said,) = [line for line in details(PLAN, result) if "rounding floor" in line]
    assert ("largest Σ|a||W| + |b| of a unit" in said) == (sums.max() > 1)
    if sums.max() > 1:
        assert f", times {sums.max():.3g}, the largest" in said
        largest = float(np.abs(result.check.analytic).max())
        assert f"rounding alone leaves {2.0**-24 * max(1, largest) * sums.max():.1e}:" in said
    look, _, words = sentence(PLAN, result)
    assert look.__name__ == "success"
    assert "a real one" not in words
