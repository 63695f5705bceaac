"""The symbols in the formulas of a text, found without the code that writes them."""

import re

GREEK = "alpha beta gamma delta epsilon varepsilon eta theta lambda mu sigma varphi operatorname"
KNOWN = {"e", "tanh@", "ln@", "sign@", "log1p@", "max@", "onehot@", "softmax@"}  # of school, or in the table


def symbols(text):
    """Return the symbols in the formulas of a text, without indices: L⁽ⁿ⁾ is L@n, n_θ is n@theta."""
    latex = " ; ".join(re.findall(r"\$(.+?)\$", text, re.DOTALL))
    latex = re.sub(r"\\begin\{bmatrix\}.*?\\end\{bmatrix\}", " ", latex, flags=re.DOTALL)
    latex = re.sub(r"\\(?:mathbf|mathcal)\{\w\}", " ", latex)
    latex = re.sub(r"_\{\\text\{(\w+)\}\}", r"@\1 ", latex)
    latex = re.sub(r"\\text\{.*?\}", " ", latex)
    latex = re.sub(r"\\operatorname\*?\{(\w+)\}", r" \1@ ", latex).replace(r"\mathbb{E}", " E@ ")
    latex = re.sub(r"_\\theta\b", "@theta ", latex).replace(r"\nabla@theta", " ").replace("L^{(n)}", "L@n ")
    latex = re.sub(r"\\hat (\w)", r"\1@hat ", latex)
    latex = re.sub(r"([ho])\^\{?([as])(,\w+)?\}?", r"\1@\2 ", latex)
    latex = re.sub(r"[_^]\{[^{}]*\}|[_^]\\?\w", " ", latex)
    found = set(re.findall(r"\\?[A-Za-z]\w*@?\w*", latex))
    greek = {rf"\{letter}" for letter in GREEK.split()}
    return {one for one in found if not one.startswith("\\") or one in greek} - KNOWN


def indices(text):
    """Return the letters that are only below a sum or in an index."""
    return {*"ijkln"} | {one[1] for one in re.findall(r"(_\w)=", text)}
