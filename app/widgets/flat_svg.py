"""Qt's SVG drawings in units of the sheet: strokes and hatching that every program draws alike.

Qt writes what a plot draws in the plot's own units, with a note that lines shall not be scaled with them, which many
programs do not know, and lets patterns be stretched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

_SVG = "http://www.w3.org/2000/svg"
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_PAIR = re.compile(rf"({_NUMBERS.pattern}),({_NUMBERS.pattern})")
_POINTS = {"path": "d", "polyline": "points", "polygon": "points"}
_NOTE = "vector-effect"
Element = ElementTree.Element
for _prefix, _space in (("", _SVG), ("xlink", "http://www.w3.org/1999/xlink")):
    ElementTree.register_namespace(_prefix, _space)


def flattened(svg: bytes) -> bytes:
    """The same drawing with all lines and hatched areas in units of the sheet.

    Args:
        svg: As `QSvgGenerator` writes it: absolute coordinates, one transformation a group.

    Returns:
        A drawing that scales as a whole, lines and hatching with it.
    """
    root = ElementTree.fromstring(svg)
    for group in root.iter(f"{{{_SVG}}}g"):
        if group.get("fill") == group.get("stroke") == "none":
            _remove_shapes(group)
        elif any(shape.get(_NOTE) == "non-scaling-stroke" for shape in group):
            _flatten(group)
    for shape in root.iter():
        shape.attrib.pop(_NOTE, None)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _remove_shapes(group: Element) -> None:
    """Unseen as they are, some programs draw them black."""
    for shape in [shape for shape in group if shape.get(_NOTE)]:
        group.remove(shape)


def _flatten(group: Element) -> None:
    a, b, c, d, e, f = (float(number) for number in _NUMBERS.findall(group.get("transform", "matrix(1,0,0,1,0,0)")))
    place = QTransform(a, b, c, d, e, f)
    for shape in group:
        kind = shape.tag.rpartition("}")[2]
        if kind == "rect":
            _as_polygon(shape)
            kind = "polygon"
        if kind in _POINTS:
            shape.set(_POINTS[kind], _PAIR.sub(_mapped(place), shape.get(_POINTS[kind], "")))
    group.attrib.pop("transform", None)


def _mapped(place: QTransform) -> Callable[[re.Match[str]], str]:
    def at(pair: re.Match[str]) -> str:
        point = place.map(QPointF(float(pair[1]), float(pair[2])))
        return f"{point.x():.6g},{point.y():.6g}"

    return at


def _as_polygon(rect: Element) -> None:
    x, y, width, height = (float(rect.attrib.pop(name)) for name in ("x", "y", "width", "height"))
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    rect.tag = f"{{{_SVG}}}polygon"
    rect.set("points", " ".join(f"{left:.9g},{top:.9g}" for left, top in corners))
