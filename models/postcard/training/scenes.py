"""The places: what lies between the sky and the subjects."""
from typing import Any, Callable, Dict, Tuple

import torch

import world
from colours import COLOUR_TABLE, hexa, rgb
from painter import SCENE, TIME, Canvas, Figure, Part
from shapes import box, capsule, circle, convex, ellipse, fract, noise, rotated, union


def scenes(canvas: Canvas) -> None:
    for name in world.SCENES:
        part = canvas.where(canvas.scene == SCENE[name])
        if part:
            SCENERY[name](part)


# ---- what several places need

def hills(part: Part, base: float, height: float, frequency: float, phase: torch.Tensor, colour: torch.Tensor,
          **how: Any) -> None:
    """Everything below a gentle wave."""
    long = torch.sin(part.x * frequency * 6.28 + phase * 6.28)
    short = torch.sin(part.x * frequency * 11 + phase * 15)
    top = base - height * (.6 * long + .4 * short)
    part.paint((top - part.y) / 1.15, colour, **how)


def ridge(part: Part, base: float, height: float, frequency: torch.Tensor, phase: torch.Tensor, colour: torch.Tensor
          ) -> torch.Tensor:
    """Everything below a jagged line; returns its distance field."""
    large = (fract(part.x * frequency + phase) - .5).abs() * 2
    small = (fract(part.x * frequency * 1.9 + phase * 2.3) - .5).abs() * 2
    top = base - height * ((1 - large) * .75 + (1 - small) * .25)
    # The edge of a slope is nearer than the way straight up to it.
    distance = (top - part.y) / torch.sqrt(1 + (2 * height * frequency) ** 2)
    part.paint(distance, colour)
    return distance


def water(part: Part, top: torch.Tensor, colour: torch.Tensor) -> None:
    """Everything below top [n, size, size], with crests, and with glitter under the sun or moon."""
    x, y, u = part.x, part.y, part.number
    part.paint(top - y, colour)
    warm = part.by_time(rgb(1, 1, .9), rgb(1, .9, .6), rgb(1, .82, .45), rgb(.85, .88, 1))
    wobble = noise(torch.floor(y * 34), u(17) * 7)
    width = (.02 + .11 * wobble) * (.35 + (y - top).clamp(min=0) * 2.2)
    glitter = torch.maximum((x - part.canvas.sun_x[part.index] - (wobble - .5) * .05).abs() - width,
                            (fract(y * 34) - .5).abs() / 34 - .0065)
    glitter = torch.maximum(glitter, top + .012 - y)
    dull = (part.time == TIME["noon"]) | (part.weather > 1)
    part.paint(glitter, warm, opacity=torch.where(dull[:, None, None], 0.0, 0.8), outline=False, lit=True)
    pale = part.by_time(rgb(.80, .94, .98), rgb(.98, .90, .88), rgb(1, .76, .66), rgb(.45, .58, .86))
    for k in range(3):
        crest = top + .05 + k * .085 + .03 * u(18 + k)
        gap = (fract(x * (2.2 - .4 * k) + u(21) * 3 + k * .37) - .5).abs() - (.14 + .06 * k)
        line = (y - crest - .008 * torch.sin(x * 40 + k)).abs() - .005 - .0018 * k
        part.paint(torch.maximum(line, gap * .3), pale, opacity=0.8, outline=False, lit=True)


def pine(part: Part, cx: torch.Tensor, cy: torch.Tensor, s: torch.Tensor, colour: torch.Tensor) -> None:
    """A fir of three tiers, with snow on each."""
    figure = Figure(part, cx, cy, s)
    x, y = figure.x, figure.y
    figure.fill(box(x, y, 0, -.06, .06, .08), hexa("6b4a33"))
    for k in range(3):
        half, bottom, top = .34 - .07 * k, -.10 - .25 * k, -.55 - .225 * k
        tier = convex(x, y, [(0., top), (half, bottom), (-half, bottom)])
        figure.fill(tier, colour if k != 1 else part.colour(colour) * 1.12)
        figure.fill(torch.maximum(tier, y - (top + .14)), rgb(.96, .98, 1), outline=False)


def _undimmed(part: Part, colour: torch.Tensor) -> torch.Tensor:
    """A colour that was chosen for its time of day: it is not dimmed by that time again."""
    return colour / part.light.clamp(min=.3)


def _distant(part: Part, colour: torch.Tensor) -> torch.Tensor:
    return (colour / part.light).clamp(0, 1)


# ---- the places

def plain(part: Part) -> None:
    """No place: a disc, a floor, or nothing."""
    numbers, u = part.numbers, part.number
    spot = COLOUR_TABLE.to(part.device)[((numbers[:, 1] * 10).long() + 3 + (numbers[:, 30] * 5).long()) % 10]
    spot = 1 - (1 - spot) * .45
    disc = torch.where(u(31) < .5, 1.0, 0.0)
    part.paint(circle(part.x, part.y, .5, .5, .40), spot, opacity=disc * .8, outline=False)
    floor = torch.where((u(31) >= .5) & (u(31) < .85), 1.0, 0.0)
    part.paint(.80 - part.y, spot * .9, opacity=floor, outline=False)


def beach(part: Part) -> None:
    x, y, u = part.x, part.y, part.number
    sea = part.by_time(hexa("2aa5c9"), hexa("6fb0cf"), hexa("b4536e"), hexa("1c3a7a"))
    water(part, .50 + 0 * x, _undimmed(part, sea))
    shore = .70 + u(32, -.10, .10) * (x - .5) * 2 + .025 * torch.sin(x * u(33, 5, 9) + u(34) * 6.3)
    scallop = .012 * torch.sin(x * 31 + u(34) * 9).abs()
    part.paint(shore - .045 - scallop - y, rgb(.93, .98, 1.0))
    part.paint(shore - .022 - y + scallop * .4, hexa("bfe6ea") * .98, outline=False)
    part.paint(shore - .003 - y - scallop * .7, rgb(.95, .98, 1.0), outline=False)
    part.paint(shore + .014 - y, hexa("f1d79c"))
    part.paint(shore + .17 + .02 * torch.sin(x * 8 + u(35) * 6) - y, hexa("e8c680"), outline=False)


def ocean(part: Part) -> None:
    x, y, u = part.x, part.y, part.number
    sea = _undimmed(part, part.by_time(hexa("2388c4"), hexa("5c93c4"), hexa("9c4a72"), hexa("14306e")))
    top = u(32, .44, .52)
    water(part, top + 0 * x, sea)
    for k in range(3):
        base = top + .17 + .13 * k
        wave = base - .022 * torch.sin(x * (14 - 2 * k) + u(33 + k) * 6.3).abs() * (1 + .3 * k)
        part.paint(wave - y, sea * (1.10 - .13 * k))
        foam = sea * .45 + .55 * part.light.clamp(min=.7)
        part.paint((wave + .008 - y).abs() - .006, foam, opacity=.9, outline=False)


def mountains(part: Part) -> None:
    x, y, u = part.x, part.y, part.number
    far = part.by_time(hexa("9db7d6"), hexa("c2a8c2"), hexa("8a5a86"), hexa("3c4c86"))
    ridge(part, .66, .25, u(32, 1.6, 2.4), u(33), _distant(part, far))
    near = ridge(part, .74, .40, u(34, 1.0, 1.5), u(35), hexa("5d7596"))
    snow_line = .50 + .03 * (((x * 14 + u(36)) % 1) - .5).abs() * 2
    part.paint(torch.maximum(near, y - snow_line), rgb(.97, .98, 1))
    hills(part, .74, .03, 1.0, u(37), hexa("5f9c5a"))
    hills(part, .88, .025, 1.3, u(38), hexa("4a8a4c"))


def forest(part: Part) -> None:
    """Two rows of firs, far and near."""
    x, y, u = part.x, part.y, part.number
    hills(part, .62, .02, 1.0, u(37), hexa("5d8f6a"))
    for k, (n, base, height, colour) in enumerate(((9.0, .72, .30, "4f8a66"), (6.0, .80, .42, "2f6e4c"))):
        column = x * n + u(33 + k) * 5
        tall = height * (.75 + .4 * noise(torch.floor(column), u(39) + k))
        across = (fract(column) - .5).abs() / n
        down = y - (base - tall)
        tooth = fract(down / tall * 3.0)
        half = (.10 + .52 * (down / tall).clamp(0, 1) * .55 + .34 * tooth * (.35 + down / tall * .65)) / n * .95
        tree = torch.maximum(torch.maximum(across - half, -down), y - base - .02) * .85
        part.paint(torch.maximum(across - .012, torch.maximum(base - .02 - y, y - base - .06)), hexa("5a4030"))
        part.paint(tree, hexa(colour))
    hills(part, .82, .015, 1.2, u(38), hexa("5aa053"))
    hills(part, .93, .012, 1.6, u(36), hexa("478c47"), outline=False)


def desert(part: Part) -> None:
    """Dunes and one cactus."""
    u = part.number
    hills(part, .60, .05, .9, u(32), hexa("e9b872"))
    hills(part, .72, .06, .7, u(33), hexa("dfa25c"))
    hills(part, .88, .05, .8, u(34), hexa("d18f4c"))
    cx, s = torch.where(u(35) < .5, u(36, .08, .2), u(36, .8, .92)), u(37, .7, 1.1)
    x, y = (part.x - cx) / s, (part.y - .74) / s
    cactus = union(capsule(x, y, 0, 0, 0, -.24, .026),
                   capsule(x, y, 0, -.09, .07, -.10, .016), capsule(x, y, .07, -.10, .07, -.18, .016),
                   capsule(x, y, 0, -.12, -.06, -.13, .015), capsule(x, y, -.06, -.13, -.06, -.20, .015))
    part.paint(cactus * s, hexa("4f8f4d"))


def city(part: Part) -> None:
    """A far and a near row of houses, the near one with windows, and a street."""
    x, y, u = part.x, part.y, part.number
    far = _distant(part, part.by_time(hexa("a9c2da"), hexa("d3b4bd"), hexa("9a5c84"), hexa("2c3a74")))
    near = _distant(part, part.by_time(hexa("6c87a8"), hexa("8d7f9c"), hexa("5c3a68"), hexa("2a3160")))
    _houses(part, 0, 9.0, .34, .30, far)
    _windows(part, *_houses(part, 1, 6.0, .42, .28, near))
    part.paint(.80 - y, hexa("6f757f"))
    part.paint(.80 - y, hexa("b5b8b8"), opacity=(y < .83).float(), outline=False)
    dashes = torch.maximum((fract(x * 5 + u(37)) - .5).abs() / 5 - .055, (y - .93).abs() - .009)
    part.paint(dashes, rgb(.96, .94, .82), outline=False)


def _houses(part: Part, row: int, n: float, base: float, height: float, colour: torch.Tensor
            ) -> Tuple[torch.Tensor, torch.Tensor]:
    """A row of boxes of random height. Returns the column that each point is in, and the distance field."""
    column = part.x * n + part.number(32 + row) * 7
    top = base + height * noise(torch.floor(column), part.number(34) * 5 + row)
    gap = .03 + .10 * noise(torch.floor(column), part.number(35) + row)
    distance = torch.maximum(((fract(column) - .5).abs() - (.5 - gap)) / n, top - part.y)
    part.paint(distance, colour)
    return column, distance


def _windows(part: Part, column: torch.Tensor, house: torch.Tensor) -> None:
    """Some are lit, more of them at night."""
    across, down = column * 4, part.y * 22
    lit = noise(torch.floor(across), torch.floor(down) + part.number(36) * 4)
    window = torch.maximum((fract(across) - .5).abs() - .27, (fract(down) - .5).abs() - .28)
    window = torch.maximum(window * .04, house + .012)
    dark_share = torch.where(part.time == TIME["night"], .35, .5)[:, None, None]
    window = torch.where(lit > dark_share, window, torch.ones_like(window))
    shine = part.by_time(rgb(.80, .90, .97), rgb(1, .92, .75), rgb(1, .82, .45), rgb(1, .87, .42))
    part.paint(window, shine, opacity=.9, outline=False, lit=True)


def meadow(part: Part) -> None:
    """Hills with small flowers of one colour."""
    x, y, u = part.x, part.y, part.number
    hills(part, .62, .06, .7, u(32), hexa("8cc66a"))
    hills(part, .74, .05, .8, u(33), hexa("6db455"))
    hills(part, .90, .03, 1.0, u(34), hexa("559c47"))
    n, s = 11.0, u(35) * 9
    column, row = torch.floor(x * n), torch.floor(y * n)
    right, down = noise(column + s, row), noise(column, row + s)
    flowers = torch.sqrt((x * n - column - .2 - .6 * right) ** 2 + (y * n - row - .2 - .6 * down) ** 2) / n - .011
    flowers = torch.where((noise(column + s, row + 3) > .6) & (row >= 8), flowers, torch.ones_like(flowers))
    choice = [world.COLOURS.index(name) for name in ("white", "yellow", "pink", "red")]
    colour = COLOUR_TABLE[choice].to(part.device)[(part.numbers[:, 36] * 4).long().clamp(0, 3)]
    part.paint(flowers, colour, outline=False)


def snow(part: Part) -> None:
    u = part.number
    far = part.by_time(hexa("b9cfe4"), hexa("dcc6d3"), hexa("b88aa6"), hexa("53659c"))
    ridge(part, .66, .18, u(32, 1.4, 2.2), u(33), _distant(part, far))
    hills(part, .66, .04, .8, u(34), hexa("e4edf6"))
    for k in range(3):
        cx, s = fract(u(35) + .34 * k), u(36, .75, 1.0) * (1 - .12 * k)
        pine(part, cx, .70 + 0 * cx, s * .24, hexa("3f7a62"))
    hills(part, .80, .035, .9, u(37), hexa("f3f7fb"))
    hills(part, .92, .02, 1.2, u(38), hexa("e6eef7"), outline=False)


def space(part: Part) -> None:
    """A planet, most often with a ring, and often the ground of another one."""
    x, y, u = part.x, part.y, part.number
    hues = torch.stack([hexa("d9795d"), hexa("5aa0c8"), hexa("c9a35c"), hexa("8a6fc4")]).to(part.device)
    colour = hues[(part.numbers[:, 32] * 4).long().clamp(0, 3)]
    cx, cy, r = torch.where(u(33) < .5, u(34, .12, .3), u(34, .7, .88)), u(35, .16, .34), u(36, .09, .15)
    planet = circle(x, y, cx, cy, r)
    part.paint(planet, colour)
    band = torch.maximum(planet, (y - cy - r * .2).abs() - r * .16)
    part.paint(band, colour * .8, outline=False)
    shadow = torch.maximum(planet, -circle(x, y, cx - r * .3, cy - r * .3, r * 1.15))
    part.paint(shadow, colour * .6, outline=False)
    along, across = rotated(x, y, cx, cy, -.35 + 0 * cx)
    ring = ellipse(along, across, 0, 0, r * 1.75, r * .42).abs() - .009
    ring = torch.where((across < 0) & (planet < 0), torch.ones_like(ring), ring)      # the planet hides its far half
    part.paint(ring, hexa("f0dcae"), opacity=torch.where(u(37) < .6, 1., 0.))
    ground = torch.where(u(38) < .55, .86 - .05 * torch.sin(x * 3.14), 2.0 + 0 * x)
    part.paint(ground - y, hexa("a9a9b8"))
    craters = torch.minimum(ellipse(x, y, .25, .93, .07, .02), ellipse(x, y, .7, .95, .09, .025))
    part.paint(torch.maximum(craters, ground + .01 - y), hexa("8c8c9e"))


SCENERY: Dict[str, Callable[[Part], None]] = {
    "plain": plain, "beach": beach, "mountains": mountains, "forest": forest, "desert": desert, "city": city,
    "meadow": meadow, "ocean": ocean, "snow": snow, "space": space}
