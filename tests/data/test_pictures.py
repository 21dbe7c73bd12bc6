"""Pictures of every mode and depth, odd sizes, masks and stacks."""

from __future__ import annotations

import gzip
import io

import numpy as np
import pytest
import torch
from PIL import Image

from course.data.errors import DataError
from course.data.pictures import decode, decode_mask, decode_stack, is_grey

RED = (255, 0, 0)


def stored(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


MODES = {
    "1": Image.new("1", (5, 3), 1),
    "L": Image.new("L", (5, 3), 255),
    "LA": Image.new("LA", (5, 3), (255, 255)),
    "P": Image.new("RGB", (5, 3), "white").convert("P"),
    "RGB": Image.new("RGB", (5, 3), "white"),
    "RGBA": Image.new("RGBA", (5, 3), "white"),
    "I;16": Image.fromarray(np.full((3, 5), 65535, np.uint16)),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("channels", [1, 3])
def test_white_is_white_in_every_mode(mode: str, channels: int) -> None:
    x = decode(stored(MODES[mode]), "it", channels)
    assert x.shape == (channels, 3, 5)
    assert x.dtype == torch.uint8
    assert x.is_contiguous()
    assert bool((x == 255).all())


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_four_inks(kind: str) -> None:
    x = decode(stored(Image.new("CMYK", (5, 3), (0, 0, 0, 0)), kind), "it", 3)
    assert bool((x == 255).all())


def test_sixteen_bits_are_scaled_and_not_cut() -> None:
    values = np.array([[0, 128, 255, 257, 32768, 65535]], np.uint16)
    for kind in ("PNG", "TIFF"):
        assert decode(stored(Image.fromarray(values), kind), "it", 1).tolist() == [[[0, 0, 1, 1, 128, 255]]]


def test_thirty_two_bits_are_refused_by_their_values() -> None:
    image = Image.fromarray(np.array([[0, 70_000]], np.int32))
    with pytest.raises(DataError, match="from 0 to 70000: pictures hold 8 or 16 bits"):
        decode(stored(image, "TIFF"), "it.tif", 1)


def test_floats_from_0_to_1_and_no_others() -> None:
    image = Image.fromarray(np.array([[0, 0.5, 1]], np.float32))
    assert decode(stored(image, "TIFF"), "it", 1).tolist() == [[[0, 128, 255]]]
    for wrong in ([[0, 255.0]], [[np.nan, 0.0]]):
        with pytest.raises(DataError, match="floats are read from 0 to 1"):
            decode(stored(Image.fromarray(np.array(wrong, np.float32)), "TIFF"), "it", 1)


def test_what_is_transparent_lies_on_white() -> None:
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    image.putpixel((0, 0), (0, 0, 0, 255))
    assert decode(stored(image), "it", 1).tolist() == [[[0, 255]]]
    paletted = Image.new("P", (2, 1))
    paletted.putpalette([0, 0, 0, 255, 0, 0])
    paletted.putpixel((1, 0), 1)
    assert decode(stored(paletted, transparency=0), "it", 3)[:, 0].T.tolist() == [
        [255, 255, 255],
        [255, 0, 0],
    ]


def test_grey_of_a_colour() -> None:
    assert decode(stored(Image.new("RGB", (1, 1), RED)), "it", 1).item() == round(0.299 * 255)


def test_channels_and_axes_are_where_they_belong() -> None:
    array = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    assert torch.equal(
        decode(stored(Image.fromarray(array)), "it", 3), torch.from_numpy(array).permute(2, 0, 1)
    )


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (301, 7), (8, 8), (9, 8), (8, 9)])
def test_a_square_of_any_size(width: int, height: int) -> None:
    x = decode(stored(Image.new("RGB", (width, height), RED)), "it", 3, size=8)
    assert x.shape == (3, 8, 8)
    assert x[:, 4, 4].tolist() == list(RED)


def test_the_centre_is_cut_out() -> None:
    array = np.zeros((4, 12), np.uint8)
    array[:, 4:8] = 200
    assert decode(stored(Image.fromarray(array)), "it", 1, size=4).tolist() == [[[200] * 4] * 4]


def test_upright_only_when_told() -> None:
    image = Image.new("RGB", (6, 2), RED)
    exif = image.getexif()
    exif[0x0112] = 6  # the camera was held on its side
    data = stored(image, "JPEG", exif=exif)
    assert decode(data, "it", 3).shape == (3, 2, 6)
    assert decode(data, "it", 3, upright=True).shape == (3, 6, 2)


def test_gzipped_pictures() -> None:
    data = stored(Image.new("RGB", (2, 2), RED), "PPM")
    assert torch.equal(decode(gzip.compress(data), "it", 3), decode(data, "it", 3))


def test_masks() -> None:
    for array in (np.array([[0, 255]], np.uint8), np.array([[0, 1]], np.uint8), np.array([[False, True]])):
        assert decode_mask(stored(Image.fromarray(array)), "it").tolist() == [[[0, 1]]]
    assert decode_mask(stored(Image.fromarray(np.array([[0, 255]], np.uint8)), "GIF"), "it").tolist() == [
        [[0, 1]]
    ]
    assert decode_mask(stored(Image.fromarray(np.array([[0, 127, 128]], np.uint8))), "it").tolist() == [
        [[0, 0, 1]]
    ]
    numbers = np.array([[1, 2, 3]], np.uint8)
    assert decode_mask(stored(Image.fromarray(numbers)), "it", numbers=True).tolist() == [[[1, 2, 3]]]


def test_a_resized_mask_has_no_values_in_between() -> None:
    array = (np.random.default_rng(0).integers(0, 3, (37, 53)) + 1).astype(np.uint8)
    assert decode_mask(stored(Image.fromarray(array)), "it", size=16, numbers=True).unique().tolist() == [
        1,
        2,
        3,
    ]


def test_every_page_of_a_stack() -> None:
    pages = [Image.new("L", (3, 2), value) for value in (1, 2, 3)]
    stack = stored(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [int(page.unique()) for page in decode_stack(stack, "it")] == [1, 2, 3]


def test_grey_or_not(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for mode, image in MODES.items():
        (tmp_path / "it.png").write_bytes(stored(image))
        assert is_grey(tmp_path / "it.png") == (mode in ("1", "L", "LA", "I;16"))
    (tmp_path / "it.png").write_bytes(b"nothing")
    assert not is_grey(tmp_path / "it.png")
