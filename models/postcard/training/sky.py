"""Sky, stars, sun, moon, clouds, and what falls from them."""
import torch

from colours import COLOUR_TABLE, hexa, rgb
from painter import SCENE, STYLE, TIME, WEATHER, Canvas, Part
from shapes import box, circle, fract, noise, union


def sky(canvas: Canvas) -> None:
    """The background of every picture."""
    gradient(canvas)
    plain, space = canvas.scene == SCENE["plain"], canvas.scene == SCENE["space"]
    night, dry = canvas.time == TIME["night"], canvas.weather < WEATHER["rain"]
    for paint, chosen in ((stars, (night & dry & ~plain) | space), (sun, ~night & ~plain & dry),
                          (moon, night & ~space & ~plain & dry)):
        part = canvas.where(chosen)
        if part:
            paint(part)


def gradient(canvas: Canvas) -> None:
    """From top over middle to the horizon; grey in bad weather, one soft colour where there is no place."""
    device, numbers = canvas.device, canvas.numbers
    whole = Part(canvas, torch.arange(len(canvas.specs), device=device))
    top = whole.by_time(hexa("4aa8e8"), hexa("8fb8e6"), hexa("5b3f8c"), hexa("0d1440"))
    mid = whole.by_time(hexa("8fd0f2"), hexa("f9d2c8"), hexa("e8615a"), hexa("1d2a66"))
    low = whole.by_time(hexa("d6f0fa"), hexa("fde9a9"), hexa("fbb040"), hexa("3f4f94"))
    jitter = (numbers[:, 0:1] - 0.5) * 0.10
    top, mid = (top + jitter).clamp(0, 1), (mid + jitter * 0.7).clamp(0, 1)
    grey = whole.by_time(rgb(.62, .68, .74), rgb(.70, .66, .68), rgb(.50, .40, .46), rgb(.13, .15, .24))
    overcast = torch.tensor([0.0, 0.22, 0.72, 0.45], device=device)[canvas.weather][:, None]
    bands = [c + (grey - c) * overcast for c in (top, mid, low)]

    plain = (canvas.scene == SCENE["plain"])[:, None]
    base = COLOUR_TABLE.to(device)[(numbers[:, 1] * 10).long().clamp(0, 9)]
    soft = 1 - (1 - base) * (0.25 + 0.35 * numbers[:, 2:3])
    bands = [torch.where(plain, soft + lighter, c) for lighter, c in zip((0.0, 0.02, 0.04), bands)]

    space = (canvas.scene == SCENE["space"])[:, None]
    hue = numbers[:, 3:4]
    haze = hexa("3a1f6b").to(device) * (1 - hue) + hexa("123a6b").to(device) * hue
    deep = hexa("0a0820").to(device).expand_as(top)
    bands = [torch.where(space, c, other) for c, other in zip((deep, haze * 0.7, haze), bands)]

    line, neon = (canvas.style == STYLE["line"])[:, None], (canvas.style == STYLE["neon"])[:, None]
    top, mid, low = (torch.where(line, 1 - (1 - c) * 0.18, torch.where(neon, c * 0.10 + 0.015, c))[:, :, None, None]
                     for c in bands)
    down = (canvas.y / 0.62).clamp(0, 1)[:, None]
    canvas.pictures = top + (mid - top) * (down * 2).clamp(0, 1) + (low - mid) * (down * 2 - 1).clamp(0, 1)


def stars(part: Part) -> None:
    """At most one in each cell of a grid, at a random place in it."""
    x, y = part.x, part.y
    n = torch.where(part.scene == SCENE["space"], 15.0, 12.0)[:, None, None]
    column, row = torch.floor(x * n), torch.floor(y * n)
    s = part.number(5) * 17
    right, down, there = noise(column + s, row), noise(column + s, row + 9), noise(column + s, row + 23)
    radius = 0.004 + 0.005 * noise(column + s, row + 41)
    distance = torch.sqrt((x * n - column - .2 - .6 * right) ** 2 + (y * n - row - .2 - .6 * down) ** 2) / n - radius
    distance = torch.where(there > 0.55, distance, torch.ones_like(distance))
    part.paint(distance, rgb(1, 1, .88), opacity=0.95, outline=False, lit=True)


def sun(part: Part) -> None:
    """High and small at noon, low and large at sunrise and sunset; water glitters below it."""
    u, time = part.number, part.time[:, None, None]
    noon, sunrise = time == TIME["noon"], time == TIME["sunrise"]
    cx = torch.where(noon, u(6, .12, .88), torch.where(sunrise, u(6, .15, .5), u(6, .3, .8)))
    cy = torch.where(noon, u(7, .11, .2), u(7, .34, .46))
    r = torch.where(noon, u(8, .06, .085), u(8, .085, .125))
    part.canvas.sun_x[part.index] = cx
    colour = part.by_time(hexa("fff3b0"), hexa("ffe27a"), hexa("ffd75e"), hexa("ffffff"))
    disc = circle(part.x, part.y, cx, cy, r)
    part.paint(disc, colour, opacity=0.45, outline=False, soft=0.16, lit=True)
    part.paint(disc, colour, lit=True)


def moon(part: Part) -> None:
    """Full or a crescent."""
    u = part.number
    cx, cy, r = u(6, .15, .85), u(7, .12, .24), u(8, .06, .09)
    disc = circle(part.x, part.y, cx, cy, r)
    bite = circle(part.x, part.y, cx + r * .55, cy - r * .25, r * .9)
    disc = torch.where(u(9) < 0.5, torch.maximum(disc, -bite), disc)
    part.paint(disc, rgb(1, .97, .82), opacity=0.25, outline=False, soft=0.14, lit=True)
    part.paint(disc, rgb(1, .97, .82), lit=True)


def clouds(canvas: Canvas) -> None:
    """Three when it is cloudy, a fourth and dark ones when it rains, and now and then one in a clear sky."""
    outdoors = (canvas.scene > SCENE["plain"]) & (canvas.scene < SCENE["space"])
    covered = canvas.weather > WEATHER["clear"]
    for k in range(4):
        if k == 0:
            chosen = covered | ((canvas.numbers[:, 10] < 0.4) & outdoors)
        else:
            chosen = covered if k < 3 else canvas.weather == WEATHER["rain"]
        part = canvas.where(chosen)
        if part:
            cloud(part, k)


def cloud(part: Part, k: int) -> None:
    """Three puffs on a flat base; k counts the clouds of a picture."""
    u = part.number
    light = part.by_time(rgb(1, 1, 1), rgb(1, .92, .90), rgb(1, .72, .62), rgb(.42, .46, .66))
    dark = part.by_time(rgb(.50, .55, .62), rgb(.52, .50, .56), rgb(.40, .30, .38), rgb(.16, .18, .28))
    colour = torch.where((part.weather == WEATHER["rain"])[:, None], dark, light)
    cx = fract(u(11) + k * .37 + .06 * u(12))
    cy = .09 + .085 * k * u(13, .6, 1) + .05 * u(14)
    s = u(15, .8, 1.25) * (1.0 - 0.1 * k)
    x, y = (part.x - cx) / s, (part.y - cy) / s
    shape = union(circle(x, y, -.075, 0, .05), circle(x, y, 0, -.03, .072), circle(x, y, .08, 0, .048),
                  box(x, y, 0, .025, .13, .026, .024))
    part.paint(shape * s, colour, opacity=0.92, lit=True)


def fall(canvas: Canvas) -> None:
    """Rain and snow, in front of everything."""
    for paint, weather in ((rain, "rain"), (snowflakes, "snow")):
        part = canvas.where(canvas.weather == WEATHER[weather])
        if part:
            paint(part)


def rain(part: Part) -> None:
    """Slanting dashes, each column at its own height."""
    n = 13.0
    x, y = part.x + part.y * .22, part.y
    column = torch.floor(x * n)
    v = y * 5 + noise(column, part.number(16) * 9) * 7
    row = torch.floor(v)
    middle = .3 + .4 * noise(column, row + 3)
    distance = torch.maximum(((x * n - column) - middle).abs() / n - .0042, ((v - row) - .5).abs() / 5 - .045)
    part.paint(distance, rgb(.80, .88, .97), opacity=0.75, outline=False, lit=True)


def snowflakes(part: Part) -> None:
    n, x, y = 9.0, part.x, part.y
    s = part.number(16) * 13
    column, row = torch.floor(x * n), torch.floor(y * n)
    right, down = noise(column + s, row), noise(column + s, row + 5)
    radius = .008 + .007 * noise(column + s, row + 8)
    distance = torch.sqrt((x * n - column - .2 - .6 * right) ** 2 + (y * n - row - .2 - .6 * down) ** 2) / n - radius
    line = (part.style == STYLE["line"])[:, None]
    colour = torch.where(line, rgb(.45, .55, .75).to(part.device), rgb(1, 1, 1).to(part.device))
    part.paint(distance, colour, opacity=0.95, outline=False, lit=True)
