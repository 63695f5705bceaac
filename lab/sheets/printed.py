"""A sheet as HTML that any browser can print: formulas in MathML, no external resources, no script.

latex2mathml (github.com/roniemartinez/latex2mathml) writes the MathML; every current browser supports MathML
Core. The Markdown is from `lab.derivation.sheet`: headings, paragraphs, lists, one table, formulas.
"""

import functools
import html
import re

from latex2mathml.converter import convert

STYLE = """
@page { margin: 18mm 16mm; }
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  color: black; background: white; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 1.6em; }
h1, h2 { break-after: avoid; line-height: 1.25; }
h1 + p.student { font-weight: bold; }
section + section { break-before: page; }
.task, .formula, table { break-inside: avoid; }
.task p { margin-bottom: 0.3em; }
.task ul { margin-top: 0.3em; }
li { margin: 0.4em 0; }
.formula { margin: 0.6em 0; overflow-x: auto; }
table { border-collapse: collapse; margin: 1em 0; font-size: 0.9em; }
td, th { border: 0.5pt solid #888; padding: 0.2em 0.5em; text-align: left; vertical-align: top; }
code { font-family: Consolas, "DejaVu Sans Mono", monospace; font-size: 0.85em; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", math; }
@media screen {
  p, ul { overflow: auto hidden; padding-block: 0.2em; }
  table { display: block; overflow-x: auto; }
}
@media print { body { margin: 0; max-width: none; padding: 0; } .formula { overflow: visible; } }
"""
MARK = re.compile("[\ue000\ue001]")
KEPT = re.compile("\ue000(\\d+)\ue001")
# Spacing as in TeX, which latex2mathml leaves to the browser: a minus that is a sign, names of functions,
# bars. The operators before a sign: = ( [ , · ≈ < > ≤ ≥ → ⇒ /
BEFORE = "&#x(?:0003D|00028|0005B|0002C|000B7|02248|0003C|0003E|02264|02265|02192|021D2|0002F);"
SIGN = re.compile(rf"(<mo[^>]*>{BEFORE}</mo>|<mspace[^>]*/>)<mo>&#x02212;</mo>")
NAME = re.compile(r"<mo>([A-Za-z]{2,})</mo>")
NEXT = "(?=<(?:mi|mn|mfrac|msub|msup|msubsup)>)"
ARGUMENT = re.compile(rf"(?<!<msub>)(<mi>[A-Za-z]{{2,}}</mi>(?:<mn>\d</mn></msup>)?){NEXT}")
BAR = re.compile(r'<mo(?: stretchy="false")?>(&#x0007C;|&#x02016;)</mo>')
CODE_OR_MATH = re.compile(r"`([^`]+)`|\$(.+?)\$")


def document(title, sheets):
    """Return a complete HTML page with one section per sheet, each starting on a new page.

    `sheets` are (student, Markdown); if the student is "", there is a line for the name. `title` and the
    students' names are plain text.
    """
    sections = [f"<section>\n{_section(student, markdown)}\n</section>" for student, markdown in sheets]
    head = f'<meta charset="utf-8">\n<title>{_escaped(title)}</title>\n<style>{STYLE}</style>'
    body = "\n".join(sections)
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def blocks(markdown):
    """Return the Markdown of a sheet as HTML."""
    return "\n".join(map(_block, markdown.strip().split("\n\n")))


def _section(student, markdown):
    first, _, rest = markdown.partition("\n\n")
    name = f'<p class="student">{_escaped(student) if student else "Name: " + "_" * 40}</p>'
    return "\n".join([_block(first), name, blocks(rest)])


def _block(text):
    if heading := re.match(r"(#{1,2}) ", text):
        level = len(heading[1])
        return f"<h{level}>{_inline(text[heading.end() :])}</h{level}>"
    if formula := re.fullmatch(r"\$\$(.+)\$\$", text, re.DOTALL):
        return f'<div class="formula">{mathml(formula[1], "block")}</div>'
    if text.startswith("|"):
        return _table(text.splitlines())
    first, *items = text.splitlines()
    if items:
        listed = "".join(f"<li>{_inline(item.strip().removeprefix('- '))}</li>" for item in items)
        return f'<div class="task"><p>{_inline(first)}</p>\n<ul>{listed}</ul></div>'
    return f"<p>{_inline(first)}</p>"


def _table(lines):
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
    cells = ["".join(f"<th>{_inline(cell)}</th>" for cell in head)]
    cells += ["".join(f"<td>{_inline(cell)}</td>" for cell in row) for row in rows]
    return "<table>" + "\n".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _inline(text):
    """Return a line of Markdown as HTML: code, formulas, bold and emphasized words; the rest is text."""
    kept = []

    def keep(match):
        code, formula = match.groups()
        kept.append(f"<code>{_escaped(code)}</code>" if code else mathml(formula, "inline"))
        return f"\ue000{len(kept) - 1}\ue001"

    text = _escaped(CODE_OR_MATH.sub(keep, MARK.sub("", text)))
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*(\S.*?)\*", r"<em>\1</em>", text)
    return KEPT.sub(lambda match: kept[int(match[1])], text)


@functools.lru_cache(maxsize=4096)
def mathml(latex, display):
    """Return our own LaTeX as MathML; `display` is "inline" or "block"."""
    written = NAME.sub(r"<mi>\1</mi>", convert(latex, display=display))
    written = BAR.sub(r'<mo stretchy="false" lspace="0" rspace="0">\1</mo>', written)
    written = ARGUMENT.sub(r'\1<mspace width="0.167em" />', written)
    return SIGN.sub(r'\1<mo form="prefix">&#x02212;</mo>', written)


def _escaped(text):
    return html.escape(text, quote=True)
