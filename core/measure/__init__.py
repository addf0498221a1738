"""What is read off a recording: values with units, uncertainties and parameters; never what they prove."""

from core.measure.export import as_text, write
from core.measure.frame_search import measure_framing
from core.measure.framing import FramingParams
from core.measure.harmonics import harmonic_table, harmonics
from core.measure.hum import HumParams, measure_hum
from core.measure.level_counting import measure_quantisation
from core.measure.ltas import LtasParams, measure_ltas
from core.measure.quantisation import QuantisationParams
from core.measure.rates import RateParams, measure_rates
from core.measure.readings import BoxParams, Readings, box_reading, cursor_reading, difference
from core.measure.repeats import RepeatParams, find_repeats
from core.measure.result import Column, Measurement, Origin, Quantity, Table
from core.measure.spectrum import SpectrumParams, spectrum_at

__all__ = [
    "BoxParams",
    "Column",
    "FramingParams",
    "HumParams",
    "LtasParams",
    "Measurement",
    "Origin",
    "QuantisationParams",
    "Quantity",
    "RateParams",
    "Readings",
    "RepeatParams",
    "SpectrumParams",
    "Table",
    "as_text",
    "box_reading",
    "cursor_reading",
    "difference",
    "find_repeats",
    "harmonic_table",
    "harmonics",
    "measure_framing",
    "measure_hum",
    "measure_ltas",
    "measure_quantisation",
    "measure_rates",
    "spectrum_at",
    "write",
]
