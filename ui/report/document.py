"""A report as one HTML file that loads nothing from other hosts; text typed by a visitor stays inert."""

import html
import json
import math
import pathlib
from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.words import counted, megabytes_above
from ui.report import markdown, scripts

MOST_BYTES = 8_000_000  # bytes of a report
MOST_ROWS = 200  # rows of a table that are shown; a chart has all of its rows
COMPARED = "; with the fingerprint, the lab says whether the result comes out the same"
HERE = pathlib.Path(__file__).parent
# Nothing may be loaded, because scripts and pictures are in the file.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:; "
    "form-action 'none'; base-uri 'none'"
)


class TooLarge(ValueError):
    """A report has more than MOST_BYTES."""


class About(NamedTuple):
    """The subject of a report: the page's complete link, and the text of its fingerprint or ""."""

    link: str
    fingerprint: str


def written(parts, about):
    """Return the report of some `ui.report.recorder.Part`s as the bytes of an HTML file; raise TooLarge."""
    body, charts, title = [], [], "Backprop Lab"
    for part in parts:
        if part.kind == "heading" and part.content == 1:
            title = part.words
        body.append(_element(part, charts, about.link))
    values = {
        "TITLE": html.escape(title),
        "POLICY": html.escape(POLICY),
        "STYLE": (HERE / "report.css").read_text("utf-8"),
        "BODY": "\n".join(filter(None, body)),
        "ABOUT": _about(about),
        "COMPARED": COMPARED if about.fingerprint else "",
        "CHARTS": _json(charts),
        "PACKED": "",
        "ENTRIES": "{}",
        "SCRIPT": (HERE / "report.js").read_text("utf-8"),
        "LICENCES": (HERE / "licences.txt").read_text("utf-8"),
    }
    if packed := scripts.packed():
        values |= {"PACKED": packed[0], "ENTRIES": _json(packed[1])}
    template = (HERE / "report.html").read_text("utf-8").split("%%")
    text = "".join(values[piece] if number % 2 else piece for number, piece in enumerate(template))
    file = text.encode("utf-8", "replace")
    if len(file) > MOST_BYTES:
        size = megabytes_above(len(file), MOST_BYTES)
        raise TooLarge(
            f"The report of this page would have {size}; allowed: up to {MOST_BYTES / 1e6:.3g} MB."
        )
    return file


def _element(part, charts, page):
    """Return the HTML of a part, "" for a part that is not shown; add charts to `charts`.

    `page` is the address of the page that the part is from.
    """
    kind, content = part.kind, part.content
    match kind:
        case "heading":
            return f"<h{content}>{markdown.inline(part.words, page)}</h{content}>"
        case "text":
            return markdown.to_html(content, page)
        case "caption":
            return f'<div class="caption">{markdown.to_html(content, page)}</div>'
        case "alert":
            return f'<div class="alert {part.words}">{markdown.to_html(content, page)}</div>'
        case "formula":
            return f"<div>{markdown.formula(content.strip().strip('$'), display=True)}</div>"
        case "code":
            return f"<pre><code>{html.escape(content)}</code></pre>"
        case "plain":
            return f"<p>{html.escape(content)}</p>"
        case "table":
            return _table(*content)
        case "chart":
            charts.append(_chart(*content))
            words = html.escape(part.words)
            return (
                f'<figure><div class="chart" role="img" aria-label="{words}" data-chart="{len(charts) - 1}">'
                f"</div><figcaption>{words}</figcaption></figure>"
            )
    return ""


def _chart(spec, frames):
    """Return a chart's specification with its data; of rows that follow a timeline, only those on show."""
    spec = json.loads(spec)
    shown = {name: frame[frame["now"] > 0] if "now" in frame else frame for name, frame in frames.items()}
    spec["datasets"] = {name: [*_rows(frame)] for name, frame in shown.items()}
    return spec


def _rows(frame):
    """Yield the rows of a data frame, {column: value}; numbers that are not finite become None."""
    columns = {str(name): [*map(_plain, frame[name].tolist())] for name in frame}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _plain(value):
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _table(frame, looks):
    """Return the HTML of a `ui.report.tables.Table`; of a long one, the first rows and how many are missing.

    Its index becomes columns, unless it only numbers the rows. Columns of addresses are left out, because
    each is as wide as a page.
    """
    numbered = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    names = ["" if name is None else name for name in frame.index.names]
    rows = (frame if numbered else frame.reset_index(names=names)).head(MOST_ROWS)
    n_index = len(rows.columns) - len(frame.columns)
    columns = range(len(rows.columns))
    kept = [place for place in columns if not len(rows) or not rows.iloc[:, place].map(_is_address).all()]
    head = "".join(f"<th>{html.escape(str(rows.columns[place]))}</th>" for place in kept)
    body = "".join(
        f"<tr>{''.join(_cell(row[place], looks.get((number, place - n_index))) for place in kept)}</tr>"
        for number, row in enumerate(rows.itertuples(index=False))
    )
    left = len(frame) - len(rows)
    told = f"{counted(left, 'more row')} {'is' if left == 1 else 'are'} on the page."
    more = f'<p class="caption">{told}</p>' if left else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value, look):
    style = f' style="{html.escape(look)}"' if look else ""
    return f"<td{style}>{html.escape(_written(value))}</td>"


def _written(value):
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return "" if value is None else str(value)


def _is_address(value):
    return str(value).startswith(("http://", "https://"))


def _json(value):
    """Return JSON that is safe inside an HTML script: no character sequence in it ends the script."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _about(about):
    """Return the lines about link and fingerprint."""
    lines = [f"<dt>Link</dt><dd>{html.escape(about.link)}</dd>"]
    if about.fingerprint:
        lines.append(f"<dt>Fingerprint</dt><dd>{html.escape(about.fingerprint)}</dd>")
    return "".join(lines)
