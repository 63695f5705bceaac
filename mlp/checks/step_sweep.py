"""The error of numerical derivatives against their step, in every scheme and precision."""

import numpy as np

from mlp.checks.gradient_check import gradient_check
from mlp.checks.numerical import SCHEMES, norm_wise
from mlp.config import DTYPES

UNIT_ROUNDOFF = {dtype: float(np.finfo(dtype).eps) / 2 for dtype in DTYPES}


def step_sweep(params, X, y, config, steps, *, indices=None, schemes=SCHEMES, dtypes=DTYPES, factor=1.0):
    """{(scheme, dtype): norm-wise relative error at each step, (n_steps,)}.

    `factor` multiplies the gradient from backpropagation, to see what the check makes of a wrong one.
    """
    errors = {}
    for scheme in schemes:
        for dtype in dtypes:
            found = []
            for step in steps:
                check = gradient_check(
                    params, X, y, config, scheme=scheme, step=step, indices=indices, dtype=dtype
                )
                found.append(norm_wise(factor * check.analytic, check.numeric))
            errors[scheme, dtype] = np.array(found)
    return errors


def best_step(scheme, dtype):
    """The step where truncation and rounding balance, for derivatives of order 1; None for complex.

    forward: √u, truncation of order h against rounding u/h; central: ∛u, h² against u/h.
    """
    order = {"forward": 2, "central": 3}.get(scheme)
    return UNIT_ROUNDOFF[dtype] ** (1 / order) if order else None
