"""A picture in, its text or a clean picture out."""

from picture import libraries

# Before any module imports OpenCV, whose own message names no package.
libraries.require()
