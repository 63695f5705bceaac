"""The lab's content: the derivation, the bugs, experiments and links, limits, verdicts, exports.

It does not use Streamlit: the pages, the terminal (`python -m lab LINK`) and the tests call the same code.
"""

from lab import output  # noqa: F401, which lets Ctrl-C end `python -m lab` while it still imports
