"""Two drawing styles the model has never seen, as filters over freshly drawn postcards.

pictures: [batch, 3, size, size] in 0..1; occupancy: [batch, subjects, size, size], 1 where a subject was painted.
Lines are at least five pixels wide at 256, which is what an autoencoder with one latent cell for 8 x 8 pixels can keep.
"""
from typing import Callable, Tuple

import torch
import torch.nn.functional as F

Style = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Pictures and occupancy to pictures."""

PANES = 3           # along each side of the tile that repeats; a tile is half a picture
LEAD = 2.4          # half the width of a lead line, in pixels of a 256 picture


def luma(pictures: torch.Tensor) -> torch.Tensor:
    return (pictures * pictures.new_tensor([.30, .59, .11])[:, None, None]).sum(1, keepdim=True)


def gradient(pictures: torch.Tensor) -> torch.Tensor:
    """Length of the colour gradient, [batch, 1, height, width]."""
    p = F.pad(pictures, (1, 1, 1, 1), mode="replicate")
    across, down = p[..., 1:-1, 2:] - p[..., 1:-1, :-2], p[..., 2:, 1:-1] - p[..., :-2, 1:-1]
    return (across ** 2 + down ** 2).sum(1, keepdim=True).sqrt()


def blur(pictures: torch.Tensor, width: int) -> torch.Tensor:
    return F.avg_pool2d(F.pad(pictures, (width // 2,) * 4, mode="replicate"), width, 1)


def widen(mask: torch.Tensor, width: int) -> torch.Tensor:
    return F.max_pool2d(mask, width, 1, width // 2)


def narrow(mask: torch.Tensor, width: int) -> torch.Tensor:
    return -widen(-mask, width)


def panes(size: int, device: torch.device) -> Tuple[torch.Tensor, torch.Tensor]:
    """An irregular net: which pane each pixel is in, and its distance to the border in pixels of a 256 picture.

    The net repeats every half picture, so that the UNet's strides and borders tell a cell where in the net it is.
    """
    generator = torch.Generator().manual_seed(3)
    corner = torch.stack(torch.meshgrid(torch.arange(PANES), torch.arange(PANES), indexing="ij"), -1).reshape(-1, 2)
    seeds = ((corner + .5 + .85 * (torch.rand(PANES ** 2, 2, generator=generator) - .5)) / PANES).to(device)
    at = ((torch.arange(size, device=device) + .5) / (size / 2)) % 1
    dx, dy = (at[None, None, :] - seeds[:, 0, None, None]).abs(), (at[None, :, None] - seeds[:, 1, None, None]).abs()
    distance = (torch.minimum(dx, 1 - dx) ** 2 + torch.minimum(dy, 1 - dy) ** 2).sqrt()
    nearest = distance.topk(2, 0, largest=False)
    return nearest.indices[0], (nearest.values[1] - nearest.values[0]) * 64


def outlines(pictures: torch.Tensor) -> torch.Tensor:
    """Lines along the scene's large shapes; stars, windows and dots (up to about 7 pixels) leave none."""
    size, scale = pictures.shape[-1], pictures.shape[-1] / 256
    kernel = max(3, round(7 * scale) | 1)
    large = narrow(widen(widen(narrow(pictures, kernel), kernel), kernel), kernel)
    steps = blur(gradient(F.avg_pool2d(blur(large, 3), 2)), 3)
    steps = F.interpolate(steps, size=(size, size), mode="bilinear", align_corners=False)
    return ((steps - .16) / .08 + .5).clamp(0, 1)


def stained_glass(pictures: torch.Tensor, occupancy: torch.Tensor) -> torch.Tensor:
    """Panes of glowing glass in lead; subjects are one pane each, painted on, with lead along their outline."""
    size, scale = pictures.shape[-1], pictures.shape[-1] / 256
    pane, border = panes(size, pictures.device)
    tones = (torch.rand(PANES ** 2, generator=torch.Generator().manual_seed(9)) - .5).to(pictures.device)
    edge = max(3, round(5 * scale) | 1)
    subject = narrow(widen((blur(occupancy.amax(1, keepdim=True), edge) > .5).float(), edge), edge)
    around = blur(widen(subject, max(3, round(7 * scale) | 1)) - subject, 3)
    net = ((LEAD - border) / 1.2 * scale + .5).clamp(0, 1)
    lead = torch.maximum(torch.maximum(net, outlines(pictures)) * (1 - subject), around)
    glow = .78 + .34 * (border / 10).clamp(0, 1) ** .8 + .26 * tones[pane]
    grey = luma(pictures)
    glass = (grey + 1.55 * (pictures - grey)) * (glow * (1 - subject) + 1.08 * subject)
    glass = glass.clamp(0, 1) ** .75
    return glass + lead * (glass.new_tensor([.08, .07, .09])[:, None, None] - glass)


def blueprint(pictures: torch.Tensor, occupancy: torch.Tensor) -> torch.Tensor:
    """White lines on drafting blue, over a grid that follows the UNet's cells."""
    size = pictures.shape[-1]
    kernel = max(3, round(3 * size / 256) | 1)
    ink = widen((gradient(pictures) * 2.2).clamp(0, 1), kernel)
    paper = pictures.new_tensor([.07, .22, .52])[:, None, None] + .16 * (luma(pictures) - .5)
    rule = (torch.arange(size, device=pictures.device) % (size // 8) < max(2, size // 100)).float()
    paper = paper + .08 * torch.maximum(rule[None, :], rule[:, None])
    return (paper + ink * (pictures.new_tensor([.88, .95, 1.])[:, None, None] - paper)).clamp(0, 1)
