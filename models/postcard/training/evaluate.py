"""Does the model draw what it is asked for? A probe (judge.py) reads pictures of prompts that training never saw.

    python3 evaluate.py --keep pictures                                # makes the pictures and judges them
    python3 evaluate.py --vae                                          # what the autoencoder keeps of a drawing

    python3 evaluate.py --prompts-out prompts.json                     # only writes the prompts, for another program,
    sdstudio generate -m postcard --prompts prompts.json --out pictures # such as the app, to make 0000.png, 0001.png ...
    python3 evaluate.py --pictures pictures --prompts prompts.json     # and judges what it made

The probe reads drawings of the same prompts too, as they are and through the model's autoencoder: what it gets wrong
there is the probe's own error, or the autoencoder's.
"""
import argparse
import hashlib
import math
import os
import time
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence

import torch

import draw
import fidelity
import files
import judge
import questions
import sample
import world
from presets import PRESETS
from questions import Question

Score = Dict[str, Any]
"""Attribute to {"right", "of"}, besides "wrong", the list of what was read otherwise."""

BATCH = 8
ALL = "all of them"
FALLBACK = {"steps": 20, "guidance": 5, "sampler": "dpmpp_2m", "schedule": "karras"}
MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def score(probe: judge.Probe, asked: Sequence[Question], pictures: Iterable[torch.Tensor]) -> Score:
    """Judges batches of pictures [n, 3, h, w] in 0..1, in the order of the questions. "all of them" counts the pictures
    with one subject in which everything asked for is right."""
    result: Score = {name: {"right": 0, "of": 0} for name in (*judge.ANSWERS, ALL)}
    result["wrong"] = []
    at = 0
    for batch in pictures:
        answers = judge.read(probe, batch)
        for row, question in enumerate(asked[at:at + len(batch)]):
            seen = {name: judge.ANSWERS[name][answers[name][row]] for name in question["want"]}
            _count(result, at + row, question, seen)
        at += len(batch)
    if at != len(asked):
        raise ValueError(f"There are {len(asked)} prompts, but {at} pictures.")
    return result


def _count(result: Score, number: int, question: Question, seen: Dict[str, str]) -> None:
    want = question["want"]
    wrong = {name: seen[name] for name in want if seen[name] != want[name]}
    judged = [*want, ALL] if "subject" in want else [*want]
    for name in judged:
        result[name]["of"] += 1
        result[name]["right"] += not wrong if name == ALL else name not in wrong
    if wrong:
        result["wrong"].append({"picture": number, "prompt": question["prompt"], "read": wrong})


def interval(right: int, of: int) -> Sequence[float]:
    """Share of right answers and half the width of its 95 % confidence interval (Wilson 1927), both of 1."""
    z = 1.96
    spread = z / (of + z * z) * math.sqrt(right * (of - right) / of + z * z / 4)
    return right / of, spread


def table(scores: Dict[str, Score]) -> str:
    """Markdown: a row for each attribute, a column for each set of pictures."""
    lines = ["| | pictures | " + " | ".join(scores) + " |", "| --- " * (len(scores) + 2) + "|"]
    first = next(iter(scores.values()))
    for name in (*judge.ANSWERS, ALL):
        if first[name]["of"]:
            cells = []
            for result in scores.values():
                share, spread = interval(result[name]["right"], result[name]["of"])
                cells.append(f"{100 * share:.1f} ± {100 * spread:.1f} %")
            title = f"{name} (of {len(judge.ANSWERS[name])})" if name in judge.ANSWERS else name
            lines.append(f"| {title} | {first[name]['of']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- where pictures come from
def drawn(asked: Sequence[Question], size: int, device: str,
          through: Callable[[torch.Tensor], torch.Tensor] = lambda pictures: pictures) -> Iterable[torch.Tensor]:
    """The drawings that the questions' specs describe."""
    for k in range(0, len(asked), BATCH):
        yield through(draw.render([question["spec"] for question in asked[k:k + BATCH]], size, device))


def made(pipeline: sample.Pipeline, asked: Sequence[Question], settings: Dict[str, Any],
         keep: Optional[str]) -> Iterable[torch.Tensor]:
    """What the model makes of the questions. keep: a folder for the pictures; those it holds are not made again."""
    began, fresh = time.time(), 0
    for k in range(0, len(asked), BATCH):
        part = asked[k:k + BATCH]
        paths = [os.path.join(keep, f"{k + n:04}.png") for n in range(len(part))] if keep else []
        if paths and all(os.path.exists(path) for path in paths):
            yield torch.cat([read_png(path) for path in paths])
            continue
        prompts, seeds = [question["prompt"] for question in part], [question["seed"] for question in part]
        pictures = pipeline(prompts, settings["steps"], settings["guidance"], seeds, settings["sampler"],
                            schedule=settings["schedule"])
        for path, picture in zip(paths, pictures):
            write_png(picture, path)
        fresh += len(part)
        print(f"{k + len(part)} of {len(asked)} pictures, {(time.time() - began) / fresh:.1f} s each", flush=True)
        yield pictures


def found(asked: Sequence[Question], folder: str) -> Iterable[torch.Tensor]:
    """Pictures that another program made: 0000.png, 0001.png and so on."""
    for k in range(len(asked)):
        path = os.path.join(folder, f"{k:04}.png")
        if not os.path.exists(path):
            raise FileNotFoundError(f"{path} is missing: there are {len(asked)} prompts, and each needs its picture.")
        yield read_png(path)


def read_png(path: str) -> torch.Tensor:
    """A picture [1, 3, height, width] in 0..1."""
    import numpy as np
    from PIL import Image
    with Image.open(path) as picture:
        values = np.asarray(picture.convert("RGB"), np.float32) / 255
    return torch.from_numpy(values.copy()).permute(2, 0, 1)[None]


def write_png(picture: torch.Tensor, path: str) -> None:
    """A picture [3, height, width] in 0..1."""
    from PIL import Image
    Image.fromarray(draw.to_bytes(picture[None])[0]).save(path + ".new", format="PNG")
    os.replace(path + ".new", path)


def claim(folder: str, model: str, settings: Dict[str, Any], asked: Sequence[Question]) -> None:
    """Makes sure that the pictures in a folder are of these weights, these settings and these prompts."""
    with open(os.path.join(model, "unet", "diffusion_pytorch_model.safetensors"), "rb") as file:
        weights = hashlib.sha256(file.read()).hexdigest()
    wanted = {"unet": weights, "settings": settings, "prompts": [[q["prompt"], q["seed"]] for q in asked]}
    path = os.path.join(folder, "made.json")
    if not os.path.exists(path):
        files.write_json(wanted, path)
    elif files.read_json(path) != wanted:
        raise SystemExit(f"{folder} holds pictures of other weights, settings or prompts: name another folder.")


# ---------------------------------------------------------------- commands
def _settings(arguments: argparse.Namespace) -> Dict[str, Any]:
    """The model's own defaults, unless the command line says otherwise."""
    card = os.path.join(arguments.model, "card.json")
    defaults = {**FALLBACK, **(files.read_json(card).get("defaults", {}) if os.path.exists(card) else {})}
    given = {name: getattr(arguments, name) for name in FALLBACK}
    return {name: defaults[name] if value is None else value for name, value in given.items()}


def _evaluate(arguments: argparse.Namespace) -> None:
    asked = questions.read(arguments.prompts) if arguments.prompts else _questions(arguments)
    probe, settings, scores = judge.load(arguments.probe, arguments.device), _settings(arguments), {}
    pipeline = sample.Pipeline(arguments.model, arguments.device)
    if arguments.pictures:
        scores["made"] = score(probe, asked, found(asked, arguments.pictures))
    elif not arguments.ceiling:
        if arguments.keep:
            claim(arguments.keep, arguments.model, settings, asked)
        scores["made"] = score(probe, asked, made(pipeline, asked, settings, arguments.keep))
    if all("spec" in question for question in asked):
        size = pipeline.latent * sample.LATENT_CELL
        scores["drawn"] = score(probe, asked, drawn(asked, size, arguments.device))
        scores["drawn, through the autoencoder"] = score(
            probe, asked, drawn(asked, size, arguments.device, lambda pictures: _through(pipeline, pictures)))
    _report(arguments, table(scores), {"settings": None if arguments.pictures else settings, "scores": scores})


def _through(pipeline: sample.Pipeline, pictures: torch.Tensor) -> torch.Tensor:
    return pipeline.decode(pipeline.encode(pictures))


def _questions(arguments: argparse.Namespace) -> List[Question]:
    return questions.make(arguments.count, arguments.seed, PRESETS[arguments.preset].world)


def _vae(arguments: argparse.Namespace) -> None:
    pipeline = sample.Pipeline(arguments.model, arguments.device)
    limits = PRESETS[arguments.preset].world
    specs = world.draw_specs(arguments.count, arguments.seed, want_held_out=True, limits=limits)
    result = fidelity.measure(lambda pictures: _through(pipeline, pictures), specs,
                              pipeline.latent * sample.LATENT_CELL, arguments.device)
    _report(arguments, fidelity.table(result), result)


def _report(arguments: argparse.Namespace, text: str, result: Dict[str, Any]) -> None:
    print(text)
    files.write_json(result, arguments.out + ".json")
    with open(arguments.out + ".md", "w", encoding="utf-8") as file:
        file.write(text)


def main() -> None:
    parser = argparse.ArgumentParser(description="Judges whether pictures show what their prompts ask for.")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--preset", default="cpu", choices=PRESETS, help="whose world the prompts are about")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--probe", default=judge.WEIGHTS)
    parser.add_argument("--count", type=int, default=160,
                        help="prompts with one subject; a quarter as many have two, and as many none")
    parser.add_argument("--seed", type=int, default=555, help="of the choice of prompts")
    for name, kind in (("steps", int), ("guidance", float), ("sampler", str), ("schedule", str)):
        parser.add_argument("--" + name, type=kind, help="the model's own when absent")
    parser.add_argument("--keep", help="folder for the pictures; an interrupted run goes on there")
    parser.add_argument("--prompts", metavar="FILE", help="judge these prompts, as written by --prompts-out")
    parser.add_argument("--out", help="the table goes to OUT.md and OUT.json; adherence, or autoencoder with --vae, when absent")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--prompts-out", metavar="FILE", help="only write the prompts, their seeds and what they ask for")
    what.add_argument("--pictures", metavar="FOLDER", help="judge 0000.png, 0001.png ... that another program made")
    what.add_argument("--ceiling", action="store_true", help="judge only drawings, to see how good the probe is")
    what.add_argument("--vae", action="store_true", help="measure the autoencoder alone")
    arguments = parser.parse_args()
    arguments.out = arguments.out or ("autoencoder" if arguments.vae else "adherence")
    if arguments.prompts_out:
        files.write_json(_questions(arguments), arguments.prompts_out)
    elif arguments.vae:
        _vae(arguments)
    else:
        _evaluate(arguments)


if __name__ == "__main__":
    main()
