"""A drawing surface that ends as SVG text. Lengths are points, y grows downwards."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from siliconmark_ui.reports.drawing.colours import MUTED

SMALL = 7.0
# An average Inter letter is this wide, in shares of its size.
LETTER = 0.56
# Characters that XML cannot hold in any form.
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Canvas:
    """An empty drawing of `width` × `height` points, and `above` it some more; what is drawn later covers."""

    width: float
    height: float
    above: float = 0.0
    _parts: list[str] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Fill a rectangle."""
        self._add(f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"/>')

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: str, width: float = 0.5, dash: str = ""
    ) -> None:
        """Draw a straight line; `dash` as in SVG, such as `2 2`."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        (x1, y1), (x2, y2) = start, end
        self._add(
            f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" '
            f'stroke="{colour}" stroke-width="{width}"{dashes}/>'
        )

    def circle(self, x: float, y: float, radius: float, fill: str, edge: str = "none") -> None:
        """Fill a circle; `edge` is the colour of a hairline around it."""
        self._add(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{fill}" stroke="{edge}" stroke-width="0.5"/>'
        )

    def polygon(self, points: Iterable[tuple[float, float]], fill: str, edge: str = "none") -> None:
        """Fill a polygon."""
        corners = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        self._add(f'<polygon points="{corners}" fill="{fill}" stroke="{edge}" stroke-width="0.5"/>')

    def cross(self, x: float, y: float, radius: float, colour: str) -> None:
        """Draw a diagonal cross."""
        width = max(0.6, min(1.4, radius / 3))
        self.line((x - radius, y - radius), (x + radius, y + radius), colour, width)
        self.line((x - radius, y + radius), (x + radius, y - radius), colour, width)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = SMALL,
        colour: str = MUTED,
        anchor: str = "start",
        is_bold: bool = False,
        is_upright: bool = False,
    ) -> None:
        """Write one line with its baseline at `y`; `is_upright` turns it to be read from below."""
        weight = 600 if is_bold else 400
        turned = f' transform="rotate(-90 {x:.2f} {y:.2f})"' if is_upright else ""
        self._add(
            f'<text x="{x:.2f}" y="{y:.2f}" font-family="Inter" font-size="{size:.2f}" font-weight="{weight}" '
            f'fill="{colour}" text-anchor="{anchor}"{turned}>{escape(_storable(words))}</text>'
        )

    def image(self, x: float, y: float, width: float, height: float, png: bytes) -> None:
        """Place an image whose pixels stay sharp squares."""
        source = quoteattr("data:image/png;base64," + base64.b64encode(png).decode())
        self._add(
            f'<image x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" preserveAspectRatio="none" '
            f'image-rendering="pixelated" href={source}/>'
        )

    def svg(self) -> str:
        """Return the drawing."""
        height = self.height + self.above
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:.2f}" height="{height:.2f}" '
            f'viewBox="0 {-self.above:.2f} {self.width:.2f} {height:.2f}">{"".join(self._parts)}</svg>'
        )

    def _add(self, part: str) -> None:
        self._parts.append(part)


def fitting(words: str, width: float, size: float = SMALL) -> str:
    """Return the words, cut with an ellipsis when they are wider than `width` points at that size."""
    most = max(1, int(width / (size * LETTER)))
    return words if len(words) <= most else words[: max(1, most - 1)] + "…"


def status_mark(canvas: Canvas, x: float, y: float, radius: float, status: str, fill: str, edge: str) -> None:
    """Draw a point whose shape says its status too: down and up triangles, a circle for as expected."""
    if status == "as_expected":
        canvas.circle(x, y, radius, fill, edge)
        return
    turn = 1 if status == "underperforming" else -1
    wide, high = radius * 1.15, radius
    canvas.polygon([(x - wide, y - turn * high), (x + wide, y - turn * high), (x, y + turn * high)], fill, edge)


def _storable(words: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", words)
