"""Refused callables raise wherever they are reached from, and only they."""

import sys
import textwrap

import pytest

from course.grading import refusal
from course.grading.refusal import Refused, allowed, refuse, unmet


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """A package ``toys`` with a function, a class, an exception, a submodule; all refusals forgotten afterwards."""
    files = {
        "__init__.py": "from toys.parts import count\nfrom toys.parts import Layer, ToyError\n",
        "parts.py": """
            class ToyError(Exception): pass
            class Layer:
                def __init__(self, n): self.n = n
                def size(self): return self.n
            class Wide(Layer): pass
            def count(n): return n
            def _private(n): return n
        """,
        "late.py": "import math\nfrom math import prod\ndef area(n): return n * n\n",
        "table.py": "from toys import count\nTABLE = [count(n) for n in range(3)]\ndef longer(): return count(3)\n",
    }
    (tmp_path / "toys").mkdir()
    for name, text in files.items():
        (tmp_path / "toys" / name).write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(refusal, "_reasons", {})
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "toys"]:
        del sys.modules[name]


def test_nothing_is_imported_for_the_sake_of_refusing(toys):
    refuse("toys:*", reason="no")
    assert "toys" not in sys.modules


def test_later_imports_are_refused(toys):
    refuse("toys:count", reason="count them yourself")
    import toys

    with pytest.raises(Refused, match=r"toys\.count is switched off here: count them yourself"):
        toys.count(3)


def test_a_library_may_call_a_refused_function_while_it_is_imported_and_not_later(toys):
    refuse("toys.parts:count", reason="no")
    from toys.table import TABLE, longer

    assert TABLE == [0, 1, 2]
    with pytest.raises(Refused):
        longer()


def test_a_function_is_refused_under_every_name(toys):
    import toys
    import toys.parts

    toys.alias = toys.parts.count
    refuse("toys.parts:count", reason="no")
    for function in (toys.count, toys.parts.count, toys.alias):
        with pytest.raises(Refused):
            function(3)


def test_a_class_cannot_be_built_nor_its_heirs(toys):
    import toys.parts
    from toys import Layer

    refuse("toys:Layer", reason="no")
    for kind in (Layer, toys.parts.Wide):
        with pytest.raises(Refused):
            kind(3)


def test_a_method_alone_can_be_refused(toys):
    from toys import Layer

    refuse("toys:Layer.size", reason="no")
    with pytest.raises(Refused, match=r"Layer\.size"):
        Layer(3).size()


def test_star_means_public_functions_and_classes_of_the_package(toys):
    refuse("toys:*", reason="no")
    import toys.late
    import toys.parts

    for call in (toys.count, toys.Layer, toys.parts.Wide, toys.late.area):
        with pytest.raises(Refused):
            call(3)
    assert toys.parts._private(3) == 3
    assert toys.late.prod([2, 3]) == 6
    assert isinstance(toys.ToyError("x"), Exception)


def test_allowed_lifts_refusals_inside_the_block_only(toys):
    import toys

    refuse("toys:count", "toys:Layer", reason="no")
    with allowed():
        assert toys.count(3) == 3
        assert toys.Layer(3).size() == 3
    with pytest.raises(Refused):
        toys.count(3)


def test_refusing_twice_changes_nothing(toys):
    import toys

    refuse("toys:count", reason="first")
    once = toys.count
    refuse("toys:count", "toys:*", reason="second")
    assert toys.count is once


def test_the_original_is_not_left_in_wrapped(toys):
    import toys

    refuse("toys:count", reason="no")
    assert not hasattr(toys.count, "__wrapped__")


def test_unmet_targets_are_told(toys):
    refuse("toys:count", "toys:cuont", reason="no")
    import toys  # noqa: F401

    assert unmet() == ["toys:cuont"]


@pytest.mark.parametrize("target", ["toys", "toys:", ":count", "toys.count"])
def test_a_target_without_a_name_is_an_error(toys, target):
    with pytest.raises(ValueError, match="write 'module:name'"):
        refuse(target, reason="no")


def test_a_class_that_cannot_be_changed_is_left_and_told_of(toys, monkeypatch):
    import toys.parts

    monkeypatch.setattr(toys.parts, "Fixed", int, raising=False)
    refuse("toys.parts:Fixed", "toys.parts:count", reason="no")
    assert toys.parts.Fixed("3") == 3
    assert unmet() == ["toys.parts:Fixed"]
    with pytest.raises(Refused):
        toys.parts.count(3)
