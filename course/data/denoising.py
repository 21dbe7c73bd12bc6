"""BSD400, BSD68 and Set12: folders of grey pictures, of which the clean picture itself is the target."""

from __future__ import annotations

from course.data.files import Missing, Reader, pictures_in
from course.data.samples import Samples

__all__ = ["read"]


def read(reader: Reader, split: str) -> Samples:
    """Return the pictures of the folder in the order of their names: x (N, 1, H, W), or a tuple where sizes differ."""
    paths = pictures_in(reader.folder)
    if not paths:
        raise Missing(f"{reader.dataset.title}: {reader.folder} holds no pictures; {reader.mend()}")
    reader.count(split, len(paths))
    x = reader.pictures(paths, 1)
    return Samples(x, None, reader.source(), names=tuple(path.name for path in paths))
