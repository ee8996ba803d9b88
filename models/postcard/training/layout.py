"""Where in a picture a subject stands, and how large it is."""
import random
from typing import Tuple

import world

# Height of a medium subject, as a share of the picture's.
HEIGHT = {"cat": .56, "dog": .55, "sailboat": .50, "palm": .66, "house": .54, "tree": .58, "balloon": .56,
          "rocket": .58, "lighthouse": .66, "car": .58, "flower": .55, "fish": .52, "bird": .50}
# Half the width, as a share of the height, of what is wider than the rest.
HALF_WIDTH = {"car": .56, "dog": .54, "fish": .58, "bird": .58, "sailboat": .5}
# Where things stand in each scene, from the top of the picture.
GROUND = {"plain": .84, "beach": .90, "mountains": .93, "forest": .93, "desert": .92, "city": .87, "meadow": .92,
          "snow": .92, "space": .90, "ocean": .78}
SCALE = {"small": .64, "medium": .92, "big": 1.20}
ONE_OF_TWO = .82
CENTRE = {"left": .25, "centre": .5, "right": .75}
FLOATING = ("balloon", "rocket", "bird", "fish")


def place(spec: world.Spec, n: int) -> Tuple[float, float, float]:
    """Position (from left and top) and height of the n-th subject of a spec, as shares of the picture."""
    rng = random.Random(spec["seed"] * 7 + n)
    subject, scene = spec["subjects"][n], spec["scene"]
    kind = subject["kind"]
    scale = SCALE[subject["size"]] * rng.uniform(.93, 1.07)
    if len(spec["subjects"]) == 2:
        scale *= ONE_OF_TWO
    if scene == "plain":
        scale *= 1.18
    height = HEIGHT[kind] * scale
    across = CENTRE[subject["position"]] + rng.uniform(-.045, .045)
    if kind == "palm":
        across -= .05       # its smaller companion stands to the right
    half = .85 * HALF_WIDTH.get(kind, .40) * height     # a little may be cut off
    across = min(max(across, half + .01), 1 - half - .01) if half < .48 else .5
    return across, _down(kind, scene, height, scale, rng), height


def _down(kind: str, scene: str, height: float, scale: float, rng: random.Random) -> float:
    foot = GROUND[scene] + rng.uniform(-.02, .03)
    if scene == "plain":
        foot = .5 + height * .48 if rng.random() < .5 else foot
    if kind == "sailboat" and scene in ("beach", "ocean"):
        foot = .60 + rng.uniform(-.02, .03) + (.10 if scene == "ocean" else 0)
    if kind not in FLOATING:
        return max(foot, min(height * 1.02 + .02, .97))
    if scene == "plain":
        middle = .5
    elif kind == "fish":
        middle = {"ocean": .74, "beach": .60}.get(scene, .55)
    else:
        middle = .36 + .10 * min(scale, 1.2) - (.06 if kind == "bird" else 0)
    return middle + rng.uniform(-.04, .04)
