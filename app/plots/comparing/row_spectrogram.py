"""A spectrogram that shares its frequency axis with recordings of other sample rates."""

from __future__ import annotations

import numpy as np

from app.plots.spectrogram import SpectrogramLane


class RowSpectrogram(SpectrogramLane):
    """Shows bands beyond the recording's own Nyquist frequency as empty, so that all rows have one scale."""

    @property
    def own_hz(self) -> float:
        """Half of the recording's sample rate."""
        return self._source.sample_rate / 2 if self._source else 0.0

    def describe(self) -> str:
        """What is drawn, and where its sample rate ends."""
        ends = f" Its sample rate ends at {self.own_hz:,.0f} Hz." if 0 < self.own_hz < self._band_hz[1] else ""
        return super().describe() + ends

    def _paint(self) -> None:
        if self._levels is not None and self._frame is not None:
            self._levels[self._frame.row_centres_hz > self.own_hz] = np.nan
        super()._paint()

    def _show_message(self) -> None:
        super()._show_message()
        start, end = self.view_s
        if self._source is not None and (end <= 0 or start * self._source.sample_rate >= self._source.frames):
            self._message.hide()  # hatched instead
