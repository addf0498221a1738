"""Files of labels, one format a file: Audacity, Praat TextGrid, CSV, JSON, RTTM."""

from core.marks.files.formats import (
    LABEL_FORMATS,
    LabelFormat,
    Source,
    format_of,
    left_out,
    read_labels,
    source_of,
    write_labels,
)

__all__ = [
    "LABEL_FORMATS",
    "LabelFormat",
    "Source",
    "format_of",
    "left_out",
    "read_labels",
    "source_of",
    "write_labels",
]
