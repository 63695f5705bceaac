"""The command `backprop-lab`; in an installed lab, everything that it runs is in this package too.

A wheel holds the whole lab in this one package (`pyproject.toml` says how), so that it installs no top-level
packages `data` or `ui` that could clash with others. The lab's own modules still import each other by their
short names: the command puts the folder that contains them on `sys.path`.
"""
