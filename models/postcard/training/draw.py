"""Draws postcards from specs with signed distance fields, a whole batch at a time, on a processor or a GPU.

    python3 draw.py --out samples.png --count 48

The same spec gives the same picture at every size, and nearly the same on every device.
"""
import argparse
import time
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import torch
import torch.nn.functional as F

import world
from colours import RGB
from layout import place
from painter import STYLE, Canvas, Figure, Part
from scenes import scenes
from sky import clouds, fall, sky
from subjects import FIGURES, Draw

PIXEL_ART_CELLS, PIXEL_ART_LEVELS = 32, 9
TOUCHED = 1e-3      # a change of colour that counts as covered by a subject


@torch.no_grad()
def render(specs: Sequence[world.Spec], size: int = 128, device: Any = "cpu", cells: int = 0,
           figures: Optional[Mapping[str, Draw]] = None) -> Union[torch.Tensor, Tuple[torch.Tensor, torch.Tensor]]:
    """Specs to pictures [batch, 3, size, size] in 0..1.

    cells: with a number, also where the subjects are, [batch, 2, cells, cells]: the share of each cell that the first
    and the second subject cover. figures: other drawings for some kinds of subject.
    """
    canvas = Canvas(specs, size, device, cells)
    sky(canvas)
    clouds(canvas)
    scenes(canvas)
    paint_subjects(canvas, {**FIGURES, **(figures or {})})
    fall(canvas)
    _pixel_art(canvas)
    pictures = canvas.pictures.clamp(0, 1)
    return (pictures, canvas.occupancy) if cells else pictures


def paint_subjects(canvas: Canvas, figures: Mapping[str, Draw] = FIGURES) -> None:
    """First all first subjects, then the second ones; those of one kind together."""
    canvas.wash = 0.6
    together: Dict[Tuple[int, str], List[int]] = {}
    for index, spec in enumerate(canvas.specs):
        for n, subject in enumerate(spec["subjects"]):
            together.setdefault((n, subject["kind"]), []).append(index)
    for n in (0, 1):
        for kind in world.SUBJECTS:
            if (n, kind) in together:
                _one_kind(canvas, n, together[n, kind], figures[kind])


def _one_kind(canvas: Canvas, n: int, indices: List[int], draw: Draw) -> None:
    index = torch.tensor(indices, device=canvas.device)
    places = torch.tensor([place(canvas.specs[k], n) for k in indices], dtype=torch.float32, device=canvas.device)
    cx, cy, height = places.T[:, :, None, None]
    colour = torch.tensor([RGB[canvas.specs[k]["subjects"][n]["colour"]] for k in indices], device=canvas.device)
    colour = (colour + (canvas.numbers[index, 54:57] - .5) * .06).clamp(0, 1)
    before = canvas.pictures[index]
    draw(Figure(Part(canvas, index), cx, cy, height), colour)
    if canvas.cells:
        touched = ((canvas.pictures[index] - before).abs().amax(1, keepdim=True) > TOUCHED).float()
        canvas.occupancy[index, n] = F.adaptive_avg_pool2d(touched, canvas.cells)[:, 0]


def _pixel_art(canvas: Canvas) -> None:
    """Large square pixels in few levels of colour."""
    index = (canvas.style == STYLE["pixel"]).nonzero()[:, 0]
    if len(index):
        small = F.adaptive_avg_pool2d(canvas.pictures[index], PIXEL_ART_CELLS)
        small = torch.round(small * PIXEL_ART_LEVELS) / PIXEL_ART_LEVELS
        canvas.pictures[index] = F.interpolate(small, size=(canvas.size, canvas.size), mode="nearest")


def to_bytes(pictures: torch.Tensor) -> np.ndarray:
    """[batch, 3, h, w] in 0..1 to [batch, h, w, 3] in 0..255."""
    return (pictures.float().clamp(0, 1) * 255 + .5).byte().permute(0, 2, 3, 1).cpu().numpy()


def save_png(pictures: torch.Tensor, path: str, columns: int = 8, gap: int = 4) -> None:
    """A sheet of pictures, row by row, on white."""
    from PIL import Image
    count, _, height, width = pictures.shape
    rows = (count + columns - 1) // columns
    sheet = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, np.uint8)
    for k, picture in enumerate(to_bytes(pictures)):
        top, left = gap + k // columns * (height + gap), gap + k % columns * (width + gap)
        sheet[top:top + height, left:left + width] = picture
    Image.fromarray(sheet).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw a sheet of random postcards.")
    parser.add_argument("--out", default="samples.png")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    specs = world.draw_specs(arguments.count, arguments.seed)
    began = time.time()
    pictures = render(specs, arguments.size, arguments.device)
    print(f"{arguments.count / (time.time() - began):.1f} pictures a second")
    save_png(pictures, arguments.out)


if __name__ == "__main__":
    main()
