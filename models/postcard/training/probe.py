"""Trains the network that judges the model (judge.py): above 97 % right on drawings, or its verdict says nothing.

    python3 probe.py --work work/probe      # draws, trains, tests and saves

It learns from drawings alone, and from those of all combinations: what the model never saw, its judge has to know. One that
never saw a blue dog, but blue fish, reads a blue dog as a fish. The drawings it is tested on are new to it.
"""
import argparse
import os
import random
import time
from typing import Any, Dict, List, Optional, Sequence, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F

import draw
import files
import judge
import tensors
import world
from judge import ANSWERS, CELLS, INPUT, UNKNOWN, Probe
from layers import autocast, parameters_of
from muon import Muon
from presets import PRESETS

CHUNK = 50              # pictures drawn at a time
POOL = 2000             # pictures in one file of drawings
STRETCH = 40            # steps until one file of drawings makes way for the next
PAIRS = 30              # more pictures with two subjects than the model sees: count and cells learn from them
COVERED = 0.4           # share of a cell from which on the subject in it has to be named
WARMUP, FALL = 40, 0.7  # steps until the full rate; share of the steps, at their end, over which it falls to nothing
ADAM = 0.1              # rate of AdamW, as a share of Muon's

Truth = Dict[str, torch.Tensor]


def _cell_truth(specs: Sequence[world.Spec], occupancy: torch.Tensor) -> Truth:
    """Share of each cell that is covered, and the subject and colour in it: UNKNOWN where nothing covers enough of it.

    The second subject stands in front of the first.
    """
    index = torch.full((2, len(specs), 2), UNKNOWN)
    for k, spec in enumerate(specs):
        for n, subject in enumerate(spec["subjects"]):
            index[0, k, n] = world.SUBJECTS.index(subject["kind"])
            index[1, k, n] = world.COLOURS.index(subject["colour"])
    named = []
    for values in index:
        cells = torch.full((len(specs), CELLS, CELLS), UNKNOWN)
        for n in (0, 1):
            cells = torch.where(occupancy[:, n] > COVERED, values[:, n, None, None], cells)
        named.append(cells)
    return {"covered": occupancy.amax(1), "subjects": named[0], "colours": named[1]}


class Drawings:
    """Drawings by the file, of which two are in memory at a time; the work folder keeps them.

    A file holds pictures as bytes [n, 3, 72, 72] and everything that is to be read in them.
    """

    def __init__(self, work: str, count: int, limits: Dict[str, Any], device: str):
        self.each = min(POOL, count // 2)
        self.paths = [os.path.join(work, f"drawings_{self.each}_{number}.pt") for number in range(count // self.each)]
        self.loaded: Dict[int, Dict[str, Any]] = {}
        for number, path in enumerate(self.paths):
            if not os.path.exists(path):
                files.save_state(self._draw(number, limits, device), path)
                print(f"{(number + 1) * self.each} drawings", flush=True)

    def _draw(self, number: int, limits: Dict[str, Any], device: str) -> Dict[str, Any]:
        rng = random.Random(4_000 + number)
        specs = [world.sample_spec(rng, {**limits, "pairs": PAIRS}) for _ in range(self.each)]
        pictures, cells = [], []
        for k in range(0, self.each, CHUNK):
            drawn, occupancy = draw.render(specs[k:k + CHUNK], INPUT, device, cells=CELLS)
            pictures.append((drawn * 255).round().to(torch.uint8).cpu())
            cells.append(occupancy.cpu())
        return {"pictures": torch.cat(pictures), "truth": {**judge.truth(specs), **_cell_truth(specs, torch.cat(cells))}}

    def batch(self, step: int, size: int, generator: torch.Generator) -> Tuple[torch.Tensor, Truth]:
        """Pictures in 0..1 and what is to be read in them, half from each of the two files of this stretch of steps."""
        stretch = step // STRETCH
        now = [stretch % len(self.paths), (stretch + 1) % len(self.paths)]
        self.loaded = {number: self.loaded.get(number) or files.load_state(self.paths[number]) for number in now}
        pick = torch.randint(0, self.each, (2, size // 2), generator=generator)
        parts = [self.loaded[number] for number in now]
        pictures = torch.cat([part["pictures"][rows] for part, rows in zip(parts, pick)])
        names = parts[0]["truth"].keys()
        want = {name: torch.cat([part["truth"][name][rows] for part, rows in zip(parts, pick)]) for name in names}
        return pictures.float() / 255, want


def soften(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Pictures in 0..1 as an autoencoder may return them: some blurred, a little noise, colours slightly off."""
    n, device = len(pictures), pictures.device

    def chance(*shape: int) -> torch.Tensor:
        return torch.rand(shape, generator=generator).to(device)

    blurred = F.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    pictures = torch.lerp(pictures, blurred, (chance(n, 1, 1, 1) * 2 - 0.7).clamp(0, 1))
    pictures = pictures * (1 + 0.08 * (chance(n, 3, 1, 1) - 0.5)) + 0.05 * (chance(n, 3, 1, 1) - 0.5)
    grain = torch.randn(pictures.shape, generator=generator).to(device)
    return pictures + grain * 0.04 * chance(n, 1, 1, 1)


def loss_of(guess: Dict[str, torch.Tensor], want: Truth) -> torch.Tensor:
    """Cross entropy of every answer and of every cell that is named, and how much of each cell is covered."""
    loss = 2 * F.binary_cross_entropy_with_logits(guess["covered"], want["covered"])
    for name in (*ANSWERS, "subjects", "colours"):
        known = (want[name] != UNKNOWN).sum().clamp(min=1)
        loss = loss + F.cross_entropy(guess[name], want[name], ignore_index=UNKNOWN, reduction="sum") / known
    return loss


def _optimizers(probe: Probe, rate: float) -> Tuple[Muon, torch.optim.AdamW]:
    """Muon for the convolutions inside, AdamW for the first one and everything else."""
    convolutions = [module.weight for module in probe.modules() if isinstance(module, nn.Conv2d)]
    hidden = [weight for weight in convolutions[1:] if weight.shape[2:] == (3, 3)]
    others = [p for p in probe.parameters() if all(p is not weight for weight in hidden)]
    return Muon(hidden, rate), torch.optim.AdamW(others, lr=ADAM * rate, weight_decay=0.02)


def train(work: str, drawings: Drawings, steps: int, batch: int, rate: float, device: str,
          minutes: Optional[float] = None) -> Optional[Probe]:
    """Trains in the work folder, going on from what is there; None when the minutes were over first."""
    torch.manual_seed(7)
    probe = Probe().to(device).to(memory_format=torch.channels_last)
    muon, adam = _optimizers(probe, rate)
    path, first, began = os.path.join(work, "probe.pt"), 0, time.time()
    if os.path.exists(path):
        state = files.load_state(path, device)
        probe.load_state_dict(state["probe"])
        muon.load_state_dict(state["muon"])
        adam.load_state_dict(state["adam"])
        first = state["step"]
    for step in range(first, steps):
        now = rate * min(1.0, (step + 1) / WARMUP, (steps - step) / (FALL * steps))
        muon.rate, adam.param_groups[0]["lr"] = now, ADAM * now
        generator = torch.Generator().manual_seed(step)
        pictures, want = drawings.batch(step, batch, generator)
        pictures = judge.shrink(soften(pictures.to(device), generator)).contiguous(memory_format=torch.channels_last)
        with autocast(device):
            guess = probe(pictures)
        loss = loss_of({name: values.float() for name, values in guess.items()},
                       {name: values.to(device) for name, values in want.items()})
        probe.zero_grad(set_to_none=True)
        loss.backward()
        muon.step()
        adam.step()
        over = minutes is not None and time.time() - began > minutes * 60
        if step % 20 == 0:
            print(f"step {step}  loss {loss.item():.3f}  {(time.time() - began) / 60:.1f} min", flush=True)
        if (step + 1) % 100 == 0 or step + 1 == steps or over:
            files.save_state({"probe": probe.state_dict(), "muon": muon.state_dict(), "adam": adam.state_dict(),
                              "step": step + 1}, path)
        if over and step + 1 < steps:
            return None
    return probe.eval().requires_grad_(False)


def accuracy(probe: Probe, specs: Sequence[world.Spec], device: str) -> Dict[str, float]:
    """Share of right answers on drawings of the specs, at the probe's size, among those that show the attribute."""
    right: Dict[str, List[torch.Tensor]] = {name: [] for name in ANSWERS}
    for k in range(0, len(specs), CHUNK):
        part = specs[k:k + CHUNK]
        answers, want = judge.read(probe, draw.render(part, INPUT, device)), judge.truth(part)
        for name in ANSWERS:
            right[name].append((answers[name] == want[name])[want[name] != UNKNOWN])
    return {name: torch.cat(hits).float().mean().item() for name, hits in right.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the network that judges pictures.")
    parser.add_argument("--preset", default="cpu", choices=PRESETS, help="whose world it has to know")
    parser.add_argument("--work", default="work/probe", help="drawings and state; an interrupted run goes on there")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--pictures", type=int, default=16000)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=0.03, help="of Muon")
    parser.add_argument("--minutes", type=float, help="stop after them, to go on another time")
    parser.add_argument("--tests", type=int, default=2000, help="new drawings of held-out combinations to test on")
    parser.add_argument("--out", default=judge.WEIGHTS)
    options = parser.parse_args()

    limits = PRESETS[options.preset].world
    drawings = Drawings(options.work, options.pictures, limits, options.device)
    probe = train(options.work, drawings, options.steps, options.batch, options.rate, options.device, options.minutes)
    if probe is None:
        print("not finished: run it again to go on")
        return
    weights = {name: values for name, values in probe.state_dict().items() if values.is_floating_point()}
    tensors.save(weights, options.out,
                 metadata={"preset": options.preset, "pictures": options.pictures, "steps": options.steps})
    print(f"{parameters_of(probe):,} parameters, {os.path.getsize(options.out):,} bytes: {options.out}")
    specs = world.draw_specs(options.tests, 600, want_held_out=True, limits=limits)
    result = accuracy(judge.load(options.out, options.device), specs, options.device)
    print("  ".join(f"{name} {100 * share:.1f} %" for name, share in result.items()))


if __name__ == "__main__":
    main()
