"""How many threads NumPy's matrix products take: one, where nothing else was asked for.

The threads of a large product wait for each other. On a busy machine one of them does not run while the
others wait, and `benchmarks.blas_threads` measures a step that takes more than ten times as long. On an idle
one a second thread saves a quarter. With one thread a result does not depend on the number of cores either:
OpenBLAS divides a large product among its threads, and then may round it differently.
"""

import os

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def use_one():
    """Set the variables that NumPy's BLAS reads when NumPy is imported, unless one of them is set."""
    if not any(name in os.environ for name in VARIABLES):
        os.environ |= dict.fromkeys(VARIABLES, "1")
