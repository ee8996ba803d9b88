"""The things in a postcard, each drawn in its own coordinates: 0 at the foot (or the middle of what floats), -1 at the
top."""
import math
from typing import Callable, Dict

import torch

from colours import either, hexa, is_dark, is_white, paler, rgb
from painter import TIME, Figure
from shapes import box, capsule, circle, convex, ellipse, fract, rotated, union

Draw = Callable[[Figure, torch.Tensor], None]
"""Draws a figure in a colour [n, 3]."""

DARK, LIGHT = hexa("2b2430"), rgb(.95, .93, .85)


def cat(figure: Figure, c: torch.Tensor) -> None:
    """Sitting, seen from the front."""
    x, y = figure.x, figure.y
    pale, deep, dark = paler(c, .55), c * .72 + .05, DARK.to(c)
    eye = either(rgb(.75, .9, .3).to(c), dark, is_dark(c))
    tail_x = x * figure.side
    tail = union(capsule(tail_x, y, .20, -.06, .40, -.10, .045), capsule(tail_x, y, .40, -.10, .43, -.32, .045))
    figure.fill(tail, deep)
    figure.fill(union(ellipse(x, y, 0, -.24, .235, .27), box(x, y, 0, -.07, .22, .075, .06)), c)
    figure.fill(ellipse(x, y, 0, -.20, .11, .17), pale, outline=False)
    figure.fill(union(ellipse(x, y, -.09, -.035, .075, .045), ellipse(x, y, .09, -.035, .075, .045)), pale)
    figure.fill(union(convex(x, y, [(-.24, -.98), (-.05, -.80), (-.25, -.62)]),
                      convex(x, y, [(.24, -.98), (.25, -.62), (.05, -.80)])) - .01, c)
    figure.fill(union(convex(x, y, [(-.215, -.92), (-.10, -.78), (-.22, -.70)]),
                      convex(x, y, [(.215, -.92), (.22, -.70), (.10, -.78)])), rgb(.95, .66, .68), outline=False)
    figure.fill(ellipse(x, y, 0, -.64, .275, .225), c)
    figure.fill(ellipse(x, y, 0, -.555, .12, .085), pale, outline=False)
    both = x.abs()
    figure.fill(ellipse(both, y, .118, -.665, .056, .074), eye, outline=False)
    figure.fill(circle(both, y, .130, -.690, .022), rgb(1, 1, 1), outline=False)
    figure.fill(convex(x, y, [(-.046, -.590), (.046, -.590), (0., -.540)]), rgb(.92, .45, .50), outline=False)
    whiskers = union(capsule(both, y, .16, -.575, .38, -.615, .013), capsule(both, y, .16, -.535, .37, -.495, .013))
    figure.fill(whiskers, is_dark(c) * .8 + (1 - is_dark(c)) * dark, outline=False, opacity=.75)


def dog(figure: Figure, c: torch.Tensor) -> None:
    """Standing, seen from the side, with a collar."""
    x, y = figure.x * figure.side, figure.y
    pale, deep, dark = paler(c, .5), c * .68 + .05, DARK.to(c)
    eye = either(LIGHT.to(c), dark, is_dark(c))
    figure.fill(capsule(x, y, -.36, -.48, -.50, -.70, .04), deep)
    near_legs = union(box(x, y, -.30, -.13, .062, .15, .04), box(x, y, .18, -.13, .062, .15, .04))
    figure.fill(union(box(x, y, -.17, -.14, .055, .14, .04), box(x, y, .06, -.14, .055, .14, .04)), deep)
    figure.fill(union(near_legs, box(x, y, -.07, -.40, .33, .165, .14)), c)
    figure.fill(capsule(x, y, .20, -.45, .30, -.66, .11), c, outline=False)
    figure.fill(capsule(x, y, .36, -.70, .52, -.665, .075), pale)
    figure.fill(ellipse(x, y, .31, -.75, .165, .155), c)
    figure.fill(circle(x, y, .575, -.70, .052), dark, outline=False)
    figure.fill(ellipse(x, y, .20, -.70, .072, .155), deep)
    figure.fill(circle(x, y, .365, -.79, .044), eye, outline=False)
    collar = union(capsule(x, y, .19, -.515, .34, -.545, .026), circle(x, y, .30, -.50, .03))
    figure.fill(collar, rgb(.88, .22, .24), outline=False)


def sailboat(figure: Figure, c: torch.Tensor) -> None:
    """The colour is the sails'."""
    x, y = figure.x, figure.y
    figure.fill(box(x, y, .0, -.50, .014, .46), hexa("7a5238"))
    figure.fill(convex(x, y, [(.03, -.96), (.40, -.24), (.03, -.24)]), c)
    figure.fill(convex(x, y, [(-.03, -.86), (-.03, -.24), (-.30, -.24)]), paler(c, .6))
    hull = convex(x, y, [(-.46, -.19), (.50, -.19), (.34, .0), (-.32, .0)])
    figure.fill(hull, hexa("8a5634"))
    figure.fill(torch.maximum(hull, y + .145), rgb(.96, .94, .9), outline=False)


def palm(figure: Figure, c: torch.Tensor) -> None:
    """A tall palm and a smaller one behind it."""
    part, cx, cy, s = figure.part, figure.cx, figure.cy, figure.s
    lean = part.number(51, -.22, .22)
    _one_palm(Figure(part, cx + .16 * s * torch.sign(lean) + .10, cy - .01, s * .72), lean + .12, c)
    _one_palm(Figure(part, cx - .04, cy, s), lean - .08, c)


def _one_palm(figure: Figure, lean: torch.Tensor, c: torch.Tensor) -> None:
    x, up = figure.x, -figure.y
    t = (up / .78).clamp(0, 1)
    trunk = torch.maximum((x - lean * t * t).abs() - (.050 - .022 * t), torch.maximum(-up, up - .78))
    figure.fill(trunk, hexa("8c613c"))
    figure.fill(torch.maximum(trunk, (fract(up * 11) - .5).abs() / 11 - .013), hexa("6f4a2c"), outline=False)
    x, up = x - lean, up - .78
    for k, (angle, length) in enumerate(((.2, .44), (2.94, .44), (.95, .36), (2.2, .36), (-.45, .36), (3.6, .36))):
        along = x * math.cos(angle) + up * math.sin(angle)
        across = -x * math.sin(angle) + up * math.cos(angle)
        hangs = -1. if math.cos(angle) > 0 else 1.
        q = (along / length).clamp(0, 1)
        half = .075 * torch.sqrt((q * (1 - q)).clamp(min=0) + 1e-4) * 2 * (1 - .35 * q)
        leaf = torch.maximum((across - hangs * .20 * q * q).abs() - half, torch.maximum(-along, along - length)) * .8
        figure.fill(leaf, c if k % 2 else c * .85)
    nuts = union(circle(x, up, -.03, -.04, .035), circle(x, up, .035, -.035, .035))
    figure.fill(nuts, hexa("6b4426"), outline=False)


def house(figure: Figure, c: torch.Tensor) -> None:
    """Its windows are lit at night; a red or orange house has a grey roof."""
    x, y, part = figure.x, figure.y, figure.part
    reddish = (c[:, 0:1] > .75) & (c[:, 1:2] < .6)
    roof = torch.where(reddish, rgb(.36, .28, .30).to(c), rgb(.70, .26, .20).to(c))
    figure.fill(box(x, y, .22, -.74, .055, .14), hexa("8a5a4a"))
    figure.fill(box(x, y, 0, -.26, .36, .26), c)
    figure.fill(convex(x, y, [(0., -.90), (.47, -.48), (-.47, -.48)]), roof)
    figure.fill(box(x, y, 0, -.15, .085, .15), hexa("6b4027"))
    figure.fill(circle(x, y, .05, -.14, .016), hexa("f3cf62"), outline=False)
    night = (part.time == TIME["night"])[:, None]
    pane = torch.where(night, hexa("ffd95e").to(c), hexa("cdeaf7").to(c))
    both, frame = x.abs(), rgb(.97, .95, .9)
    window = box(both, y, .225, -.29, .075, .075)
    figure.fill(window - .014, frame)
    figure.fill(window, pane, lit=True, outline=False)
    figure.fill(union(box(both, y, .225, -.29, .009, .075), box(both, y, .225, -.29, .075, .009)), frame, outline=False)
    figure.fill(circle(x, y, 0, -.62, .062), pane, lit=True)


def tree(figure: Figure, c: torch.Tensor) -> None:
    """The colour is the leaves'."""
    x, y = figure.x, figure.y
    figure.fill(convex(x, y, [(-.045, -.55), (.045, -.55), (.075, 0.), (-.075, 0.)]), hexa("7a5136"))
    figure.fill(capsule(x, y, 0, -.33, .14, -.50, .022), hexa("7a5136"), outline=False)
    crown = union(circle(x, y, -.17, -.58, .18), circle(x, y, .17, -.58, .18), circle(x, y, 0, -.76, .21),
                  circle(x, y, 0, -.56, .19))
    figure.fill(crown, c)
    figure.fill(union(circle(x, y, -.05, -.80, .10), circle(x, y, -.20, -.62, .08)), paler(c, .78), outline=False)
    figure.fill(torch.maximum(crown + .005, -circle(x, y, -.06, -.70, .32)), c * .82, outline=False)


def balloon(figure: Figure, c: torch.Tensor) -> None:
    """A hot-air balloon with paler stripes."""
    x, y = figure.x, figure.y
    ropes = union(capsule(x, y, -.16, .12, -.07, .34, .010), capsule(x, y, .16, .12, .07, .34, .010))
    figure.fill(ropes, hexa("5a4030"), outline=False)
    envelope = union(circle(x, y, 0, -.15, .35), convex(x, y, [(-.33, -.04), (.33, -.04), (.12, .23), (-.12, .23)]))
    figure.fill(envelope, c)
    white = is_white(c)
    stripe_colour = paler(c, .35) * (1 - white) + white * rgb(.95, .70, .55).to(c)
    round_half = torch.sqrt((.36 ** 2 - (y + .15) ** 2).clamp(min=1e-4))
    q = x / torch.where(y > 0, (.36 - .8 * y).clamp(min=.1), round_half)
    stripes = torch.minimum(q.abs() - .17, (q.abs() - .72).abs() - .13) * .2
    figure.fill(torch.maximum(stripes, envelope + .004), stripe_colour, outline=False)
    figure.fill(box(x, y, 0, .40, .095, .075, .02), hexa("9a6a3c"))
    figure.fill(box(x, y, 0, .345, .105, .02), hexa("6e4727"), outline=False)


def rocket(figure: Figure, c: torch.Tensor) -> None:
    """Tilted, with a flame; nose, fins and foot have the colour."""
    tilt = figure.part.number(52, -.35, .35)
    x, y = rotated(figure.x, figure.y, 0., 0., tilt)
    figure.fill(ellipse(x, y, 0, .40, .10, .20 + 0 * tilt), hexa("ff8a2a"), lit=True)
    figure.fill(ellipse(x, y, 0, .37, .055, .12), hexa("ffe36a"), outline=False, lit=True)
    both = x.abs()
    figure.fill(convex(both, y, [(.10, .06), (.26, .26), (.26, .38), (.10, .27)]), c * .85)
    body = torch.maximum(circle(both, y, -.36, -.02, .53), y - .30)
    white = is_white(c)
    figure.fill(body, rgb(.92, .93, .96).to(c) * (1 - white) + white * rgb(.97, .97, .97).to(c))
    figure.fill(torch.maximum(body, y + .20), c)
    figure.fill(torch.maximum(body, .19 - y), c, outline=False)
    figure.fill(circle(x, y, 0, -.04, .085), hexa("49586e"))
    figure.fill(circle(x, y, 0, -.04, .062), hexa("8fd3f0"), outline=False)


def lighthouse(figure: Figure, c: torch.Tensor) -> None:
    """Striped in the colour and white; at night it throws a beam."""
    x, y, part = figure.x, figure.y, figure.part
    night = (part.time == TIME["night"])[:, None, None]
    beam = convex(x * figure.side, y, [(.05, -.84), (1.6, -1.05), (1.6, -.55), (.05, -.80)])
    figure.fill(beam, rgb(1, .95, .65), opacity=torch.where(night, .45, 0.), outline=False, lit=True, soft=.03)
    figure.fill(ellipse(x, y, 0, .0, .28, .07), hexa("7d7a78"))
    tower = convex(x, y, [(-.095, -.74), (.095, -.74), (.155, 0.), (-.155, 0.)])
    white = is_white(c)
    figure.fill(tower, rgb(.97, .97, .95).to(c) * (1 - white) + white * rgb(.75, .78, .82).to(c))
    stripes = (fract(y / .30 + .05) - .5).abs() * .30 - .078
    figure.fill(torch.maximum(tower + .003, stripes), c)
    figure.fill(box(x, y, 0, -.745, .135, .02), hexa("3c3c46"))
    figure.fill(box(x, y, 0, -.815, .065, .06), hexa("ffe27a"), lit=True)
    figure.fill(convex(x, y, [(0., -1.0), (.10, -.87), (-.10, -.87)]), c * .85)


def car(figure: Figure, c: torch.Tensor) -> None:
    x, y = figure.x * figure.side, figure.y
    figure.fill(convex(x, y, [(-.22, -.52), (.14, -.52), (.30, -.30), (-.36, -.30)]) - .02, c)
    glass = union(convex(x, y, [(-.20, -.485), (-.05, -.485), (-.05, -.33), (-.29, -.33)]),
                  convex(x, y, [(.0, -.485), (.12, -.485), (.235, -.33), (.0, -.33)]))
    figure.fill(glass, hexa("bfe4f2"))
    figure.fill(box(x, y, 0, -.22, .56, .115, .06), c)
    figure.fill(box(x, y, 0, -.145, .56, .03, .03), c * .72, outline=False)
    figure.fill(ellipse(x, y, .52, -.25, .04, .045), hexa("fff0a8"), lit=True)
    figure.fill(box(x, y, -.54, -.25, .025, .04), hexa("c4312f"), outline=False)
    wheels = union(circle(x, y, -.30, -.105, .115), circle(x, y, .31, -.105, .115))
    figure.fill(wheels, hexa("26262e"))
    figure.fill(wheels + .058, hexa("c9ccd2"), outline=False)


def flower(figure: Figure, c: torch.Tensor) -> None:
    """Six petals; a yellow flower has a brown heart."""
    x, y = figure.x, figure.y
    figure.fill(capsule(x, y, 0, 0, 0, -.6, .024), hexa("3f8a3f"))
    leaf_x, leaf_y = x.abs() - .13, y + .20
    along, across = leaf_x * .8 - leaf_y * .6, leaf_x * .6 + leaf_y * .8
    figure.fill(ellipse(along, across, 0, 0, .15, .055), hexa("52a34c"))
    y = y + .68
    angle, radius = torch.atan2(y, x), torch.sqrt(x ** 2 + y ** 2 + 1e-9)
    wave = torch.cos((angle + figure.part.number(53) * 3) * 6)
    figure.fill((radius - (.20 + .085 * wave)) * .75, c)
    figure.fill((radius - (.12 + .06 * wave)) * .8, c * .85, outline=False)
    yellow = (c[:, 0:1] > .9) & (c[:, 1:2] > .7) & (c[:, 2:3] < .5)
    figure.fill(circle(x, y, 0., 0., .095), torch.where(yellow, hexa("7a4a22").to(c), hexa("f7c843").to(c)))


def fish(figure: Figure, c: torch.Tensor) -> None:
    x, y = figure.x * figure.side, figure.y
    pale, deep = paler(c, .5), c * .72
    tail = union(convex(x, y, [(-.30, .0), (-.56, .0), (-.60, -.24)]),
                 convex(x, y, [(-.30, 0.), (-.60, .24), (-.56, 0.)]))
    figure.fill(tail - .015, deep)
    figure.fill(convex(x, y, [(-.16, -.20), (.02, -.38), (.20, -.20)]) - .01, deep)
    body = ellipse(x, y, .04, 0, .42, .25)
    figure.fill(body, c)
    figure.fill(torch.maximum(body + .005, (x + .0).abs() - .045), pale, outline=False)
    figure.fill(torch.maximum(body + .005, (x + .20).abs() - .04), pale, outline=False)
    figure.fill(convex(x, y, [(.07, .06), (.07, .17), (-.10, .16)]) - .01, deep, outline=False)
    figure.fill(circle(x, y, .26, -.06, .078), rgb(1, 1, 1), outline=False)
    figure.fill(circle(x, y, .275, -.06, .046), hexa("22222a"), outline=False)


def bird(figure: Figure, c: torch.Tensor) -> None:
    """Flying, seen from the side."""
    x, y = figure.x * figure.side, figure.y
    pale, deep = paler(c, .55), c * .72 + .03
    figure.fill(convex(x, y, [(-.22, -.06), (-.24, .10), (-.60, .10), (-.56, -.04)]), deep)
    figure.fill(convex(x, y, [(.43, -.18), (.62, -.10), (.43, -.05)]) - .008, hexa("f5a623"))
    body = union(ellipse(x, y, .0, .02, .33, .19), circle(x, y, .30, -.12, .165))
    figure.fill(body, c)
    figure.fill(torch.maximum(ellipse(x, y, .06, .11, .22, .12), body + .01), pale, outline=False)
    figure.fill(convex(x, y, [(.14, -.02), (-.14, .05), (-.34, -.50), (-.16, -.42)]) - .015, deep)
    figure.fill(circle(x, y, .345, -.15, .052), rgb(1, 1, 1), outline=False)
    figure.fill(circle(x, y, .354, -.15, .034), hexa("22222a"), outline=False)


FIGURES: Dict[str, Draw] = {
    "cat": cat, "dog": dog, "sailboat": sailboat, "palm": palm, "house": house, "tree": tree, "balloon": balloon,
    "rocket": rocket, "lighthouse": lighthouse, "car": car, "flower": flower, "fish": fish, "bird": bird}
