"""What the lab knows and means: the derivation, the bugs, experiments and links, limits, verdicts, exports.

It knows no Streamlit: the pages, the terminal (`python -m lab LINK`) and the tests ask the same code.
"""

from lab import output  # noqa: F401, which lets Ctrl-C end `python -m lab` while it still imports
