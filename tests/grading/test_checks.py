"""Checks accept right results of exact types and nothing that only looks like them."""

import numpy as np
import pytest

from course.grading import checks


class LyingInt(int):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class LyingArray(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return np.array(0.0)


@pytest.mark.parametrize("value", [0, -3, 2**80, np.int8(3), np.int64(-9), np.uint16(7), np.intp(1)])
def test_whole_numbers_pass(value):
    assert checks.whole(value) == int(value)
    assert type(checks.whole(value)) is int


@pytest.mark.parametrize(
    "value", [True, np.True_, 1.0, np.float64(1), LyingInt(1), "1", None, [1], np.array(1), 1j]
)
def test_look_alikes_are_no_whole_numbers(value):
    with pytest.raises(AssertionError, match="the count must be a whole number"):
        checks.whole(value, "the count")


def test_a_missing_return_is_named():
    with pytest.raises(AssertionError, match="is a return missing"):
        checks.whole(None)


@pytest.mark.parametrize("value", [[1, 2], (1, 2), (np.int64(1), 2)])
def test_tuples_and_lists_of_whole_numbers_pass(value):
    assert checks.wholes(value, length=2) == (1, 2)


@pytest.mark.parametrize(
    "value", [(1, 2.0), (1,), {1, 2}, np.array([1, 2]), "12", type("T", (tuple,), {})((1, 2))]
)
def test_other_sequences_do_not(value):
    with pytest.raises(AssertionError):
        checks.wholes(value, length=2)


def test_arrays_come_back_as_fresh_float64():
    given = np.arange(6, dtype=np.int16).reshape(2, 3).T
    got = checks.array(given, shape=(3, 2))
    assert got.dtype == np.float64
    assert (got == given).all()
    assert not np.shares_memory(got, given)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([1.0], "must be a NumPy array, got a list"),
        (np.ones((2, 2)), r"must have shape \(2,\), got \(2, 2\)"),
        (np.ones(2).view(LyingArray), "must be a NumPy array"),
        (np.array([1, np.nan]), "must be finite"),
        (np.ones(2, dtype=complex), "must hold real numbers"),
        (np.ones(2, dtype=object), "must hold real numbers"),
    ],
)
def test_other_values_are_no_arrays(value, says):
    with pytest.raises(AssertionError, match=says):
        checks.array(value, shape=(2,))


def test_close_is_relative_to_the_largest_value():
    checks.close(np.array([1000.0, 0.0]), [1000.0, 9e-4])
    checks.close(np.float32(0.5), 0.5)
    for wrong in [np.array([1000.0, 2e-3]), np.array([1000.0]), 1000.0, np.array([np.nan, 0])]:
        with pytest.raises(AssertionError):
            checks.close(wrong, [1000.0, 0.0])
    for wrong in [float("nan"), True, "0.5", 0.6]:
        with pytest.raises(AssertionError):
            checks.close(wrong, 0.5)


def test_close_never_says_the_answer():
    with pytest.raises(AssertionError) as failure:
        checks.close(3.0, 41.75, "the loss")
    assert "41" not in str(failure.value)


def test_raises_wants_the_named_exception():
    checks.raises(ValueError, int, "x")
    for function in (lambda: None, lambda: 1 / 0):
        with pytest.raises(AssertionError, match="the call must raise ValueError"):
            checks.raises(ValueError, function)
