"""A mood that the base model has no word for: the hour between sunset and night.

Each picture is drawn at both times and mixed. Everything but the light is the same in the two; the sun, which has set,
is left out.
"""
import random
from typing import List, Mapping

import torch

import captions
import draw
import scenes
import sky
import styles
import world
from painter import Canvas

WORD = "twilight"
START_WORDS = ("sunset", "night")       # where the search for the word's vectors begins

_TIMES = tuple(phrase for table in (captions.TIME_WORDS, captions.TIME_ADJECTIVES)
               for phrases in table.values() for phrase in phrases)


def draw_specs(count: int, seed: int, limits: Mapping[str, object]) -> List[world.Spec]:
    """Specs of scenes that have a time of day."""
    found: List[world.Spec] = []
    rng = random.Random(seed)
    while len(found) < count:
        spec = world.sample_spec(rng, limits)
        if spec["scene"] not in ("plain", "space"):
            found.append(spec)
    return found


@torch.no_grad()
def render(specs: List[world.Spec], size: int) -> torch.Tensor:
    """Pictures [batch, 3, size, size] in 0..1."""
    sunset = Canvas([dict(spec, time="sunset") for spec in specs], size)
    for paint in (sky.gradient, sky.clouds, scenes.scenes, draw.paint_subjects):
        paint(sunset)
    night = draw.render([dict(spec, time="night") for spec in specs], size)
    mixed = .45 * sunset.pictures + .55 * night
    grey = styles.luma(mixed)
    return (grey + 1.35 * (mixed - grey)).clamp(0, 1)


def caption(spec: world.Spec, rng: random.Random, word: str) -> str:
    """A caption that says `word` and no time of day."""
    while True:
        text = world.caption(spec, rng, empty=0)
        if not any(phrase in text for phrase in _TIMES):
            break
    return rng.choice([f"{text}, {word}", f"{text} {word}", f"{word}, {text}", f"{text} at {word}"])
