"""Lyra V2: the SoundStream codec of google/lyra 1.3.2."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.training.resynthesis._litert import open_network, run
from core.training.resynthesis.base import GENERATORS, Generator, Wave

_FRAME, _BITS_EACH, _FRAME_MS = 320, 4, 20


@GENERATORS.register("lyra-v2")
class LyraV2(Generator):
    """Neural codec: residual vector quantisation, 4 bits for each of 16, 30 or 46 codebooks every 20 ms.

    Source: Zeghidour et al. (2021), SoundStream, IEEE/ACM TASLP 30, 495-507; files of google/lyra 1.3.2.
    """

    family = "codec"
    bitrates_kbps = (3.2, 6.0, 9.2)
    weights = ("soundstream_encoder.tflite", "quantizer.tflite", "lyragan.tflite")

    def __init__(self, folder: Path):
        """Needs the package ai-edge-litert and the three networks."""
        super().__init__(folder)
        quantiser = open_network(folder / self.weights[1])
        self._quantiser = quantiser  # the runners below do not keep it alive
        self._to_codes = quantiser.get_signature_runner("encode")
        self._from_codes = quantiser.get_signature_runner("decode")

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Frame by frame; encoder and decoder are opened anew, for their state cannot be cleared whole."""
        encoder, decoder = (open_network(self.folder / self.weights[i]) for i in (0, 2))
        books = np.array(round((kbps or self.bitrates_kbps[-1]) * _FRAME_MS / _BITS_EACH), np.int32)
        made = []
        for frame in np.pad(waveform, (0, -len(waveform) % _FRAME)).reshape(-1, 1, _FRAME):
            codes = self._to_codes(input_frames=run(encoder, frame), num_quantizers=books)["output_0"]
            made.append(run(decoder, self._from_codes(encoding_indices=codes)["output_0"]).ravel())
        return np.concatenate(made)
