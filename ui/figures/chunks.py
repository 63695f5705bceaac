"""Forward passes over many examples in chunks, so that a deep network does not fill the memory."""

import numpy as np

from mlp import forward

CHUNK_VALUES = 8_000_000  # pre-activations and activations held at once


def forward_in_chunks(params, X, config, pick):
    """Return `pick(ForwardPass)` for all rows of X, (…, n_rows, n_values).

    `params` may have a leading axis of runs. A chunk holds at most CHUNK_VALUES numbers, or one row.
    """
    n_runs = int(np.prod(params[0].W.shape[:-2]))
    per_row = 2 * n_runs * sum(W.shape[-1] for W, _ in params)
    n_rows = max(1, CHUNK_VALUES // per_row)
    starts = range(0, max(1, len(X)), n_rows)
    parts = [pick(forward(params, X[start : start + n_rows], config)) for start in starts]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-2)
