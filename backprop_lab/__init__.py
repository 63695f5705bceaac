"""The command `backprop-lab`, and in an installed lab everything that it runs, beside this file.

A wheel holds the whole lab in this one package (`pyproject.toml` says how), so that no top-level `data` or
`ui` of ours stands in the way of anybody else's. The lab's own modules go on importing each other by their
short names: the command puts the folder that holds them on `sys.path`.
"""
