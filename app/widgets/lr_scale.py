"""A likelihood ratio on the verbal scale: bands, limits of the validation, interval and pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFont, QPainter, QPaintEvent, QPen, QPolygonF
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
            f"{weight.log_ratio}. {weight.ratio}. In words: {weight.words}.{limits} {weight.sentence} "
            f"Scale: {used.name}, version {used.version}."
        )

    def x_of(self, log10_lr: float) -> float:
        """Pixels from the left at which a ratio lies; those beyond the axis lie at its end."""
        share = (min(max(log10_lr, -self.reach), self.reach) + self.reach) / (2 * self.reach)
        return _SIDE + share * (self.width() - 2 * _SIDE)

    def sizeHint(self) -> QSize:
        """Two lines of names, the bands and the numbers of the axis."""
        line = self._small().height()
        return QSize(280, 2 * line + _BAND + line + 3 * _GAP)

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
        top = 2 * line + _GAP
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
        here = abs(self.weight.log10_lr)
        for number, (low, high, name) in enumerate(self.weight.scale.spans(self.reach)):
            left, right = self.x_of(low), self.x_of(high)
            painter.fillRect(QRectF(left, top, right - left, _BAND), shades[number % 2])
            is_own = low < self.weight.log10_lr <= high if low >= 0 else low <= self.weight.log10_lr < high
            is_own = is_own or (low < 0 < high and here <= high)
            self._paint_name(painter, QRectF(left, 0, right - left, 2 * line), name, is_own)
        painter.setPen(QPen(palette.mid().color(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.x_of(-self.reach), top, self.x_of(self.reach) - self.x_of(-self.reach), _BAND))

    def _paint_name(self, painter: QPainter, box: QRectF, name: str, is_own: bool) -> None:
        """The name over its band where it fits; that of the pointer's band stands out."""
        font = self._small_font()
        font.setBold(is_own)
        painter.setFont(font)
        words = name.replace(" ", "\n")
        wide = max(painter.fontMetrics().horizontalAdvance(word) for word in words.split("\n"))
        if wide > box.width() + 8 and not is_own:
            return
        painter.setPen(self.palette().text().color() if is_own else self.palette().placeholderText().color())
        extra = max(0.0, wide + 2 - box.width()) / 2
        painter.drawText(
            box.adjusted(-extra, 0, extra, 0), int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom), words
        )

    def _paint_limits(self, painter: QPainter, top: int) -> None:
        if self.weight.bounds is None:
            return
        muted = self.palette().placeholderText().color()
        low, high = (self.x_of(bound) for bound in self.weight.bounds)
        for left, right in ((self.x_of(-self.reach), low), (high, self.x_of(self.reach))):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(muted)
            painter.setBrush(Qt.BrushStyle.BDiagPattern)
            brush = painter.brush()
            brush.setColor(muted)
            painter.fillRect(QRectF(left, top, right - left, _BAND), brush)
        painter.setPen(QPen(muted, 1.5))
        for x in (low, high):
            painter.drawLine(QPointF(x, top - 1), QPointF(x, top + _BAND + 1))

    def _paint_pointer(self, painter: QPainter, top: int) -> None:
        text, middle = self.palette().text().color(), top + _BAND / 2
        if self.weight.interval:
            left, right = (self.x_of(end) for end in self.weight.interval)
            painter.setPen(QPen(text, 2, cap=Qt.PenCapStyle.FlatCap))
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

    def _small(self):
        from PySide6.QtGui import QFontMetrics

        return QFontMetrics(self._small_font())
