"""The lab's content: the derivation, the bugs, experiments and links, limits, verdicts, exports.

It does not use Streamlit: the pages, the terminal (`python -m lab LINK`) and the tests call the same code.
"""

from lab import blas_threads, output  # noqa: F401, output lets Ctrl-C end `python -m lab` while it imports

blas_threads.use_one()  # here, because NumPy must not have been imported
