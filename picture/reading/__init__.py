"""From untrusted bytes to upright pictures, and from pictures to the text on them."""

from picture.reading.decode import FORMATS, Picture, decode
from picture.reading.engine import Engine, fingerprint, prepare_models

__all__ = ["FORMATS", "Engine", "Picture", "decode", "fingerprint", "prepare_models"]
