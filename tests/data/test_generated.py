"""Generated shapes, vessels and cells: exact masks, learnable, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course.data.generated import draw_cells, draw_retina
from course.data.shapes import ANGULAR, ROUND, TEXTURES, draw_shapes, kinds

ALL = kinds((*ROUND, *ANGULAR), TEXTURES)


def test_the_same_seed_gives_the_same_pictures() -> None:
    for a, b in zip(draw_shapes(7, ALL, 20, 3, 1), draw_shapes(7, ALL, 20, 3, 1), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(draw_shapes(7, ALL, 20, 3, 1).x, draw_shapes(7, ALL, 20, 3, 2).x)
    for draw in (draw_cells, draw_retina):
        assert all(torch.equal(a, b) for a, b in zip(draw(60, 70, 3), draw(60, 70, 3), strict=True))
        assert not torch.equal(draw(60, 70, 3)[0], draw(60, 70, 4)[0])


def test_every_kind_is_drawn_as_often() -> None:
    assert draw_shapes(82, ALL, 8, 1, 0).y.bincount().tolist() == [3, 3] + [2] * 38
    assert len({kind.name for kind in ALL}) == 40


def test_the_outline_is_where_the_picture_changes() -> None:
    drawn = draw_shapes(60, kinds((*ROUND, *ANGULAR), TEXTURES[:1]), 64, 1, 0)
    for picture, distance in zip(drawn.x.float(), drawn.distance, strict=True):
        inside, near = picture[distance < -1], picture[(distance > 1) & (distance < 4)]
        assert 0.02 < (distance < 0).float().mean() < 0.6
        assert abs(float(inside.mean() - near.mean())) > 20


def test_distances_are_in_pixels() -> None:
    distance = draw_shapes(40, kinds(ROUND[:1], TEXTURES[:1]), 96, 1, 0).distance[:, 0]
    down, across = torch.gradient(distance, dim=(1, 2))
    slope = torch.hypot(down, across)[:, 2:-2, 2:-2]
    assert float(slope.median()) == pytest.approx(1, abs=0.01)


def test_single_pixels_do_not_tell_a_shape() -> None:
    """Ridge regression on pixels: a net that does no better has learnt nothing of the shapes."""
    among = kinds((*ROUND[:2], *ANGULAR[:3]), TEXTURES[:2])
    train, test = (draw_shapes(n, among, 28, 1, seed) for n, seed in ((1000, 0), (500, 1)))
    a, b = (x.flatten(1).float() / 255 - 0.5 for x in (train.x, test.x))
    weights = torch.linalg.solve(
        a.T @ a + 10 * torch.eye(784), a.T @ torch.nn.functional.one_hot(train.y).float()
    )
    assert (b @ weights).argmax(1).eq(test.y).float().mean() < 0.3  # of ten kinds: chance is 0.1


def test_vessels_are_dark_where_the_mask_is() -> None:
    retina = draw_retina(240, 250, 0)
    green, mask, field = retina.picture[1].float(), retina.vessels[0].bool(), retina.field[0].bool()
    assert 0.04 < mask.float().mean() < 0.14
    assert not (mask & ~field).any()
    assert bool((retina.wide <= retina.vessels).all())
    assert int(retina.wide.sum()) < int(retina.vessels.sum())
    ring = torch.nn.functional.max_pool2d(mask[None].float(), 7, 1, 3)[0].bool() & ~mask & field
    assert float(green[mask].mean()) < 0.75 * float(green[ring].mean())
    assert float(green[~field].mean()) < 10


def test_cells_are_bright_where_the_mask_is() -> None:
    for seed in range(3):
        picture, cells = draw_cells(200, 220, seed)
        share = float(cells.float().mean())
        assert 0.74 < share < 0.82  # ISBI 2012: 0.780
        assert float(picture[cells == 1].float().mean()) > 1.3 * float(picture[cells == 0].float().mean())


def test_every_cell_is_closed() -> None:
    from scipy import ndimage

    _, cells = draw_cells(256, 256, 0)
    pieces, count = ndimage.label(cells[0].numpy())
    sizes = np.bincount(pieces.ravel())[1:]
    assert count > 15
    assert sizes.max() < 0.2 * cells.numel()
