"""The report's colours: the light mode of the dashboard's tokens (Radix slate, indigo, red, green), and Cividis."""

INK = "#1c2024"
MUTED = "#60646c"
GRID = "#e0e1e6"
AXIS = "#b9bbc6"
BAND = "#f4f5f9"
MAIN = "#3e63dd"
BAD = "#e5484d"
GOOD = "#30a46c"
NEUTRAL = "#8b8d98"
PAPER = "#ffffff"

STATUS_COLOURS = {"underperforming": BAD, "as_expected": NEUTRAL, "outperforming": GOOD}

Rgb = tuple[int, int, int]
# Cividis (Nuñez, Anderton, Renslow 2018): perceptually uniform, the same to colour-blind eyes.
_CIVIDIS = (
    "00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369", "e1cc55", "fee838",
)  # fmt: skip
_STOPS = [(int(stop[:2], 16), int(stop[2:4], 16), int(stop[4:], 16)) for stop in _CIVIDIS]
SHADES = 255
_DARK_BELOW = 0.45


def cividis(share: float) -> Rgb:
    """Return the colour at `share` (0 dark to 1 light) of the scale."""
    place = min(max(share, 0.0), 1.0) * (len(_STOPS) - 1)
    index = min(int(place), len(_STOPS) - 2)
    rest = place - index
    low, high = _STOPS[index], _STOPS[index + 1]
    red, green, blue = (round(start + (end - start) * rest) for start, end in zip(low, high, strict=True))
    return red, green, blue


def palette() -> list[Rgb]:
    """Return the `SHADES` colours of the scale, darkest first."""
    return [cividis(index / (SHADES - 1)) for index in range(SHADES)]


def hexadecimal(colour: Rgb) -> str:
    """Return a colour as SVG writes it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def ink_on(share: float) -> str:
    """Return the text colour that can be read on the scale's colour at `share`."""
    return PAPER if share < _DARK_BELOW else INK
