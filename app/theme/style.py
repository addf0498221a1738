"""Puts a theme on the application: Fusion style, palette and a short style sheet."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.theme.palette import DARK, LIGHT, THEMES, Theme, ThemeName
from core.foundation.paths import resources_dir

_APPLIED = "auditrace theme"
_WHOLE_SIZE = "auditrace text at 100 %"
_TITLE_PT = 20
_OUTLINED = ("QCheckBox", "QRadioButton", "QComboBox", "QAbstractSpinBox", "QListView")
_LEAST_BOX_PX, _BOX_SHARE = 14, 0.8
"""Side of what is ticked, of the height of a line."""
_FUSION_DARKER = 140
"""Fusion draws outlines in the colour of the window, darker by this per cent: in a dark theme nobody sees them."""


def resolve(name: ThemeName) -> Theme:
    """The theme of that name; `system` follows the desktop's colour scheme, light where it has none."""
    if name in THEMES:
        return THEMES[name]
    return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def apply(name: ThemeName, text_scale: int = 100) -> Theme:
    """Give every window of the application the theme of that name and its size of text; costly, so not done twice.

    Args:
        name: Of the theme.
        text_scale: Size of all text, per cent.
    """
    theme, application = resolve(name), QApplication.instance()
    wanted = f"{theme.name} {text_scale}"
    if isinstance(application, QApplication) and application.property(_APPLIED) != wanted:
        if application.property(_APPLIED) is None:
            application.setStyle("Fusion")
        application.setStyleSheet("")  # else every control is styled anew at each step: three times the work
        application.setPalette(qt_palette(theme))
        for kind in _OUTLINED:
            # the stub wants bytes, the call a string
            application.setPalette(outlined_palette(theme), kind)  # pyright: ignore[reportArgumentType]
        _scale_text(application, text_scale)
        application.setStyleSheet(style_sheet(theme, text_scale))
        application.setProperty(_APPLIED, wanted)
    return theme


def _scale_text(application: QApplication, per_cent: int) -> None:
    font = application.font()
    whole = application.property(_WHOLE_SIZE)
    if whole is None:
        whole = font.pointSizeF()
        application.setProperty(_WHOLE_SIZE, whole)
    font.setPointSizeF(whole * per_cent / 100)
    application.setFont(font)


def tell_stragglers(window: QWidget) -> None:
    """Give the size of the text to parts that Qt passed over: while there is a style sheet, some have the last one."""
    size = QApplication.font().pointSizeF()
    for part in window.findChildren(QWidget):
        if part.font().pointSizeF() != size:
            QApplication.sendEvent(part, QEvent(QEvent.Type.ApplicationFontChange))


def load_fonts() -> list[str]:
    """Make the fonts that ship known to Qt; returns the family names."""
    families = []
    for path in sorted((resources_dir() / "fonts").glob("*.[to]tf")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    return sorted(set(families))


def use_fonts(application: QApplication) -> None:
    """Use the sans-serif font that ships, where one does, so that screens look the same everywhere."""
    sans = [family for family in load_fonts() if "Sans" in family and "Mono" not in family]
    if sans:
        size = max(application.font().pointSizeF(), 10.0)
        application.setFont(QFont(sans[0], round(size)))


def qt_palette(theme: Theme) -> QPalette:
    """The theme as a QPalette."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.bad,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Mid: theme.border,
        role.Accent: theme.accent,
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(_mix(theme.text, theme.window, 0.62)))
    return palette


def outlined_palette(theme: Theme) -> QPalette:
    """The theme's palette for controls whose outline is all that shows them while they are empty."""
    palette = qt_palette(theme)
    outline = QColor(_mix(theme.muted, theme.window, 0.8))
    palette.setColor(QPalette.ColorRole.Window, outline.lighter(_FUSION_DARKER))
    return palette


def style_sheet(theme: Theme, text_scale: int = 100) -> str:
    """What the palette cannot say: spacing, borders, focus rings, primary buttons."""
    return _SHEET % {
        "window": theme.window,
        "surface": theme.surface,
        "raised": theme.raised,
        "border": theme.border,
        "text": theme.text,
        "muted": theme.muted,
        "accent": theme.accent,
        "on_accent": theme.on_accent,
        "focus": theme.focus,
        "hover": _mix(theme.raised, theme.text, 0.92),
        "caution": theme.caution,
        "bad": theme.bad,
        "title_pt": round(_TITLE_PT * text_scale / 100),
        **_least_heights(),
    }


def _least_heights() -> dict[str, int]:
    """Least heights of controls, pixels: a layout squeezes them down to these, so they leave room for the text."""
    line_px = math.ceil(QFontMetricsF(QGuiApplication.font()).height()) if QGuiApplication.instance() else 0
    return {
        "push_px": max(18, line_px),
        "field_px": max(22, line_px + 6),
        "box_px": max(_LEAST_BOX_PX, round(_BOX_SHARE * line_px)),
    }


def _mix(first: str, second: str, share: float) -> str:
    """Colour between two: share 1 is the first."""
    a, b = (QColor(colour) for colour in (first, second))
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return "#" + "".join(f"{round(share * x + (1 - share) * y):02x}" for x, y in pairs)


_SHEET = """
QToolTip { background: %(raised)s; color: %(text)s; border: 1px solid %(border)s; padding: 3px 6px; }
QMainWindow::separator { background: %(window)s; width: 5px; height: 5px; }
QMainWindow::separator:hover { background: %(border)s; }
QToolBar { background: %(window)s; border: none; border-bottom: 1px solid %(border)s; padding: 3px 6px; spacing: 2px; }
QToolButton#qt_toolbar_ext_button { padding: 0px; border: none; }
QToolBar[plain="true"] { padding: 0px; }
QToolBar QToolButton { padding: 4px 7px; border: 1px solid transparent; border-radius: 4px;
    min-height: %(field_px)dpx; }
QToolBar QToolButton:hover { background: %(hover)s; }
QToolBar QToolButton:focus { border-color: %(focus)s; }
QToolBar QToolButton:checked { background: %(hover)s; border-color: %(border)s; }
QToolBar::separator { background: %(border)s; width: 1px; margin: 5px 5px; }
QPushButton { background: %(raised)s; border: 1px solid %(border)s; border-radius: 4px; padding: 5px 14px;
    min-height: %(push_px)dpx; }
QPushButton:hover { background: %(hover)s; }
QPushButton:focus { border: 2px solid %(focus)s; padding: 4px 13px; }
QPushButton:disabled { color: %(muted)s; }
QPushButton[link="true"] { background: transparent; border-color: transparent; color: %(accent)s; padding: 3px 2px;
    text-align: left; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { border: 2px solid %(focus)s; padding: 2px 1px; }
QPushButton[primary="true"] { background: %(accent)s; color: %(on_accent)s; border-color: %(accent)s;
    font-weight: 600; }
QPushButton[primary="true"]:focus { border: 2px solid %(text)s; }
QPushButton[primary="true"]:disabled { background: %(raised)s; color: %(muted)s; border-color: %(border)s; }
QTabWidget::pane { border: none; border-top: 1px solid %(border)s; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { min-height: 16px; padding: 6px 9px; border: none; border-bottom: 2px solid transparent;
    color: %(muted)s; }
QTabBar::tab:selected { color: %(text)s; border-bottom-color: %(accent)s; }
QTabBar::tab:focus { color: %(text)s; border-bottom-color: %(focus)s; background: %(raised)s; }
QTabBar::tab:hover { color: %(text)s; }
QTableView, QTreeView, QListView { border: 1px solid %(border)s; alternate-background-color: %(window)s;
    gridline-color: %(border)s; }
QTableView:focus, QTreeView:focus, QListView:focus { border: 1px solid %(focus)s; }
QHeaderView { background: %(raised)s; }
QHeaderView::section:horizontal { background: %(raised)s; color: %(muted)s; border: none;
    border-bottom: 1px solid %(border)s; padding: 4px 6px; }
QLineEdit, QPlainTextEdit, QTextBrowser { border: 1px solid %(border)s; border-radius: 3px; padding: 3px 5px; }
QLineEdit { min-height: %(push_px)dpx; }
QLineEdit:focus, QPlainTextEdit:focus, QTextBrowser:focus { border-color: %(focus)s; }
QGraphicsView { border: 2px solid transparent; }
QGraphicsView:focus { border-color: %(focus)s; }
QToolButton { min-height: %(field_px)dpx; }
QToolButton:focus { border: 2px solid %(focus)s; border-radius: 3px; }
QCheckBox, QRadioButton, QSlider { border: 2px solid transparent; border-radius: 3px; min-height: %(field_px)dpx; }
QCheckBox, QRadioButton { padding-left: 2px; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator { width: %(box_px)dpx; height: %(box_px)dpx; }
QCheckBox:focus, QRadioButton:focus, QSlider:focus { border-color: %(focus)s; }
QComboBox { min-height: %(field_px)dpx; }
QComboBox:focus, QAbstractSpinBox:focus { background-color: %(accent)s; color: %(on_accent)s; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QAbstractSpinBox { min-height: %(field_px)dpx; }
QProgressBar { border: 1px solid %(border)s; border-radius: 3px; background: %(surface)s; text-align: center;
    color: %(text)s; min-height: 14px; }
QProgressBar::chunk { background: %(accent)s; width: 1px; }
QStatusBar { border-top: 1px solid %(border)s; }
QStatusBar::item { border: none; }
QLabel[role="muted"] { color: %(muted)s; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="title"] { font-size: %(title_pt)dpt; font-weight: 600; }
QLabel[role="caution"] { color: %(caution)s; }
QFrame[role="message"] { background: %(raised)s; border: none; border-left: 4px solid %(accent)s; }
QFrame[role="message"][level="caution"] { border-left-color: %(caution)s; }
QFrame[role="message"][level="bad"] { border-left-color: %(bad)s; }
"""
