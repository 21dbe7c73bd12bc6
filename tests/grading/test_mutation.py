"""Changes are found in a fixed order, applied to copies, and leave alone what is not behaviour."""

import ast

from course.grading.mutation import changed, changes

SOURCE = '''
def f(x: int = 1, *, scale: float = 2.0) -> float:
    """Return x + 1."""
    if x < 0:
        raise ValueError(f"{x + 1} is below 0")
    y = x * scale
    return y + 1
'''


def function():
    """Return the function of SOURCE."""
    return ast.parse(SOURCE).body[0]


def test_defaults_change_and_docstring_annotations_and_messages_do_not():
    texts = [ast.unparse(changed(function(), change)) for change in changes(function())]
    assert all('"""Return x + 1."""' in text and "-> float:" in text for text in texts)
    assert all("x: int=" in text for text in texts)
    assert all("f'{x + 1} is below 0'" in text for text in texts if "raise" in text)
    assert any("x: int=2" in text for text in texts)
    assert any("scale: float=-2.0" in text for text in texts)


def test_the_order_does_not_vary_and_the_original_stays():
    original = function()
    before = ast.dump(original)
    found = [(change.path, change.kind) for change in changes(original)]
    assert found == [(change.path, change.kind) for change in changes(function())]
    assert ast.dump(original) == before
    assert len(found) > 30


def test_every_change_compiles_and_differs():
    texts = {ast.unparse(changed(function(), change)) for change in changes(function())}
    assert ast.unparse(function()) not in texts
    for text in texts:
        compile(text, "<mutant>", "exec")


def test_two_changes_of_one_place_meet_and_others_can_be_made_together():
    found = changes(function())
    default = next(change for change in found if change.path[0] == ("args", -1))
    last = next(change for change in found if change.path[0] == ("body", 3))
    inner = next(change for change in found if change.path[0] == ("body", 3) and len(change.path) > 2)
    whole = next(change for change in found if change.path == (("body", 3),))
    assert not default.meets(last)
    assert inner.meets(whole)
    assert whole.meets(inner)
    both = ast.unparse(changed(function(), default, whole))
    assert "scale: float=-2.0" in both
    assert both.rstrip().endswith("pass")


def test_names_are_exchanged_for_others_of_the_function_only():
    texts = "\n".join(ast.unparse(changed(function(), change)) for change in changes(function()))
    assert "y = scale * scale" in texts
    assert "y = x * x" in texts
    assert "y = ValueError" not in texts
