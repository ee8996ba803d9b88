"""The prompts a model is judged on, and what their pictures should show.

Prompts with a subject describe combinations that training never saw (world.held_out). The wording is plain and names
everything that is judged. A question is a plain dictionary, so that a list of them is a JSON file for other programs:

    prompt, seed    what to make
    want            attribute (a key of judge.ANSWERS) to the word for it
    spec            the same thing as a drawing (world.py); a list without them is judged without the drawings beside it
"""
import random
from typing import Any, Dict, List

import files
import judge
import world
from captions import NOUNS, POSITION_WORDS, SCENE_NOUNS, SCENE_WORDS, TIME_WORDS

Question = Dict[str, Any]

FIRST_SEED = 9000
NO_ARTICLE = ("mountains", "space")


def make(count: int, seed: int, limits: Dict[str, object]) -> List[Question]:
    """count prompts with one subject, every second of which names its side; a quarter as many with two or none."""
    rng = random.Random(seed)
    specs = [*_specs(count, 1, rng, limits), *_specs(count // 4, 2, rng, limits), *_specs(count // 4, 0, rng, limits)]
    return [_question(spec, k, names_side=len(spec["subjects"]) == 1 and k % 2 == 1) for k, spec in enumerate(specs)]


def read(path: str) -> List[Question]:
    """Reads a list that `files.write_json` wrote; ValueError says what is wrong with it."""
    questions = files.read_json(path)
    if not isinstance(questions, list) or not questions:
        raise ValueError(f"{path} holds no list of prompts.")
    for k, question in enumerate(questions):
        want = question.get("want") if isinstance(question, dict) else None
        if not isinstance(want, dict) or not isinstance(question.get("prompt"), str):
            raise ValueError(f"{path}: prompt number {k} lacks its words or what they ask for.")
        for name, word in want.items():
            if word not in judge.ANSWERS.get(name, []):
                raise ValueError(f"{path}: prompt number {k} wants the {name} {word!r}, which the probe does not know.")
    return questions


def wording(spec: world.Spec, names_side: bool) -> str:
    """"a red cat on the left on a beach at noon", "a beach at noon": the first wording of everything in captions.py."""
    when = f" {TIME_WORDS[spec['time']][0]}" if judge.shows_time(spec) else ""
    if not spec["subjects"]:
        noun = SCENE_NOUNS[spec["scene"]][0]
        return (noun if spec["scene"] in NO_ARTICLE else _article(noun) + noun) + when
    who = []
    for subject in spec["subjects"]:
        article = "" if subject["kind"] == "palm" else _article(subject["colour"])
        who.append(f"{article}{subject['colour']} {NOUNS[subject['kind']][0]}")
    text = " and ".join(who)
    if names_side:
        text += " " + POSITION_WORDS[spec["subjects"][0]["position"]][0]
    return f"{text} {SCENE_WORDS[spec['scene']][0]}{when}"


def _article(noun: str) -> str:
    return "an " if noun[0] in "aeiou" else "a "


def _specs(count: int, subjects: int, rng: random.Random, limits: Dict[str, object]) -> List[world.Spec]:
    """A scene without subjects cannot be held out: it is as training saw it."""
    specs: List[world.Spec] = []
    while len(specs) < count:
        spec = world.sample_spec(rng, limits)
        if len(spec["subjects"]) == subjects and (subjects == 0 or world.held_out(spec)):
            specs.append(spec)
    return specs


def _question(spec: world.Spec, k: int, names_side: bool) -> Question:
    want = {"scene": spec["scene"], "count": str(len(spec["subjects"]))}
    if judge.shows_time(spec):
        want["time"] = spec["time"]
    if len(spec["subjects"]) == 1:
        subject = spec["subjects"][0]
        want.update(subject=subject["kind"], colour=subject["colour"])
        if names_side:
            want["side"] = subject["position"]
    return {"prompt": wording(spec, names_side), "seed": FIRST_SEED + k, "want": want, "spec": spec}
