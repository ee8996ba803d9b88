"""The little world the model learns: what may be in a postcard.

A postcard is described by a spec, a plain dictionary:

    scene, time, weather, style     one word each, from the lists below
    subjects                        none, one or two of {kind, colour, colour_named, position, size}
    seed                            48 bits that decide everything else in the drawing

`sample_spec` draws one at random, `caption` words it, `draw.render` draws it, and `held_out` says whether its
combination is kept away from training, so that adherence can be measured on compositions the model has never seen.
"""
import hashlib
import random
from typing import Any, Dict, List, Optional

from captions import caption

__all__ = ["SCENES", "TIMES", "WEATHERS", "SUBJECTS", "COLOURS", "STYLES", "POSITIONS", "SIZES", "DEFAULT_COLOURS",
           "Spec", "sample_spec", "held_out", "draw_specs", "caption"]

Spec = Dict[str, Any]

SCENES = ["plain", "beach", "mountains", "forest", "desert", "city", "meadow", "ocean", "snow", "space"]
TIMES = ["noon", "sunrise", "sunset", "night"]
WEATHERS = ["clear", "clouds", "rain", "snow"]
SUBJECTS = ["cat", "dog", "sailboat", "palm", "house", "tree", "balloon", "rocket",
            "lighthouse", "car", "flower", "fish", "bird"]
COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black", "brown"]
STYLES = ["flat", "pixel", "line", "neon"]
POSITIONS = ["left", "centre", "right"]
SIZES = ["small", "medium", "big"]

# Which subjects turn up in which scene, as weights; anything absent gets weight 1.
FITS = {
    "beach": {"palm": 7, "sailboat": 4, "lighthouse": 3, "cat": 2, "dog": 2, "bird": 2, "car": 1},
    "mountains": {"house": 3, "tree": 3, "balloon": 3, "bird": 2, "cat": 2, "dog": 2},
    "forest": {"tree": 2, "house": 3, "cat": 2, "dog": 2, "bird": 2, "flower": 2},
    "desert": {"car": 3, "palm": 2, "balloon": 2, "cat": 2, "dog": 2, "rocket": 2},
    "city": {"car": 4, "cat": 2, "dog": 2, "balloon": 2, "bird": 2, "tree": 2, "rocket": 2},
    "meadow": {"flower": 4, "house": 3, "tree": 3, "cat": 2, "dog": 2, "balloon": 3, "car": 2},
    "ocean": {"sailboat": 6, "fish": 4, "lighthouse": 3, "bird": 3, "balloon": 2},
    "snow": {"house": 3, "tree": 3, "cat": 2, "dog": 2, "car": 1, "bird": 1},
    "space": {"rocket": 6, "cat": 2, "dog": 2, "car": 1, "balloon": 1},
    "plain": {"cat": 3, "dog": 3},
}
# The colour used when nobody names one.
DEFAULT_COLOURS = {
    "cat": ["orange", "black", "white", "brown", "orange"], "dog": ["brown", "white", "black", "orange"],
    "sailboat": ["white", "red", "white"], "palm": ["green"], "house": ["red", "white", "yellow", "brown"],
    "tree": ["green", "green", "green", "orange"], "balloon": COLOURS[:7], "rocket": ["red", "white", "blue"],
    "lighthouse": ["red"], "car": COLOURS[:6], "flower": ["red", "pink", "yellow", "purple", "white", "orange"],
    "fish": ["orange", "blue", "yellow"], "bird": ["blue", "red", "white", "black", "yellow"],
}


def sample_spec(rng: random.Random, limits: Optional[Dict[str, Any]] = None) -> Spec:
    """One postcard. limits narrows the world: lists of `styles`, `weathers` and `subjects`, and `pairs`, the weight of
    two subjects against 18 for none and 64 for one."""
    limits = limits or {}
    while True:
        spec = _any_spec(rng, limits.get("pairs", 18))
        if all(s["kind"] in limits.get("subjects", SUBJECTS) for s in spec["subjects"]) and \
                spec["weather"] in limits.get("weathers", WEATHERS) and spec["style"] in limits.get("styles", STYLES):
            return spec


def _any_spec(rng: random.Random, pairs: float) -> Spec:
    scene = "plain" if rng.random() < 0.16 else rng.choice(SCENES[1:])
    time = rng.choice(TIMES) if scene != "plain" else "noon"
    if scene == "space":
        time = "night"
    weather = "clear"
    if scene not in ("plain", "space"):
        weather = rng.choices(WEATHERS, [55, 22, 12, 11])[0]
        if scene == "desert" and weather == "snow":
            weather = "clear"
    count = 1 if scene == "plain" else rng.choices([0, 1, 2], [18, 64, pairs])[0]
    subjects = _kinds_and_colours(scene, count, rng)
    _place(subjects, scene, rng)
    return {"scene": scene, "time": time, "weather": weather, "subjects": subjects,
            "style": rng.choices(STYLES, [76, 8, 8, 8])[0], "seed": rng.getrandbits(48)}


def _kinds_and_colours(scene: str, count: int, rng: random.Random) -> List[Dict[str, Any]]:
    """Different kinds that suit the scene; `colour_named` says whether a caption may name the colour."""
    weights = [FITS[scene].get(s, 1) for s in SUBJECTS]
    subjects, used = [], set()
    for _ in range(count):
        kind = rng.choices(SUBJECTS, weights)[0]
        while kind in used:
            kind = rng.choices(SUBJECTS, weights)[0]
        used.add(kind)
        named = rng.random() < 0.6
        colour = rng.choice(COLOURS) if named else rng.choice(DEFAULT_COLOURS[kind])
        if kind == "palm" and rng.random() < 0.7:
            colour, named = "green", False
        subjects.append({"kind": kind, "colour": colour, "colour_named": named})
    return subjects


def _place(subjects: List[Dict[str, Any]], scene: str, rng: random.Random) -> None:
    """One subject anywhere; of two, one on each side, none of them big."""
    if len(subjects) == 1:
        size = rng.choices(SIZES, [2, 5, 5 if scene == "plain" else 3])[0]
        subjects[0].update(position=rng.choices(POSITIONS, [1, 2, 1])[0], size=size)
    elif len(subjects) == 2:
        order = ["left", "right"]
        rng.shuffle(order)
        for subject, where in zip(subjects, order):
            subject.update(position=where, size=rng.choice(["small", "medium"]))


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def held_out(spec: Spec) -> bool:
    """One in eight (subject, colour) and (subject, scene, time) combinations is never trained on.

    What people ask for first, a subject in its usual colour and two well-known scenes, is never held out.
    """
    for s in spec["subjects"]:
        if _hash(f"{s['kind']}/{s['colour']}/colour") % 8 == 0 and s["colour"] not in DEFAULT_COLOURS[s["kind"]]:
            return True
        key = f"{s['kind']}/{spec['scene']}/{spec['time']}"
        if _hash(key) % 8 == 0 and key not in ("palm/beach/sunset", "cat/plain/noon"):
            return True
    return False


def draw_specs(count: int, seed: int, want_held_out: bool = False, limits: Optional[Dict[str, Any]] = None
               ) -> List[Spec]:
    """Specs of a seed: all of them held out, or none of them."""
    rng = random.Random(seed)
    specs: List[Spec] = []
    while len(specs) < count:
        spec = sample_spec(rng, limits)
        if held_out(spec) == want_held_out:
            specs.append(spec)
    return specs
