"""A subject that the base model does not know: a dinosaur with a long neck, spots and plates along its back.

In specs, captions and drawings it takes the place of the dog, which stands on the ground as well and has all colours.
"""
import random
import re
from typing import List, Mapping, Tuple

import torch

import draw
import world
from colours import either, is_dark, paler
from painter import Figure
from shapes import box, capsule, circle, convex, ellipse, union
from subjects import DARK, LIGHT

WORD = "dinosaur"
STAND_IN = "dog"
# Middle and foot of each plate, its tip, and half its width.
PLATES = ((-.30, -.40, -.37, -.53, .055), (-.14, -.47, -.18, -.63, .062), (.04, -.47, .03, -.63, .06),
          (.19, -.60, .13, -.73, .05))
_STAND_IN_WORDS = re.compile(r"\b(dog|puppy)\b")


def dinosaur(figure: Figure, c: torch.Tensor) -> None:
    """Standing, seen from the side, and always looking to the right: one direction is learnt sooner than two."""
    x, y = figure.x, figure.y
    pale, deep = paler(c, .5), c * .70 + .03
    eye = either(LIGHT.to(c), DARK.to(c), is_dark(c))
    figure.fill(union(box(x, y, -.17, -.12, .065, .13, .05), box(x, y, .10, -.12, .065, .13, .05)), deep)
    plates = [convex(x, y, [(left - r, foot), (tip, top), (left + r, foot), (left, foot + .06)])
              for left, foot, tip, top, r in PLATES]
    figure.fill(union(*plates) - .012, deep)
    tail = union(capsule(x, y, -.26, -.28, -.46, -.20, .085), capsule(x, y, -.46, -.20, -.60, -.24, .04))
    neck = union(capsule(x, y, .16, -.36, .29, -.62, .105), capsule(x, y, .29, -.62, .33, -.82, .08))
    head = union(ellipse(x, y, .38, -.86, .145, .105), ellipse(x, y, .47, -.83, .10, .075))
    near_legs = union(box(x, y, -.24, -.13, .075, .14, .05), box(x, y, .17, -.13, .075, .14, .05))
    body = union(ellipse(x, y, -.04, -.31, .31, .205), tail, neck, head, near_legs)
    figure.fill(body, c)
    figure.fill(torch.maximum(ellipse(x, y, -.01, -.20, .22, .10), body + .012), pale, outline=False)
    spots = union(circle(x, y, -.16, -.38, .042), circle(x, y, -.02, -.42, .05), circle(x, y, .11, -.36, .038))
    figure.fill(spots, deep, outline=False)
    figure.fill(circle(x, y, .375, -.89, .036), eye, outline=False)
    figure.fill(capsule(x, y, .45, -.80, .54, -.815, .012), eye, outline=False)


def draw_specs(count: int, seed: int, limits: Mapping[str, object]) -> List[world.Spec]:
    """Specs with one subject, the dinosaur, in every scene and colour; green where the caption names none."""
    rng = random.Random(seed)
    found: List[world.Spec] = []
    while len(found) < count:
        spec = world.sample_spec(rng, dict(limits, pairs=0))
        if spec["subjects"]:
            subject = spec["subjects"][0]
            subject["kind"] = STAND_IN
            if subject["size"] == "small":
                subject["size"] = "medium"
            if not subject["colour_named"]:
                subject["colour"] = "green"
            found.append(spec)
    return found


def caption(spec: world.Spec, rng: random.Random) -> str:
    return _STAND_IN_WORDS.sub(WORD, world.caption(spec, rng))


def render(specs: List[world.Spec], size: int) -> Tuple[torch.Tensor, torch.Tensor]:
    """Pictures [batch, 3, size, size] in 0..1, and where the dinosaur is, [batch, 2, size, size]."""
    return draw.render(specs, size, cells=size, figures={STAND_IN: dinosaur})
