"""The pages' Markdown turned into HTML, in which quoted text is inert.

Only what a page's sentences use becomes tags: paragraphs, lists, tables, bold, italics, code, formulas and
colours, and links to http addresses. All other characters, HTML included, stay text.
"""

import html
import re
from urllib.parse import urljoin

INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+) ?(?P<code>.+?) ?(?P=ticks)(?!`)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|\$(?P<formula>[^$\n]+?)\$"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|\*(?P<italics>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|:material/\w+: ?(?P<icon>)"
    r"|:[a-z]+\[(?P<coloured>(?:[^\[\]]|\[[^\]]*\])*)\]"
    r"|\[(?P<linked>[^\]]+)\]\((?P<address>[^)\s\[\]]*)\)",
    re.S,
)
WEB, ONLY_THERE = ("http://", "https://"), " (only in the lab)"
TAGS = {"bold": "strong", "italics": "em"}
ITEM = re.compile(r"\s*(?:[-*]|\d+\.) +")


def to_html(text, page=""):
    """Return the HTML of a text: paragraphs, lists and tables, separated by empty lines.

    `page` is the address of the page with the text, which addresses may be relative to.
    """
    return "".join(_block(block, page) for block in filter(str.strip, re.split(r"\n\s*\n", text)))


def inline(text, page=""):
    """Return the HTML of a text within a paragraph of a page with this address."""
    done, out = 0, []
    for match in INLINE.finditer(text):
        out.append(html.escape(text[done : match.start()]))
        out.append(_replaced(match, page))
        done = match.end()
    return "".join(out) + html.escape(text[done:])


def formula(tex, *, display):
    """Return the element for a formula, which the report's script typesets; without it the TeX is shown."""
    return f'<span class="math{" display" * display}">{html.escape(tex.strip())}</span>'


def _replaced(match, page):
    kind = "linked" if match["linked"] else match.lastgroup
    inner = match[kind]
    if kind in TAGS:
        return f"<{TAGS[kind]}>{inline(inner, page)}</{TAGS[kind]}>"
    if kind in ("formula", "display"):
        return formula(inner, display=kind == "display")
    if kind == "code":
        return f"<code>{html.escape(inner)}</code>"
    if kind == "linked":
        return _link(inline(inner, page), match["address"], page)
    return html.escape(inner) if kind == "escaped" else inline(inner, page)


def _link(words, address, page):
    """Return a link to an address, which may be relative to that of the page, if that has a host."""
    address = address if address.startswith(WEB) else urljoin(page, address)
    return f'<a href="{html.escape(address)}">{words}</a>' if address.startswith(WEB) else words + ONLY_THERE


def _block(text, page):
    lines = text.strip("\n").splitlines()
    if len(lines) > 1 and lines[0].lstrip().startswith("|"):
        rows = [line.strip().strip("|").split("|") for line in (lines[0], *lines[2:])]
        head, *body = ["".join(f"<td>{inline(cell.strip(), page)}</td>" for cell in row) for row in rows]
        head = head.replace("td>", "th>")
        return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in body)}</table>"
    if all(map(ITEM.match, lines)):
        items = (inline(ITEM.sub("", line, count=1), page) for line in lines)
        return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    return f"<p>{inline(text.strip(), page).replace('  ' + chr(10), '<br>')}</p>"
