"""How wide a formula is, and which formulas of a sentence stand on lines of their own."""

import pytest
from derived import ONE_EACH, asked

from ui.frame.formulas import ON_A_PHONE, apart, width

ROW = r"\begin{bmatrix} 0.388 & 0.279 & 0.139 & 0.139 \end{bmatrix}"


@pytest.mark.parametrize(
    ("latex", "n"),
    [
        ("a + b", 3),
        (r"\alpha^{2}", 2),
        (r"\frac{a + b}{c}", 3),
        (r"\begin{bmatrix}1 & 2 \\ 123 & 4\end{bmatrix}", 7),
        (r"\text{softmax}(x)", 10),
        (r"\operatorname{softmax}(o)", 10),
        (r"\q{ha1}{h^{a}_{12}}", 4),
    ],
)
def test_the_width_of_a_formula_is_that_of_its_longest_row(latex, n):
    assert width(latex) == n


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("No formula.", "No formula."),
        ("Is $W_{11}$ positive?", "Is $W_{11}$ positive?"),
        (f"Here ${'a + ' * 40}b$.", f"Here ${'a + ' * 40}b$."),  # a browser breaks it at a plus
        (f"Predicted: ${ROW}$. Next.", f"Predicted: \n\n$$\n{ROW}.\n$$\n\n Next."),
        (rf"${ROW}$ and $b$, then $\left({'x' * 30}\right)$", None),
        (r"$\begin{bmatrix}1 & 2\end{bmatrix}$ is short", r"$\begin{bmatrix}1 & 2\end{bmatrix}$ is short"),
    ],
)
def test_a_formula_that_a_line_of_a_phone_cannot_hold_stands_apart(sentence, shown):
    assert apart(sentence) == (
        shown if shown else f"\n\n$$\n{ROW}\n$$\n\n and $b$, then \n\n$$\n\\left({'x' * 30}\\right)\n$$\n\n"
    )


def test_no_matrix_wider_than_a_line_stays_in_a_question_or_its_answer():
    n_apart = 0
    for problem in ONE_EACH:
        for _, question in asked(problem):
            for text in (question.prompt, question.reason, question.more):
                in_lines = apart(text).replace("$$", "\0").split("\0")[::2]
                for formula in "\0".join(in_lines).split("$")[1::2]:
                    assert "bmatrix" not in formula or width(formula) <= ON_A_PHONE
                n_apart += len(in_lines) - 1
    assert n_apart > 50
