"""A head start for the text encoder: it reads captions and learns to name what they ask for, before it sees any
picture.

    python3 warm_text.py --preset cpu --workers 2 --minutes 9
"""
import argparse
import os
import random
from typing import List

import torch
import torch.nn as nn
import torch.nn.functional as F

import files
import parallel
import world
from networks import autocast, new_text_and_unet
from pace import deadline
from presets import PRESETS
from tokenizer import Tokenizer
from trainer import Trainer

RESULT, STATE = "text_warm.pt", "text_training.pt"
CAPTIONS = 64           # read in a step, per worker
RATE = 1e-3


class Attributes(nn.Module):
    """Reads a postcard's attributes off the state of the first end token. Only used here."""

    def __init__(self, width: int):
        super().__init__()
        kinds = len(world.SUBJECTS)
        self.sizes = [len(words) for words in (world.SCENES, world.TIMES, world.WEATHERS, world.STYLES)]
        self.whole = nn.Linear(width, sum(self.sizes))
        self.there = nn.Linear(width, kinds)
        self.colour = nn.Linear(width, kinds * len(world.COLOURS))
        self.place = nn.Linear(width, kinds * len(world.POSITIONS))

    def loss(self, state: torch.Tensor, specs: List[world.Spec]) -> torch.Tensor:
        """state [batch, width]; what the caption did not say costs a constant."""
        device, count = state.device, len(specs)
        words = {"scene": world.SCENES, "time": world.TIMES, "weather": world.WEATHERS, "style": world.STYLES}
        whole = torch.tensor([[of.index(s[key]) for key, of in words.items()] for s in specs], device=device)
        total = sum(F.cross_entropy(part, whole[:, k]) for k, part in enumerate(self.whole(state).split(self.sizes, 1)))
        subjects = [(row, world.SUBJECTS.index(s["kind"]), world.COLOURS.index(s["colour"]),
                     world.POSITIONS.index(s["position"])) for row, spec in enumerate(specs) for s in spec["subjects"]]
        there = torch.zeros(count, len(world.SUBJECTS), device=device)
        if subjects:
            row, kind, colour, place = torch.tensor(subjects, device=device).T
            there[row, kind] = 1
            colours, places = (head(state).view(count, len(world.SUBJECTS), -1)[row, kind]
                               for head in (self.colour, self.place))
            total = total + F.cross_entropy(colours, colour) + .5 * F.cross_entropy(places, place)
        return total + 4 * F.binary_cross_entropy_with_logits(self.there(state), there)


def end_state(states: torch.Tensor, ids: torch.Tensor, eos: int) -> torch.Tensor:
    """[batch, tokens, width] to [batch, width]: the state at the first end token, which has seen the whole caption."""
    return states[torch.arange(len(ids), device=ids.device), (ids == eos).int().argmax(1)]


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    preset, device = PRESETS[options.preset], torch.device(options.device)
    tokenizer = Tokenizer(os.path.join(options.work, "tokenizer"))
    torch.manual_seed(3)
    text = new_text_and_unet(preset, tokenizer)[0]
    both = nn.ModuleDict({"text": text, "attributes": Attributes(preset.text.width)}).to(device)
    trainer = Trainer(both, [(list(both.parameters()), 1.0)], [], os.path.join(options.work, STATE), rank, workers,
                      weight_decay=0.01)
    rng = random.Random(50 + rank + 7919 * trainer.steps)
    if trainer.phase == 0:
        trainer.begin(preset.text.minutes, RATE, ema=0.99, deadline=deadline(options.minutes), warmup=100, decay=0.5)
        while trainer.going:
            specs = [world.sample_spec(rng, preset.world) for _ in range(CAPTIONS)]
            texts = [world.caption(spec, rng, empty=0.02) for spec in specs]
            ids = torch.tensor([tokenizer.encode(text) for text in texts], device=device)
            # No token sees those after it: all but the first column of padding can go.
            ids = ids[:, :max(8, int((ids != tokenizer.eos).sum(1).max()) + 1)]
            with autocast(device, options.bf16):
                states = text(ids)
            trainer.step(both["attributes"].loss(end_state(states.float(), ids, tokenizer.eos), specs), CAPTIONS)
        if not trainer.pace.finished:
            return
        trainer.end_phase()
    if rank == 0:
        prefix = "text."
        state = {name[len(prefix):]: value for name, value in trainer.average.items() if name.startswith(prefix)}
        files.save_state(state, os.path.join(options.work, RESULT))
        print(f"text encoder warm: {trainer.steps} steps, {trainer.seen} captions, {trainer.seconds / 60:.1f} min",
              flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Let the text encoder read captions.")
    parser.add_argument("--preset", default="cpu", choices=PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--work", default="work")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="of this call; the preset may need several")
    parser.add_argument("--bf16", type=int, default=1, help="0: no mixed precision")
    options = parser.parse_args()
    if os.path.exists(os.path.join(options.work, RESULT)):
        print("The text encoder is already warm.")
        return
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
