"""Zip packages that are the same for the same content, on any day and machine, and what their manifests share."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping

__all__ = ["BEGINNING", "XSI", "add", "packed", "xml_bytes"]

XSI = "http://www.w3.org/2001/XMLSchema-instance"

#: The earliest date that a zip can hold.
BEGINNING = (1980, 1, 1, 0, 0, 0)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip, the manifest first.

    Nothing is compressed: what a compressor writes differs between versions of zlib.

    >>> packed({"b": b"2", "a": b"1"}) == packed({"a": b"1", "b": b"2"})
    True
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name in sorted(files, key=lambda n: (n != "imsmanifest.xml", n)):
            info = zipfile.ZipInfo(name, BEGINNING)
            info.create_system = 3  # else it tells Windows from the others
            info.external_attr = 0o644 << 16
            package.writestr(info, files[name])
    return out.getvalue()


def add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Add an element with a text to another; the tag is in the parent's namespace where it names none."""
    if not tag.startswith("{") and parent.tag.startswith("{"):
        tag = parent.tag[: parent.tag.index("}") + 1] + tag
    element = ET.SubElement(parent, tag, attributes)
    if text:
        element.text = text
    return element


def xml_bytes(root: ET.Element, namespaces: Mapping[str, str]) -> bytes:
    """Return a document; the first of the namespaces is the default.

    Args:
        root: the document's element, with tags in braces.
        namespaces: prefix to namespace; the empty prefix is the default.
    """
    for prefix, address in namespaces.items():
        if prefix:
            ET.register_namespace(prefix, address)
    default = namespaces[""]
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{default}}}")
    root.set("xmlns", default)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
