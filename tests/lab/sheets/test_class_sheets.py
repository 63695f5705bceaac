"""Sheets of a class: the students of a list, printable HTML with MathML, and one zip file."""

import csv
import html
import html.parser
import io
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest

from lab import cells
from lab.assignment import key_of
from lab.derivation import CHAPTERS, Problem, derive, sheet
from lab.sheets import folder, printed
from lab.sheets.names import MOST_STUDENTS, read, seed_of

NASTY = "Ada <b>&amp; *x* $y$ `z` ]]> ../../etc"


@pytest.mark.parametrize(
    ("text", "named", "students"),
    [
        ("Ada\nBen\n", "column 1", ("Ada", "Ben")),
        ("Student name\nAda\nBen\nAda\n", "Student name", ("Ada", "Ben")),
        ("Nom;Groupe\nÉva;1\nZoë;1\n", "Nom", ("Éva", "Zoë")),
        ("Gruppe;Matrikelnummer\nA;12\nA;34\n", "Matrikelnummer", ("12", "34")),
        ("Who\n17\n18\n", "Who", ("17", "18")),
        ("17\n18\n", "column 1", ("17", "18")),
        ("First name,Last name,Email,ID\nA,B,a@x,7\nC,D,c@x,8\n", "First name", ("A", "C")),
        ("name,name,\nA,B\nC,D,E\n", "name", ("A", "C")),
        ("Name\n", "Name", ()),
        ("Name,Email\n", "Name", ()),
        ("Student,ID,Homework 1\n    Points Possible,,10\n", "Student", ()),  # of Canvas
        ("student7\n", "column 1", ("student7",)),
        ("Ada,ada@username.org\n", "column 1", ("Ada",)),
        ("Ann,1\nann,2\nANN,3\nBen,4\nann  b,5\nAnn B,6\n", "column 1", ("Ann", "Ben", "ann  b")),
        ("Name\nAda\nMonique Vietnamer\n", "Name", ("Ada", "Monique Vietnamer")),
        ("A,x\nA,y\nB,z\n", "column 2", ("x", "y", "z")),  # it has most names
        ("Email,Student\na@x,Ada\nb@x,Ada\n", "Student", ("Ada",)),  # though it has fewer
    ],
)
def test_the_column_of_the_students_is_found_with_any_header(text, named, students):
    found = read(text.encode("utf-16"))
    assert (found.named, found.students()) == (named, students)


@pytest.mark.parametrize(
    "title",
    [
        *("Name", "Surname", "first name", "Student", "Nom", "Prénom", "Nombre", "Apellidos", "Cognome"),
        *("Matrikelnummer", "Immatr.-Nr.", "E-Mail", "email", "ID", "SID", "SID number", "sid", "Username"),
        *("Login", "Achternaam", "Naam", "Nome", "Participant", "Learner", "Candidate", "Pupil"),
        *("Étudiant", "Estudiante", "Schüler", "Alumno", "Имя", "Фамилия", "姓名", "名前"),
    ],
)
def test_a_title_is_no_student(title):
    assert read(f"{title}\nAda\nBen\n".encode()).columns == {title: ["Ada", "Ben"]}


@pytest.mark.parametrize(
    "names",
    [
        ("Naama Levi", "Ada"),
        ("Sid Vicious", "Ada"),
        ("Anna Loginova", "Ada"),
        ("Ida", "Midas Nomura"),
        ("Candidate Nome", "Ada"),
        ("student1@x.org", "student2@x.org"),
    ],
)
def test_a_student_is_no_title(names):
    assert read("\n".join(names).encode()).columns == {"column 1": list(names)}


def test_the_row_of_points_in_a_gradebook_of_canvas_is_no_student():
    found = read(b"Student,ID,Homework 1\n    Points Possible,,10\nAda,11,9\nBen,22,8\n")
    assert found.students() == ("Ada", "Ben")
    assert read(b"Student,ID\nAda,11\nPoints Possible,22\n").students() == ("Ada", "Points Possible")


def test_another_column_can_be_chosen():
    found = read(b"First name,Email\nAda,a@x.org\nBen,b@x.org\n")
    assert found.students("Email") == ("a@x.org", "b@x.org")
    assert list(read(b"a,,a\n1,2,3\n").columns) == ["a", "column 2", "a (3)"]


def test_empty_cells_are_no_students_and_long_ones_are_cut():
    found = read(f"Name,Group\nAda,1\n,2\n{'B' * 101},3\n".encode())
    assert found.students() == ("Ada", "B" * 100)
    (title, _), _ = read(f"Name {'x' * 100},Group\nAda,1\n".encode()).columns.items()
    assert title == f"Name {'x' * 95}"


def test_a_list_of_ten_thousand_is_refused_in_one_sentence():
    with pytest.raises(
        cells.Unreadable, match=r"The class list has more than 3,000 rows; allowed: up to 3,000\."
    ):
        read("\n".join(map(str, range(10_000))).encode())
    many = read("\n".join(map(str, range(MOST_STUDENTS + 1))).encode())
    with pytest.raises(cells.Unreadable, match=r"has 301 students; allowed: up to 300 at a time\."):
        many.students()


def test_a_seed_comes_from_the_name_alone():
    assert seed_of("Ada Lovelace") == seed_of("  ada\tLOVELACE ") != seed_of("Ada Lovelac")
    assert seed_of("Ann Lee") == 3835007348 != seed_of("AnnLee"), "as in sheets already handed out"
    seeds = {seed_of(f"student {n}") for n in range(300)}
    assert len(seeds) == 300
    assert 0 <= min(seeds) <= max(seeds) < 2**32


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("# A *b*", "<h1>A <em>b</em></h1>"),
        ("## 1 < 2", "<h2>1 &lt; 2</h2>"),
        ("one **two** `a*b*c`", "<p>one <strong>two</strong> <code>a*b*c</code></p>"),
        (
            "Which?\n   - first\n   - second",
            '<div class="task"><p>Which?</p>\n<ul><li>first</li><li>second</li></ul></div>',
        ),
        (
            "| a | b |\n|---|---|\n| 1 | *2* |\n| 3 | 4 |",
            "<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><em>2</em></td></tr>\n"
            "<tr><td>3</td><td>4</td></tr></table>",
        ),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_each_block_of_a_sheet_is_its_element(markdown, written):
    assert printed.blocks(markdown) == written


@pytest.mark.parametrize(
    ("number", "student", "name"),
    [
        (7, "Ada Lovelace", "007-Ada_Lovelace"),
        (12, "?*/..", "012"),
        (300, "x" * 61, "300-" + "x" * 60),
        (4, " 李 明 ", "004-李_明"),
    ],
)
def test_a_file_is_named_by_the_number_and_the_letters_of_a_student(number, student, name):
    assert folder.file_name(number, student) == name


def test_a_name_is_literal_text_below_the_title_whatever_backticks_it_has():
    assert folder._named("Ada  L", "# Tasks\n\nOne.\n\nTwo.") == "# Tasks\n\n` Ada L `\n\nOne.\n\nTwo.\n"
    assert folder._named("a `` b ` c", "# T\n\nOne.") == "# T\n\n``` a `` b ` c ```\n\nOne.\n"


class Tags(html.parser.HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def written():
    problem = Problem(activation="gelu", hidden_layer_sizes=(3, 2), l1=0.01, l2=0.1, seed=3)
    return sheet(problem, derive(problem))


@pytest.mark.parametrize("which", [0, 1])
def test_a_printed_sheet_has_every_formula_as_mathml_and_every_other_word_as_text(written, which):
    page_text = printed.document(NASTY, [(NASTY, written[which])])
    page = Tags(page_text)
    formulas = re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", re.sub("`[^`]*`", "", written[which]), re.DOTALL)
    assert page.tags.count("math") == len(formulas) > 100
    text = "".join(page.words)
    assert NASTY in text
    ours = re.sub("<code>.*?</code>", "", page_text.replace(html.escape(NASTY), ""))
    assert not re.search(r"\$|\\[a-z]|\*\*|[\ue000\ue001]", ours)
    assert page.tags.count("h2") == len(CHAPTERS)
    bold = re.findall(r"^\*\*(.+?)\*\*", written[which], re.MULTILINE)
    assert page.tags.count("strong") == len(bold)
    assert page.tags.count("li") == written[which].count("\n   - ")
    assert page.tags.count("code") == len(re.findall("`[^`]+`", written[which]))


def test_a_printed_sheet_asks_no_host_and_runs_nothing(written):
    page = Tags(printed.document("Sheet", [("", written[0]), ("Ada", written[0])]))
    assert not {"script", "link", "img", "iframe", "object"} & {*page.tags}
    assert {name for name, _ in page.attributes} <= {
        *("charset", "lang", "class", "xmlns", "display", "stretchy", "fence", "form", "accent", "width"),
        *("mathvariant", "displaystyle", "scriptlevel", "lspace", "rspace", "linebreak"),
    }
    assert page.tags.count("section") == 2
    assert "Name: ___" in "".join(page.words)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x = -0.5", "x=−0.5"),
        (r"\operatorname{softmax}(o)_{2}", "softmax(o)2"),
        (r"\tfrac12\left(\tanh\tfrac{x}{2} + 1\right)", "12(tanhx2+1)"),
        (r"W^{1}_{23} \cdot 10^{-5}", "W231·10−5"),
        (r"\begin{bmatrix} 1 & -2 \\ \vdots & 4 \end{bmatrix}", "[1−2⋮4]"),
    ],
)
def test_mathml_is_xml_with_the_signs_of_the_formula(latex, text):
    root = ET.fromstring(printed.mathml(latex, "inline"))
    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert "".join(root.itertext()) == text


def test_a_sign_a_bar_and_a_function_are_spaced_as_tex_does():
    assert '<mo form="prefix">&#x02212;</mo><mn>2</mn>' in printed.mathml("a = -2", "inline")
    for difference in ("a - 2", "|a| - 2", "(a) - 2", "x_{1} - 2"):
        assert "prefix" not in printed.mathml(difference, "inline")
    assert '<mi>ln</mi><mspace width="0.167em" /><mi>p</mi>' in printed.mathml(r"\ln p", "inline")
    assert "mspace" not in printed.mathml(r"\max_i(o)", "inline") + printed.mathml(r"\ln(p)", "inline")


def made(*arguments):
    """(the shares that were done, the zip file)."""
    steps, shares = folder.sheets(*arguments), []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as finished:
            return shares, zipfile.ZipFile(io.BytesIO(finished.value))


def test_the_zip_has_each_students_own_tasks_and_the_solutions_apart():
    students = ["Ada", NASTY, "=cmd", "李明"]
    seeds = {student: seed_of(student) for student in students}
    shares, archive = made(seeds, Problem(activation="tanh"), CHAPTERS[1:2])
    assert shares == [0.25, 0.5, 0.75, 1]
    names = archive.namelist()
    assert all(re.fullmatch(r"(?:tasks/|solutions/)?[\w-]+\.(?:md|html|csv)", name) for name in names)
    assert len(names) == len(set(names)) == 4 * len(students) + 2
    rows = list(csv.reader(io.StringIO(archive.read("class.csv").decode())))
    assert [row[0] for row in rows] == ["student", "Ada", NASTY, "'=cmd", "李明"]
    whole = archive.read("all-tasks.html").decode()
    for student, (_, seed, name) in zip(students, rows[1:], strict=True):
        problem = Problem(activation="tanh", seed=seed_of(student))
        tasks, solutions = sheet(problem, derive(problem, CHAPTERS[1:2]), "")
        assert str(problem.seed) not in tasks
        assert int(seed) == problem.seed
        assert archive.read(name).decode() == printed.document(name[6:-5], [(student, tasks)])
        assert printed.blocks(tasks.partition("\n\n")[2]) in whole
        own = archive.read(name.replace("tasks/", "solutions/").replace(".html", ".md")).decode()
        assert own.replace(student, "").split("\n\n", 2)[2].strip() == solutions.partition("\n\n")[2]
        assert "Solutions" not in archive.read(name).decode()


def test_the_seed_of_a_sheet_comes_from_the_key_and_the_name_and_of_old_sheets_from_the_name():
    one, other = key_of("one"), key_of("other")
    assert seed_of("Ada  Lovelace", one) == seed_of("ada lovelace", one.lower().replace("-", " "))
    assert len({seed_of(name, key) for name in ("Ada", "Ben") for key in ("", one, other)}) == 6
    assert seed_of("Ada") == 4260250381
    assert 0 <= seed_of("Ada", one) < 2**32
