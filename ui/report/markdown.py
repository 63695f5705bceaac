"""The pages' Markdown turned into HTML, in which quoted text is inert.

Only what a page's sentences use becomes tags: paragraphs, lists, tables, bold, italics, code, formulas and
colours. All other characters, HTML included, stay text.
"""

import html
import re

INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+) ?(?P<code>.+?) ?(?P=ticks)(?!`)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|\$(?P<formula>[^$\n]+?)\$"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|\*(?P<italics>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|:material/\w+: ?(?P<icon>)"
    r"|:[a-z]+\[(?P<coloured>(?:[^\[\]]|\[[^\]]*\])*)\]"
    r"|\[(?P<linked>[^\]]+)\]\([^)\s]*\)",
    re.S,
)
TAGS = {"bold": "strong", "italics": "em"}
ITEM = re.compile(r"\s*(?:[-*]|\d+\.) +")


def to_html(text):
    """Return the HTML of a text: paragraphs, lists and tables, separated by empty lines."""
    return "".join(map(_block, filter(str.strip, re.split(r"\n\s*\n", text))))


def inline(text):
    """Return the HTML of a text within a paragraph."""
    done, out = 0, []
    for match in INLINE.finditer(text):
        out.append(html.escape(text[done : match.start()]))
        out.append(_replaced(match.lastgroup, match))
        done = match.end()
    return "".join(out) + html.escape(text[done:])


def formula(tex, *, display):
    """Return the element for a formula, which the report's script typesets; without it the TeX is shown."""
    return f'<span class="math{" display" * display}">{html.escape(tex.strip())}</span>'


def _replaced(kind, match):
    inner = match[kind]
    if kind in TAGS:
        return f"<{TAGS[kind]}>{inline(inner)}</{TAGS[kind]}>"
    if kind in ("formula", "display"):
        return formula(inner, display=kind == "display")
    if kind == "code":
        return f"<code>{html.escape(inner)}</code>"
    return html.escape(inner) if kind == "escaped" else inline(inner)


def _block(text):
    lines = text.strip("\n").splitlines()
    if len(lines) > 1 and lines[0].lstrip().startswith("|"):
        rows = [line.strip().strip("|").split("|") for line in (lines[0], *lines[2:])]
        head, *body = ["".join(f"<td>{inline(cell.strip())}</td>" for cell in row) for row in rows]
        head = head.replace("td>", "th>")
        return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in body)}</table>"
    if all(map(ITEM.match, lines)):
        items = (inline(ITEM.sub("", line, count=1)) for line in lines)
        return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    return f"<p>{inline(text.strip()).replace('  ' + chr(10), '<br>')}</p>"
