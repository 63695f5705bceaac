"""The JavaScript that draws a report's charts and formulas: Vega and KaTeX, as installed by Streamlit.

Streamlit's own pages load these modules. A report contains them, compressed, so that it opens without a
network even in ten years. If another version of Streamlit packs them differently, the result is None, and a
report shows its charts as text and tables.
"""

import base64
import functools
import gzip
import json
import pathlib
import re

import streamlit

MODULES = pathlib.Path(streamlit.__file__).parent / "static" / "static" / "js"
ENTRIES = {"embed": "embed.*.js", "interpreter": "vega-interpreter.*.js", "katex": "rehype-katex.*.js"}
NEEDED = re.compile(r"""(?:from|import)["'`]\./([\w.-]+\.js)["'`]""")


@functools.cache
def packed():
    """Return (base64 of gzip of JSON {file: source}, imported files first; {entry: file}), or None."""
    try:
        entries = {}
        for name, pattern in ENTRIES.items():
            (path,) = MODULES.glob(pattern)
            entries[name] = path.name
        sources = {}
        for name in entries.values():
            _add(name, sources)
    except (OSError, ValueError):
        return None
    text = json.dumps(sources, ensure_ascii=False).encode()
    return base64.b64encode(gzip.compress(text, 9, mtime=0)).decode(), entries


def _add(name, sources):
    """Add a module to `sources` after those that it imports; raise ValueError for a module from elsewhere."""
    if name in sources:
        return
    source = (MODULES / name).read_text(encoding="utf-8")
    if re.search(r"import\.meta|[^.\w]import\(", source):
        raise ValueError(f"{name} loads more while it runs.")
    for needed in NEEDED.findall(source):
        _add(needed, sources)
    sources[name] = source
