"""A widget as a figure for print: 300 dpi PNG, SVG or PDF, with a strip below that says what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, Protocol, TypeVar, runtime_checkable

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMarginsF,
    QPoint,
    QRect,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QFontMetrics,
    QImage,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPalette,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QScrollBar, QSplitterHandle, QWidget

from app.widgets.flat_svg import flattened
from app.widgets.thick_lines import thick_lines

Kind = Literal["png", "svg", "pdf"]
R = TypeVar("R")
KINDS: dict[Kind, str] = {"png": "PNG picture, 300 dpi", "svg": "SVG drawing", "pdf": "PDF page"}
DPI = 300
_SCREEN_DPI = 96
_MARGIN = 10
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
LEAST = QSize(900, 480)
"""Size in screen pixels up to which a small panel is enlarged, so that its figure can be read in print."""


@runtime_checkable
class Printed(Protocol):
    """A widget that is drawn otherwise in a figure than on the screen."""

    def printed(self) -> AbstractContextManager[None]:
        """Is drawn for a figure as long as this lasts."""
        ...


def figure(
    widget: QWidget, kind: Kind, caption: Sequence[str], facts: Sequence[tuple[str, str]], *, least: QSize = LEAST
) -> Callable[[], bytes]:
    """Draw a widget, be it on the screen or not; the strip below holds the caption.

    Args:
        widget: What is drawn, all of it.
        kind: Format.
        caption: Paragraphs of the strip; the first is its heading.
        facts: Name and value of everything the file's metadata shall say.
        least: Smallest size at which it is drawn, screen pixels.

    Returns:
        Gives the file's bytes; may be called on another thread.
    """
    size = QSize(max(widget.width(), least.width()), max(widget.height(), least.height()))
    sheet = _Sheet(widget, size, caption)
    return {"png": _png, "svg": _svg, "pdf": _pdf}[kind](sheet, facts)


class _Sheet:
    """The widget above, the caption below, in screen pixels."""

    def __init__(self, widget: QWidget, size: QSize, caption: Sequence[str]):
        self._widget, self._size, self._caption = widget, size, caption
        self._font = QFont(widget.font())
        # points would be those of the device, which are more pixels than the screen's
        self._font.setPixelSize(QFontInfo(widget.font()).pixelSize())
        self._bold = QFont(self._font)
        self._bold.setBold(True)
        self.size = QSize(size.width(), size.height() + self._strip_height())
        self.title = caption[0] if caption else widget.accessibleName()

    def paint(self, painter: QPainter) -> None:
        """Draw all of it."""
        palette = self._widget.palette()
        painter.fillRect(QRect(QPoint(), self.size), palette.base())
        at_size(self._widget, self._size, lambda: self._render(painter))
        # not grey where the screen has it out of use
        painter.setPen(palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text))
        top = self._size.height() + _MARGIN
        for font, text, height in self._lines():
            painter.setFont(font)
            painter.drawText(QRect(_MARGIN, top, self._width, height), _WRAP, text)
            top += height

    def _render(self, painter: QPainter) -> None:
        widget = self._widget
        with (
            widget.printed() if isinstance(widget, Printed) else nullcontext(),
            thick_lines(widget, painter.worldTransform().m11()),
            _without_handles(widget),
        ):
            # a view of a scene has a method of the same name that draws something else
            QWidget.render(widget, painter, QPoint())

    @property
    def _width(self) -> int:
        return self._size.width() - 2 * _MARGIN

    def _lines(self) -> list[tuple[QFont, str, int]]:
        fonts = (self._font if place else self._bold for place in range(len(self._caption)))
        return [(font, text, self._height(font, text)) for font, text in zip(fonts, self._caption, strict=True)]

    def _height(self, font: QFont, text: str) -> int:
        return QFontMetrics(font).boundingRect(QRect(0, 0, self._width, 10_000), _WRAP, text).height() + 2

    def _strip_height(self) -> int:
        return sum(height for _, _, height in self._lines()) + 2 * _MARGIN if self._caption else 0


def at_size(widget: QWidget, size: QSize, work: Callable[[], R]) -> R:
    """Do something while a widget has another size; nobody sees it, as the screen is painted later."""
    before = widget.size()
    if before == size:
        return work()
    scrolled = {bar: bar.value() for bar in widget.findChildren(QScrollBar)}
    widget.resize(size)
    try:
        return work()
    finally:
        widget.resize(before)
        for bar, value in scrolled.items():
            bar.setValue(value)


@contextmanager
def _without_handles(widget: QWidget) -> Iterator[None]:
    """Nothing can be dragged on paper."""
    handles = [handle for handle in widget.findChildren(QSplitterHandle) if not handle.isHidden()]
    for handle in handles:
        handle.hide()
    try:
        yield
    finally:
        for handle in handles:
            handle.show()


def _png(sheet: _Sheet, facts: Sequence[tuple[str, str]]) -> Callable[[], bytes]:
    scale = DPI / _SCREEN_DPI
    image = QImage(sheet.size * scale, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.setDotsPerMeterX(round(DPI / 0.0254))
    image.setDotsPerMeterY(round(DPI / 0.0254))
    for name, value in facts:
        image.setText(name, value)
    _paint(sheet, image, scale)
    return lambda: _encoded(image)


def _encoded(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # the stub wants bytes, the call a string
    image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    return bytes(data.data())


def _svg(sheet: _Sheet, facts: Sequence[tuple[str, str]]) -> Callable[[], bytes]:
    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_SCREEN_DPI)
    generator.setSize(sheet.size)
    generator.setViewBox(QRect(QPoint(), sheet.size))
    generator.setTitle(sheet.title)
    generator.setDescription(_as_text(facts))
    _paint(sheet, generator, 1.0)
    return lambda: flattened(bytes(data.data()))


def _pdf(sheet: _Sheet, facts: Sequence[tuple[str, str]]) -> Callable[[], bytes]:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    size = QSizeF(sheet.size) * (72 / _SCREEN_DPI)
    page = QPageSize(size, QPageSize.Unit.Point, matchPolicy=QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setTitle(sheet.title)
    writer.addFileAttachment("origin.txt", QByteArray(_as_text(facts).encode("utf-8")), "text/plain")
    _paint(sheet, writer, DPI / _SCREEN_DPI)
    return lambda: bytes(data.data())


def _paint(sheet: _Sheet, device: QPaintDevice, scale: float) -> None:
    painter = QPainter(device)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    sheet.paint(painter)
    painter.end()


def _as_text(facts: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in facts)
