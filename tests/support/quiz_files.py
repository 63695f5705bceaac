"""Reads Moodle XML and GIFT as Moodle's importers do, and says what they would refuse.

Written from docs.moodle.org/en/Moodle_XML_format, docs.moodle.org/en/GIFT_format and the importers in
Moodle's source, question/format/xml/format.php and question/format/gift/format.php; nothing here is from
`lab.quizzes`.
"""

import re
import xml.dom.minidom
from typing import NamedTuple

FORMATS = {"html", "moodle_auto_format", "plain_text", "markdown"}  # trans_format
COMMON = {  # element: (how often at least, at most), and what it holds
    "name": (1, 1),
    "questiontext": (1, 1),
    "generalfeedback": (0, 1),
    "defaultgrade": (0, 1),
    "penalty": (0, 1),
    "hidden": (0, 1),
    "idnumber": (0, 1),
    "answer": (1, 99),
}
OF_CHOICES = {
    "single": (0, 1),
    "shuffleanswers": (0, 1),
    "answernumbering": (0, 1),
    "correctfeedback": (0, 1),
    "partiallycorrectfeedback": (0, 1),
    "incorrectfeedback": (0, 1),
}
WITH_FORMAT = {"questiontext", "generalfeedback", "feedback", "info"} | {
    name for name in OF_CHOICES if name.endswith("feedback")
}
WITH_TEXT = {"name", "category", "answer"} | WITH_FORMAT
VALUES = {
    "single": "true|false|0|1",  # trans_single
    "shuffleanswers": "true|false|0|1",
    "answernumbering": "abc|ABCD|123|iii|IIII|none",  # qtype_multichoice get_numbering_styles
    "hidden": "0|1",
    "penalty": r"[01](\.\d+)?",
    "defaultgrade": r"\d+(\.\d+)?",
    "idnumber": r".{0,100}",  # char(100) in the table question
    "tolerance": r"\d+(\.\d+)?(e[+-]?\d+)?",
}
NUMBER = r"-?\d+(\.\d+)?(e[+-]?\d+)?"


class Answer(NamedTuple):
    """An answer with the share of the points it earns, its absolute tolerance, and its feedback."""

    answer: str
    fraction: float
    tolerance: float
    feedback: str


class Quiz(NamedTuple):
    """A question as it is imported."""

    category: str
    kind: str
    name: str
    text: str
    answers: tuple
    reason: str

    def marked(self, given):
        """The first answer that a given number or choice matches, as qtype_numerical takes it."""
        for one in self.answers:
            if self.kind == "multichoice":
                if one.answer == given:
                    return one
            elif one.answer == "*" or abs(float(one.answer) - given) <= one.tolerance:
                return one
        return None


def read_xml(content):
    """(questions, faults) of a file's bytes; a fault is a sentence about an element of which the format knows
    nothing."""
    assert content.startswith(b"<?xml")  # the documentation: nothing before it
    root = xml.dom.minidom.parseString(content).documentElement
    faults, questions, category = [], [], ""
    if root.tagName != "quiz":
        faults.append(f"the root is {root.tagName}")
    for question in _elements(root):
        kind = question.getAttribute("type")
        if question.tagName != "question" or kind not in ("category", "numerical", "multichoice"):
            faults.append(f"{question.tagName} of type {kind!r}")
        elif kind == "category":
            faults += _faults(question, {"category": (1, 1), "info": (0, 1), "idnumber": (0, 1)})
            category = _text(_one(question, "category"))
        else:
            found = list(_faults(question, COMMON | (OF_CHOICES if kind == "multichoice" else {})))
            faults += found
            if not found:
                questions.append(_quiz(question, kind, category))
                faults += _faults_of_answers(questions[-1])
    keys = [_plain(one) for one in root.getElementsByTagName("idnumber")]
    if len(keys) != len(set(keys)):  # unique in a category; more than that is easier to see
        faults.append("an idnumber occurs twice")
    return questions, faults


def _faults(parent, allowed):
    """Faults of the children of an element: names, numbers of them, texts, formats and values."""
    names = [child.tagName for child in _elements(parent)]
    yield from (f"{parent.tagName} holds {name}" for name in names if name not in allowed)
    for name, (least, most) in allowed.items():
        if not least <= names.count(name) <= most:
            yield f"{names.count(name)} × {name} in {parent.tagName}"
    for child in _elements(parent):
        if child.tagName in WITH_TEXT and [one.tagName for one in _elements(child)].count("text") != 1:
            yield f"{child.tagName} without one text"
        if child.tagName in WITH_FORMAT and child.getAttribute("format") not in FORMATS:
            yield f"{child.tagName} in the format {child.getAttribute('format')!r}"
        if child.tagName in VALUES and not re.fullmatch(VALUES[child.tagName], _plain(child)):
            yield f"{child.tagName} is {_plain(child)!r}"
        if child.tagName == "answer":
            of_number = parent.getAttribute("type") == "numerical"
            inside = {"text": (1, 1), "feedback": (0, 1)} | ({"tolerance": (1, 1)} if of_number else {})
            yield from _faults(child, inside)


def _faults_of_answers(quiz):
    """Faults of a question's answers: their numbers, and how many are right."""
    if [one.fraction for one in quiz.answers].count(100.0) != 1:
        yield f"{quiz.name}: not one right answer"
    for one in quiz.answers:
        if quiz.kind == "numerical" and one.answer != "*" and not re.fullmatch(NUMBER, one.answer):
            yield f"{quiz.name}: {one.answer} is no number"
    if quiz.kind == "multichoice" and len(quiz.answers) < 2:
        yield f"{quiz.name}: fewer than two choices"
    if not (0 < len(quiz.name) <= 255 and quiz.text):
        yield f"{quiz.name}: name or text"


def _quiz(question, kind, category):
    answers = [
        Answer(
            _text(one),
            float(one.getAttribute("fraction")),
            float(_plain(_one(one, "tolerance")) if kind == "numerical" else 0),
            _text(_one(one, "feedback")),
        )
        for one in _elements(question)
        if one.tagName == "answer"
    ]
    texts = [_text(_one(question, name)) for name in ("name", "questiontext", "generalfeedback")]
    return Quiz(category, kind, texts[0], texts[1], tuple(answers), texts[2])


def _elements(parent):
    return [node for node in parent.childNodes if node.nodeType == node.ELEMENT_NODE]


def _one(parent, name):
    return next(node for node in _elements(parent) if node.tagName == name)


def _plain(element):
    return "".join(node.data for node in element.childNodes if node.nodeType in (3, 4))


def _text(element):
    return _plain(_one(element, "text"))


HELD = {"\\" + sign: f"&&{ord(sign):03};" for sign in ":#={}~"} | {"\\n": "&&010"}


def read_gift(content):
    """The questions of a GIFT file, in the steps of Moodle's readquestion."""
    questions, category = [], ""
    for block in re.split(r"\n[ \t]*\n", content.strip()):
        lines = [" " if line.strip().startswith("//") else line for line in block.split("\n")]
        text = "\n".join(lines).strip().replace("\\\\", "&&092;")
        for written, held in HELD.items():
            text = text.replace(written, held)
        text = text.replace("&&092;", "\\")
        if text.startswith("$CATEGORY:"):
            category = text.removeprefix("$CATEGORY:").strip()
            continue
        assert text.startswith("::")
        name, text = text[2:].split("::", 1)
        start, end = text.index("{"), text.index("}")
        assert text.endswith("}")  # else it would be a missing word
        assert end == len(text) - 1
        asked = text[:start].strip()
        assert asked.startswith("[html]")
        inside, reason = text[start + 1 : end].strip().rsplit("####", 1)
        kind = "numerical" if inside.startswith("#") else "multichoice"
        answers = _numerical(inside[1:]) if kind == "numerical" else _multichoice(inside)
        shown = _released(asked.removeprefix("[html]")).strip()
        questions.append(Quiz(category, kind, _released(name), shown, answers, _released(reason).strip()))
    return questions


def _released(text):
    for written, held in HELD.items():
        text = text.replace(held, "\n" if written == "\\n" else written[1:])
    return text


def _numerical(inside):
    inside, other, feedback = inside.partition("~")
    answers = []
    for part in filter(None, (one.strip() for one in inside.split("="))):
        weight = re.match(r"%(-?\d{1,3})%", part)
        number, _, why = part[weight.end() if weight else 0 :].partition("#")
        value, _, tolerance = number.partition(":")
        share = float(weight[1]) if weight else 100.0
        answers.append(Answer(value.strip(), share, float(tolerance), _released(why).strip()))
    if other:
        answers.append(Answer("*", 0.0, 0.0, _released(feedback.partition("#")[2]).strip()))
    return tuple(answers)


def _multichoice(inside):
    answers = []
    for part in filter(None, (one.strip() for one in inside.replace("=", "~=").split("~"))):
        choice, _, why = part.removeprefix("=").partition("#")
        share = 100.0 if part.startswith("=") else 0.0
        answers.append(Answer(_released(choice).strip(), share, 0.0, _released(why).strip()))
    return tuple(answers)
