"""A batch of pictures, and the brush that turns distance fields into colour in whichever style a picture asks for.

A `Canvas` holds the whole batch. A `Part` is those of its pictures that get the same thing painted, such as all
beaches. A `Figure` is a part in a subject's own coordinates. Positions run from 0 to 1, x to the right and y downwards.
"""
from typing import Any, Optional, Sequence

import numpy as np
import torch

import world
from colours import rgb
from shapes import Number

STYLE = {name: k for k, name in enumerate(world.STYLES)}
TIME = {name: k for k, name in enumerate(world.TIMES)}
WEATHER = {name: k for k, name in enumerate(world.WEATHERS)}
SCENE = {name: k for k, name in enumerate(world.SCENES)}

# Light of the day on everything that does not shine itself: noon, sunrise, sunset, night.
DAYLIGHT = torch.stack([rgb(1, 1, 1), rgb(1, .94, .88), rgb(.97, .82, .76), rgb(.62, .67, .90)])
STARLIGHT = rgb(.95, .95, 1)
RAIN_DIMS = 0.14

INK, NIGHT_WALL, DIM_TUBE = rgb(.12, .12, .2), rgb(.02, .015, .05), rgb(.55, .55, .62)
LINE_HALF_WIDTH, NEON_GLOW = 0.0065, 0.012


class Canvas:
    """Pictures [batch, 3, size, size] in 0..1 and what their specs say, as indices into the lists of world.py.

    numbers [batch, 64] in 0..1 come from each spec's seed; a drawing uses each by its place, so that changing one thing
    leaves the rest. occupancy [batch, 2, cells, cells] is the share of each cell that the first and the second subject
    cover.
    """

    def __init__(self, specs: Sequence[world.Spec], size: int, device: Any = "cpu", cells: int = 0):
        batch = len(specs)
        self.specs, self.size, self.device, self.cells = specs, size, device, cells
        self.pixel = 1.0 / size
        middles = (torch.arange(size, device=device) + 0.5) / size
        self.x = middles[None, None, :].expand(1, size, size)
        self.y = middles[None, :, None].expand(1, size, size)
        self.pictures = torch.zeros(batch, 3, size, size, device=device)
        self.occupancy = torch.zeros(batch, 2, cells, cells, device=device)
        numbers = np.stack([np.random.default_rng(spec["seed"]).random(64, dtype=np.float32) for spec in specs])
        self.numbers = torch.from_numpy(numbers).to(device)
        self.style = self._indices(STYLE, "style")
        self.time = self._indices(TIME, "time")
        self.weather = self._indices(WEATHER, "weather")
        self.scene = self._indices(SCENE, "scene")
        self.light = DAYLIGHT.to(device)[self.time]
        self.light[self.scene == SCENE["space"]] = STARLIGHT.to(device)
        self.light = self.light * (1 - RAIN_DIMS * (self.weather == WEATHER["rain"]).float()[:, None])
        self.sun_x = torch.full((batch, 1, 1), .5, device=device)
        self.wash = 0.25        # how much colour line drawings keep

    def _indices(self, places: dict, key: str) -> torch.Tensor:
        return torch.tensor([places[spec[key]] for spec in self.specs], device=self.device)

    def where(self, chosen: torch.Tensor) -> Optional["Part"]:
        """The pictures for which chosen [batch] is true; None when there are none."""
        index = chosen.nonzero()[:, 0]
        return Part(self, index) if len(index) else None


class Part:
    """Pictures of a canvas, by their index [n]. x, y [n, size, size]; what the specs say, [n]; numbers [n, 64]."""

    def __init__(self, canvas: Canvas, index: torch.Tensor):
        self.canvas, self.index, self.device = canvas, index, canvas.device
        self.x, self.y = canvas.x.expand(len(index), -1, -1), canvas.y.expand(len(index), -1, -1)
        self.numbers, self.light = canvas.numbers[index], canvas.light[index]
        self.style, self.time, self.weather, self.scene = (
            values[index] for values in (canvas.style, canvas.time, canvas.weather, canvas.scene))

    def number(self, k: int, low: float = 0.0, high: float = 1.0) -> torch.Tensor:
        """The k-th number of each seed, between low and high: [n, 1, 1]."""
        return (low + (high - low) * self.numbers[:, k])[:, None, None]

    def by_time(self, *colours: torch.Tensor) -> torch.Tensor:
        """One colour for each time of day, in the order of world.TIMES, to the colour of each picture: [n, 3]."""
        return torch.stack(colours).to(self.device)[self.time]

    def colour(self, colour: torch.Tensor) -> torch.Tensor:
        """[3] or [n, 3] to [n, 3] on the canvas's device."""
        colour = colour.to(self.device)
        return colour.expand(len(self.index), 3) if colour.dim() == 1 else colour

    def only(self, chosen: torch.Tensor) -> Optional["Part"]:
        """The pictures of this part for which chosen [n] is true; None when there are none."""
        places = chosen.nonzero()[:, 0]
        return Part(self.canvas, self.index[places]) if len(places) else None

    def paint(self, distance: torch.Tensor, colour: torch.Tensor, opacity: Number = 1.0,
              outline: bool = True, soft: Optional[float] = None, lit: bool = False) -> None:
        """Fills the inside of a distance field, with one pixel of anti-aliasing.

        opacity: a number, or a tensor that broadcasts with distance. outline: draw the edge in the styles that have
        edges. soft: width of the edge instead of a pixel. lit: the colour gives light itself, so that the time of day
        does not dim it.
        """
        colour = self.colour(colour)
        if not lit:
            colour = colour * self.light
        cover = (0.5 - distance / (soft or self.canvas.pixel)).clamp(0, 1)
        if not isinstance(opacity, float) or opacity != 1.0:
            cover = cover * opacity
        is_line, is_neon = self.style == STYLE["line"], self.style == STYLE["neon"]
        any_line, any_neon = bool(is_line.any()), bool(is_neon.any())
        fill = colour
        if any_line:
            pastel = 1 - (1 - colour / (self.light if not lit else 1)) * self.canvas.wash
            fill = torch.where(is_line[:, None], pastel, fill)
        if any_neon:
            fill = torch.where(is_neon[:, None], colour * 0.10 + NIGHT_WALL.to(self.device), fill)
        pictures = self.canvas.pictures[self.index]
        pictures = pictures + cover[:, None] * (fill[:, :, None, None] - pictures)
        if outline and any_line:
            self._ink(pictures, distance, opacity, is_line.nonzero()[:, 0])
        if outline and any_neon:
            self._glow(pictures, distance, colour, opacity, is_neon.nonzero()[:, 0])
        self.canvas.pictures[self.index] = pictures

    def _ink(self, pictures: torch.Tensor, distance: torch.Tensor, opacity: Number, chosen: torch.Tensor) -> None:
        """A dark line along the edge."""
        strength = opacity[chosen] if torch.is_tensor(opacity) else float(opacity)
        line = ((LINE_HALF_WIDTH - distance[chosen].abs()) / self.canvas.pixel + 0.5).clamp(0, 1) * strength
        ink = INK.to(self.device)[:, None, None]
        pictures[chosen] = pictures[chosen] + line[:, None] * (ink - pictures[chosen])

    def _glow(self, pictures: torch.Tensor, distance: torch.Tensor, colour: torch.Tensor, opacity: Number,
              chosen: torch.Tensor) -> None:
        """A tube of light along the edge; dark colours get a grey one."""
        strength = opacity[chosen] if torch.is_tensor(opacity) else float(opacity)
        glow = torch.exp(-distance[chosen].abs() / NEON_GLOW) * strength
        colour = colour[chosen]
        bright = colour / (colour.amax(1, keepdim=True) + 1e-3)
        dark = (colour.amax(1, keepdim=True) < 0.3).float()
        bright = bright * (1 - dark) + DIM_TUBE.to(self.device) * dark
        pictures[chosen] = 1 - (1 - pictures[chosen]) * (1 - (glow[:, None] * bright[:, :, None, None]).clamp(0, 1))


class Figure:
    """A subject of height s that stands at (cx, cy), all [n, 1, 1]: x and y are 0 at its foot, and y is -1 at its
    top."""

    def __init__(self, part: Part, cx: torch.Tensor, cy: torch.Tensor, s: torch.Tensor):
        self.part, self.device, self.cx, self.cy, self.s = part, part.device, cx, cy, s
        self.x, self.y = (part.x - cx) / s, (part.y - cy) / s

    @property
    def side(self) -> torch.Tensor:
        """1 or -1: which way it looks."""
        return torch.where(self.part.number(50) < .5, 1., -1.)

    def fill(self, distance: torch.Tensor, colour: torch.Tensor, **how: Any) -> None:
        """Paints a distance field in the figure's units; `how` as for Part.paint."""
        self.part.paint(distance * self.s, colour, **how)
