"""Each kind of slip, by what it makes of a line."""

import ast

import pytest

from course.grading.mutation import changed, changes


def becomes(line, arguments="x, y"):
    """Return the lines that the slips make of one line of a function."""
    function = ast.parse(f"def f({arguments}):\n    {line}").body[0]
    texts = [ast.unparse(changed(function, change)) for change in changes(function)]
    assert len(texts) == len(set(texts))
    return {" ".join(text.split("\n")[1:]).strip() for text in texts}


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("return x + y", ["return x - y", "return x * y", "return x", "return y", "return y + y", "pass"]),
        ("return x - y", ["return y - x", "return x + y"]),
        ("return x / y", ["return x // y", "return x * y", "return y / x", "return -x / y"]),
        ("return x ** 2", ["return x ** 3", "return x ** 4", "return x * 2", "return 2 ** x"]),
        ("return x @ y.T", ["return x @ y", "return x * y.T", "return y.T @ x"]),
        ("return x < 3", ["return x <= 3", "return x > 3", "return x >= 3", "return x < 4", "return x < 2"]),
        ("return x and not y", ["return x or not y", "return x", "return not y", "return x and y"]),
        ("return -x", ["return x"]),
        ("return 0.5", ["return 1.5", "return -0.5", "return 0.0", "return 1.0"]),
        ("return True", ["return False"]),
        ("return x[1]", ["return x[2]", "return x[0]"]),
        ("return x[y]", ["return x[y + 1]", "return x[y - 1]"]),
        ("return x[:y]", ["return x[:y + 1]", "return x[:y - 1]", "return x[:]", "return x[1:y]"]),
        ("return x[:, 1:]", ["return x[:, 2:]", "return x[:, 0:]", "return x[1:, 1:]", "return x[:-1, 1:]"]),
        ("x[y] = 0", ["x[y + 1] = 0", "x[y] += 0", "x[y] = 1"]),
        ("x += y", ["x = y", "x -= y", "x *= y"]),
        ("return x.sum(axis=1, keepdims=True)", ["return x.sum(keepdims=True)", "return x.sum(axis=1)"]),
        (
            "return x.sum(axis=1)",
            ["return x.sum(axis=0)", "return x.sum(axis=2)", "return x.mean(axis=1)", "return x"],
        ),
        ("return x.sum(axis=(0, 2))", ["return x.sum(axis=(0,))", "return x.sum(axis=(2,))"]),
        ("return x.copy()", ["return x"]),
        ("return f(x, y)", ["return f(y, x)", "return x", "return f(-x, y)"]),
        ("return max(x, 0)", ["return min(x, 0)", "return max(x, 1)"]),
        ("return np.zeros(x)", ["return np.ones(x)"]),
        ("return np.exp(x)", ["return np.expm1(x)", "return np.exp(-x)"]),
        ("return range(x)", ["return range(x + 1)", "return range(x - 1)"]),
        ("return 1 if x else y", ["return 1", "return y", "return 1 if not x else y"]),
        ("return (x, y)", ["return (y, x)", "return (x,)", "return (x, x)"]),
        ("return {1: x, 2: y}", ["return {2: y}", "return {1: x}"]),
        ("return [v for v in x if v]", ["return [v for v in x if not v]", "return [v for v in x if True]"]),
        ("return x == 'sum'", ["return x != 'sum'", "return x == 'sum_'"]),
    ],
)
def test_slips_that_a_line_must_show(line, some):
    assert set(some) - becomes(line) == set()


@pytest.mark.parametrize(
    ("line", "none"),
    [
        ("return x.sum(axis=-1)", "return x.sum(axis=1)"),  # two names of one axis
        ("return x.sum(axis=(0, 2))", "return x.sum(axis=(2, 0))"),
        ("return max(x, y)", "return max(y, x)"),
        ("return zip(x, y, strict=True)", "return zip(x, y)"),
        ("return abs(x)", "return abs(-x)"),
        ("return x.shape[2:]", "return x.shape[-2:]"),
        ("raise ValueError('no')", "raise ValueError('no_')"),
        ("return 0.0", "return -0.0"),
    ],
)
def test_slips_that_would_change_nothing_are_left_out(line, none):
    assert none not in becomes(line)


def test_branches_and_loops():
    source = "def f(x):\n    for i in x:\n        if i > 1:\n            break\n    return i"
    function = ast.parse(source).body[0]
    texts = [ast.unparse(changed(function, change)) for change in changes(function)]
    for wanted in ("if True:", "if False:", "if i >= 1:", "continue"):
        assert any(wanted in text for text in texts), wanted
    assert source.replace("    for i in x:\n        if i > 1:\n            break", "    pass") in texts
