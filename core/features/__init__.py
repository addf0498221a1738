"""Front ends: from waveform to a map over time and frequency. Loads no torch before FEATURES is asked."""

from core.features.base import FEATURES, FeatureMap, FeatureSpec, FrontEnd
from core.features.display import display_packets, display_resolution_hz, display_spectrogram
from core.features.maps import feature_map, front_end

__all__ = [
    "FEATURES",
    "FeatureMap",
    "FeatureSpec",
    "FrontEnd",
    "display_packets",
    "display_resolution_hz",
    "display_spectrogram",
    "feature_map",
    "front_end",
]
