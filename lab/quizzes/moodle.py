"""Items as Moodle XML, which Moodle imports into its question bank.

The format is that of docs.moodle.org/en/Moodle_XML_format and of Moodle's own importer,
question/format/xml/format.php: category and question elements in a quiz. A number's tolerance is absolute.
"""

import re
import xml.etree.ElementTree as ET

from lab.quizzes.item import NUMBER, by_category

TOP = "$course$/top"  # the categories of the course that imports the file
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST_NAME = 255  # characters of a question's or category's name in Moodle's tables
PENALTY = "0.3333333"  # Moodle's default penalty for another attempt


def xml(items, points=1):
    """Return the Items as the bytes of a Moodle XML file, in UTF-8; each is worth `points`."""
    quiz = ET.Element("quiz")
    for category, some in by_category(items):
        _category(quiz, category)
        for item in some:
            _question(quiz, item, points)
    ET.indent(quiz)
    return ET.tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n"


def path(category):
    """Return a category as Moodle writes it: names separated by /, and // for a / in a name."""
    return "/".join([TOP, *(clean(name)[:LONGEST_NAME].replace("/", "//") for name in category)])


def clean(text):
    """Return a text without the characters that XML 1.0 does not allow (section 2.2)."""
    return NOT_XML.sub("", text)


def _category(quiz, category):
    question = ET.SubElement(quiz, "question", type="category")
    _text(ET.SubElement(question, "category"), path(category))
    info = ET.SubElement(question, "info", format="html")
    _text(info, "")


def _question(quiz, item, points):
    question = ET.SubElement(quiz, "question", type="numerical" if item.kind == NUMBER else "multichoice")
    _text(ET.SubElement(question, "name"), item.name[:LONGEST_NAME])
    _html(question, "questiontext", item.text)
    _html(question, "generalfeedback", item.reason)
    _leaf(question, "defaultgrade", f"{points:g}")
    _leaf(question, "penalty", PENALTY)
    _leaf(question, "hidden", "0")
    _leaf(question, "idnumber", item.key)
    if item.kind != NUMBER:
        _leaf(question, "single", "true")
        _leaf(question, "shuffleanswers", "true")
        _leaf(question, "answernumbering", "abc")
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            _html(question, name, "")
    for option in item.options:
        _answer(question, item, option)


def _answer(question, item, option):
    fraction = "100" if option.is_right else "0"
    answer_format = "moodle_auto_format" if item.kind == NUMBER else "html"
    answer = ET.SubElement(question, "answer", fraction=fraction, format=answer_format)
    _text(answer, option.answer if isinstance(option.answer, str) else repr(option.answer))
    _html(answer, "feedback", option.feedback)
    if item.kind == NUMBER:
        _leaf(answer, "tolerance", repr(option.tolerance))


def _html(parent, tag, text):
    _text(ET.SubElement(parent, tag, format="html"), text)


def _text(parent, text):
    _leaf(parent, "text", text)


def _leaf(parent, tag, text):
    ET.SubElement(parent, tag).text = clean(text)
