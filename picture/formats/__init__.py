"""From pages to what other programs read."""

__all__: list[str] = []
