"""Padded positions against NumPy's own padding."""

import numpy as np
import pytest

from course.arithmetic import PADDING_MODES, SettingError, ShapeError, source_index
from course.arithmetic.padding import check_padding

NUMPY = {"reflect": "reflect", "replicate": "edge", "circular": "wrap", "symmetric": "symmetric"}


@pytest.mark.parametrize("mode", NUMPY)
@pytest.mark.parametrize("length", [1, 2, 5])
def test_every_position_shows_what_numpy_shows(mode, length):
    most = {"reflect": length - 1, "replicate": 9}.get(mode, length)
    shown = np.pad(np.arange(length), most, mode=NUMPY[mode])
    assert [source_index(i - most, length, mode) for i in range(len(shown))] == shown.tolist()


def test_zeros_show_nothing_outside():
    assert [source_index(i, 2) for i in range(-2, 4)] == [None, None, 0, 1, None, None]


@pytest.mark.parametrize(("mode", "most"), [("reflect", 4), ("circular", 5), ("symmetric", 5)])
def test_more_padding_than_there_is_to_show_is_refused(mode, most):
    check_padding(5, most, most, mode)
    for before, after in [(most + 1, 0), (0, most + 1)]:
        with pytest.raises(
            ShapeError,
            match=f"{mode} padding {most + 1} needs more than the 5 positions there are: at most {most}",
        ):
            check_padding(5, before, after, mode)
    for position in (-most - 1, 5 + most):
        with pytest.raises(ShapeError, match="or use replicate"):
            source_index(position, 5, mode)


def test_an_unknown_mode_is_told_the_known_ones():
    with pytest.raises(SettingError, match=f"'mirror' is not known: use one of {', '.join(PADDING_MODES)}"):
        source_index(0, 5, "mirror")
