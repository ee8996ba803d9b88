"""A small network that says what a postcard shows: subject, colour, scene, time of day, count and side.

It reads pictures of any size at 72x72. Besides the answers it names the subject in each cell of a 9x9 grid: that is what
makes it learn from few pictures, and the answers about the subject are the mean of what the cells that hold it say.
"""
import os
from typing import Dict, List, Sequence

import torch
import torch.nn as nn
import torch.nn.functional as F

import tensors
import world

INPUT = 72              # pixels
CELLS = 9               # a side of the grid in which subjects are named
CHUNK = 64              # pictures read at a time
UNKNOWN = -1            # an attribute that the picture does not show, or does not show in one place

ANSWERS: Dict[str, List[str]] = {
    "subject": world.SUBJECTS, "colour": world.COLOURS, "scene": world.SCENES, "time": world.TIMES,
    "count": ["0", "1", "2"], "side": world.POSITIONS}

WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe.safetensors")


class Block(nn.Module):
    """Two convolutions around which the input passes (He et al. 2016, arXiv:1512.03385)."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        self.conv2, self.norm2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        nn.init.zeros_(self.norm2.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))))


def _halve(inputs: int, outputs: int) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


class Probe(nn.Module):
    """Pictures [batch, 3, 72, 72] in -1..1 to logits of every answer, [batch, choices], and of every cell.

    The cells' logits are "covered" [batch, 9, 9], "subjects" [batch, 13, 9, 9] and "colours" [batch, 10, 9, 9].
    """

    def __init__(self, fine: int = 40, middle: int = 72, coarse: int = 80):
        super().__init__()
        self.stem = nn.Sequential(_halve(3, 20), _halve(20, fine), Block(fine), _halve(fine, middle), Block(middle))
        self.context = nn.Sequential(_halve(middle, coarse), Block(coarse))
        self.back = nn.Conv2d(coarse, middle, 1)
        self.merge = Block(middle)
        self.cells = nn.Conv2d(middle, 1 + len(world.SUBJECTS) + len(world.COLOURS), 1)
        self.place = nn.Linear(middle + coarse, len(world.SCENES) + len(world.TIMES))
        self.count = nn.Sequential(nn.Linear(coarse * 9 + CELLS * 2, 48), nn.ReLU(), nn.Linear(48, 3))
        self.side = nn.Sequential(nn.Linear(CELLS * 2 + len(world.SUBJECTS), 32), nn.ReLU(), nn.Linear(32, 3))

    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        middle = self.stem(x)
        coarse = self.context(middle)
        middle = self.merge(F.relu(middle + F.interpolate(self.back(coarse), size=CELLS, mode="nearest")))
        cells = self.cells(middle).float()
        covered, subjects, colours = cells.split([1, len(world.SUBJECTS), len(world.COLOURS)], 1)
        place = self.place(torch.cat([middle.mean((2, 3)), coarse.mean((2, 3))], 1)).float()
        scene, hour = place.split([len(world.SCENES), len(world.TIMES)], 1)
        share = covered.sigmoid()
        subject, colour = ((share * named).sum((2, 3)) / (share.sum((2, 3)) + 0.1) for named in (subjects, colours))
        # Where along the width something stands; the count also needs to see it in two dimensions.
        columns = torch.cat([share.mean(2).flatten(1), share.amax(2).flatten(1)], 1)
        count = self.count(torch.cat([F.adaptive_avg_pool2d(coarse, 3).flatten(1), columns], 1))
        side = self.side(torch.cat([columns, subject.softmax(1)], 1))
        return {"subject": subject, "colour": colour, "scene": scene, "time": hour, "count": count.float(),
                "side": side.float(), "covered": covered[:, 0], "subjects": subjects, "colours": colours}


def shows_time(spec: world.Spec) -> bool:
    """A plain background and space look the same at every hour."""
    return spec["scene"] not in ("plain", "space")


def truth(specs: Sequence[world.Spec]) -> Dict[str, torch.Tensor]:
    """What each picture should be read as, [specs], as places in the lists of ANSWERS.

    Subject, colour and side are those of the only subject, UNKNOWN where there are none or two.
    """
    rows = []
    for spec in specs:
        only = spec["subjects"][0] if len(spec["subjects"]) == 1 else None
        rows.append({
            "subject": world.SUBJECTS.index(only["kind"]) if only else UNKNOWN,
            "colour": world.COLOURS.index(only["colour"]) if only else UNKNOWN,
            "side": world.POSITIONS.index(only["position"]) if only else UNKNOWN,
            "scene": world.SCENES.index(spec["scene"]), "count": len(spec["subjects"]),
            "time": world.TIMES.index(spec["time"]) if shows_time(spec) else UNKNOWN})
    return {name: torch.tensor([row[name] for row in rows]) for name in ANSWERS}


def shrink(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures in 0..1, of any size, as the probe reads them: [batch, 3, 72, 72] in -1..1."""
    if pictures.shape[-2:] != (INPUT, INPUT):
        pictures = F.interpolate(pictures, (INPUT, INPUT), mode="bilinear", align_corners=False, antialias=True)
    return pictures.clamp(0, 1) * 2 - 1


@torch.no_grad()
def read(probe: Probe, pictures: torch.Tensor) -> Dict[str, torch.Tensor]:
    """The most likely answers, [batch], as places in lists of ANSWERS. pictures: [batch, 3, height, width] in 0..1."""
    device = next(probe.parameters()).device
    parts = [probe(shrink(part.to(device))) for part in pictures.split(CHUNK)]
    return {name: torch.cat([part[name].argmax(1) for part in parts]).cpu() for name in ANSWERS}


def load(path: str = WEIGHTS, device: str = "cpu") -> Probe:
    """A trained probe, ready to read."""
    probe = Probe()
    probe.load_state_dict(tensors.load_float(path), strict=True)
    return probe.to(device).eval().requires_grad_(False)
