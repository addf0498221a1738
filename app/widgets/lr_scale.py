"""A likelihood ratio on the verbal scale: bands, limits of the validation, interval and pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFocusEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.calibration.verbal import Weight, reach, signed

_SIDE, _BAND, _MARK = 12, 22, 5
_GAP = 3


class LrScale(QWidget):
    """Draws one ratio; says the same in words to assistive technology."""

    def __init__(self, title: str, weight: Weight, parent: QWidget | None = None):
        super().__init__(parent)
        self.weight = weight
        self.reach = reach([weight])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{title}: likelihood ratio on the verbal scale")
        self.setAccessibleDescription(self.describe())
        self.setToolTip(self.describe())

    def describe(self) -> str:
        """All that is drawn, in words."""
        weight, used = self.weight, self.weight.scale
        limits = f" Limits of the validation: {weight.limits}." if weight.limits else ""
        return (
            f"{weight.brief}. {weight.ratio}. In words: {weight.words}.{limits} {weight.sentence} "
            f"Scale: {used.name}, version {used.version}."
        )

    def own_band(self) -> int:
        """Index, from the left, of the band that the ratio lies in; an edge belongs to the band nearer to 1."""
        spans, here = self.weight.scale.spans(self.reach), self.weight.log10_lr
        middle = len(spans) // 2
        outer = sum(abs(here) > high for _, high, _ in spans[middle:-1])
        return middle + (outer if here > 0 else -outer)

    def x_of(self, log10_lr: float) -> float:
        """Pixels from the left at which a ratio lies; those beyond the axis lie at its end."""
        share = (min(max(log10_lr, -self.reach), self.reach) + self.reach) / (2 * self.reach)
        return _SIDE + share * (self.width() - 2 * _SIDE)

    def sizeHint(self) -> QSize:
        """Directions, two lines of names, the bands and the numbers of the axis."""
        line = self._small().height()
        return QSize(280, 3 * line + _BAND + line + 3 * _GAP)

    def minimumSizeHint(self) -> QSize:
        """As high as ever, and narrow."""
        return QSize(180, self.sizeHint().height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names above, bands with limits and pointer, numbers below."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small_font())
        line = self._small().height()
        top = 3 * line + _GAP
        self._paint_directions(painter, line)
        self._paint_bands(painter, top, line)
        self._paint_limits(painter, top)
        self._paint_pointer(painter, top)
        self._paint_axis(painter, top + _BAND + _GAP, line)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)

    def _paint_bands(self, painter: QPainter, top: int, line: int) -> None:
        palette = self.palette()
        shades = (palette.alternateBase(), palette.base())
        spans = self.weight.scale.spans(self.reach)
        own = self.own_band()
        boxes = [QRectF(self.x_of(low), line, self.x_of(high) - self.x_of(low), 2 * line) for low, high, _ in spans]
        taken = self._paint_name(painter, boxes[own], spans[own][2], is_own=True)
        for number, box in enumerate(boxes):
            painter.fillRect(QRectF(box.left(), top, box.width(), _BAND), shades[number % 2])
            if number != own and not box.intersects(taken):
                self._paint_name(painter, box, spans[number][2], is_own=False)
        painter.setPen(QPen(palette.mid().color(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.x_of(-self.reach), top, self.x_of(self.reach) - self.x_of(-self.reach), _BAND))

    def _paint_name(self, painter: QPainter, box: QRectF, name: str, *, is_own: bool) -> QRectF:
        """The name over its band, that of the pointer's band in bold; others only where they fit. Gives its place."""
        font = self._small_font()
        font.setBold(is_own)
        painter.setFont(font)
        words = name.replace(" ", "\n")
        wide = max(painter.fontMetrics().horizontalAdvance(word) for word in words.split("\n")) + 2
        if wide > box.width() and not is_own:
            return QRectF()
        left = min(max(box.center().x() - wide / 2, 0.0), self.width() - wide)
        place = QRectF(left, box.top(), wide, box.height())
        painter.setPen(self.palette().text().color() if is_own else self.palette().placeholderText().color())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom), words)
        return place.adjusted(-3, 0, 3, 0)

    def _paint_directions(self, painter: QPainter, line: int) -> None:
        """Which proposition either side speaks for."""
        painter.setPen(self.palette().placeholderText().color())
        box = QRectF(_SIDE, 0, self.width() - 2 * _SIDE, line)
        middle, left, right = "log10 LR", "\u2190 second proposition", "first proposition \u2192"
        wide = painter.fontMetrics().horizontalAdvance
        if 2 * max(wide(left), wide(right)) + wide(middle) + 16 > box.width():
            left, right = "\u2190 second", "first \u2192"
        for words, side in ((left, "AlignLeft"), (middle, "AlignHCenter"), (right, "AlignRight")):
            painter.drawText(box, int(Qt.AlignmentFlag[side]), words)

    def _paint_limits(self, painter: QPainter, top: int) -> None:
        if self.weight.bounds is None:
            return
        muted = self.palette().placeholderText().color()
        low, high = (self.x_of(bound) for bound in self.weight.bounds)
        for left, right in ((self.x_of(-self.reach), low), (high, self.x_of(self.reach))):
            painter.fillRect(QRectF(left, top, right - left, _BAND), QBrush(muted, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(muted, 1.5))
        for x in (low, high):
            painter.drawLine(QPointF(x, top - 1), QPointF(x, top + _BAND + 1))

    def _paint_pointer(self, painter: QPainter, top: int) -> None:
        text, middle = self.palette().text().color(), top + _BAND / 2
        if self.weight.width:
            left, right = (self.x_of(end) for end in self.weight.width)
            painter.setPen(QPen(text, 2))
            painter.drawLine(QPointF(left, middle), QPointF(right, middle))
            for x in (left, right):
                painter.drawLine(QPointF(x, middle - _MARK), QPointF(x, middle + _MARK))
        x = self.x_of(self.weight.log10_lr)
        offsets = ((0, -_MARK - 2), (_MARK, 0), (0, _MARK + 2), (-_MARK, 0))
        painter.setPen(QPen(self.palette().base().color(), 1))
        painter.setBrush(text)
        painter.drawPolygon(QPolygonF([QPointF(x + dx, middle + dy) for dx, dy in offsets]))

    def _paint_axis(self, painter: QPainter, top: int, line: int) -> None:
        painter.setFont(self._small_font())
        painter.setPen(self.palette().placeholderText().color())
        for value in range(-self.reach, self.reach + 1):
            words = signed(value).removesuffix(".00")
            box = QRectF(self.x_of(value) - 20, top, 40, line)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() - 2, 7.0))
        return font

    def _small(self) -> QFontMetrics:
        return QFontMetrics(self._small_font())
