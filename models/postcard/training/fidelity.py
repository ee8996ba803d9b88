"""How much of a picture an autoencoder keeps, and above all of its edges."""
import math
from typing import Callable, Dict, Sequence

import torch
import torch.nn.functional as F

import draw
import world

STRONG = 0.15       # change of brightness from one pixel to the next, of 0..1, that makes an edge
BATCH = 8


def _gradient(pictures: torch.Tensor) -> torch.Tensor:
    """Sobel's gradient of the brightness of pictures [n, 3, h, w] in 0..1: [n, 2, h, w], in brightness per pixel."""
    weights = pictures.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    across = pictures.new_tensor([[-1., 0., 1.], [-2., 0., 2.], [-1., 0., 1.]]) / 8
    kernel = torch.stack([across, across.T])[:, None]
    return F.conv2d(F.pad((pictures * weights).sum(1, keepdim=True), (1, 1, 1, 1), mode="replicate"), kernel)


@torch.no_grad()
def measure(through: Callable[[torch.Tensor], torch.Tensor], specs: Sequence[world.Spec], size: int,
            device: str) -> Dict[str, float]:
    """What `through` does to drawings of the specs.

    psnr_db: from the mean squared error of all pixels. edge_error: mean absolute error, of 0..255, of pixels within one
    pixel of a strong edge; flat_error: of all others. edge_sharpness: how steep the edges still are, 1 is as drawn.
    edge_gradient_error: mean length of the difference of the gradients at the edges, as a share of the drawn ones.
    edge_share: how many pixels count as edge.
    """
    total = {name: 0.0 for name in ("squared", "edge", "flat", "steep", "drawn", "changed", "edges", "pixels")}
    for k in range(0, len(specs), BATCH):
        drawn = draw.render(specs[k:k + BATCH], size, device)
        kept = through(drawn).float().clamp(0, 1)
        before, after = _gradient(drawn), _gradient(kept)
        strong = (before.norm(dim=1, keepdim=True) > STRONG).float()
        near = F.max_pool2d(strong, 3, stride=1, padding=1)
        wrong = (kept - drawn).abs().mean(1, keepdim=True)
        total["squared"] += (kept - drawn).square().mean(1).sum().item()
        total["edge"] += (wrong * near).sum().item()
        total["flat"] += (wrong * (1 - near)).sum().item()
        total["steep"] += (after.norm(dim=1, keepdim=True) * strong).sum().item()
        total["drawn"] += (before.norm(dim=1, keepdim=True) * strong).sum().item()
        total["changed"] += ((after - before).norm(dim=1, keepdim=True) * strong).sum().item()
        total["edges"] += near.sum().item()
        total["pixels"] += near.numel()
    edges, pixels = max(total["edges"], 1.0), total["pixels"]
    return {"pictures": len(specs), "size": size,
            "psnr_db": -10 * math.log10(max(total["squared"] / pixels, 1e-12)),
            "edge_error": 255 * total["edge"] / edges, "flat_error": 255 * total["flat"] / max(pixels - edges, 1.0),
            "edge_sharpness": total["steep"] / max(total["drawn"], 1e-9),
            "edge_gradient_error": total["changed"] / max(total["drawn"], 1e-9), "edge_share": edges / pixels}


def table(result: Dict[str, float]) -> str:
    """The same as Markdown."""
    size = f"{result['size']}x{result['size']}"
    return "\n".join([
        f"| {result['pictures']} drawings of held-out combinations, {size}, through the autoencoder | |",
        "| --- | --- |",
        f"| PSNR | {result['psnr_db']:.1f} dB |",
        f"| mean absolute error within a pixel of strong edges, of 255 | {result['edge_error']:.1f} |",
        f"| mean absolute error elsewhere ({100 - 100 * result['edge_share']:.0f} % of the pixels), of 255 "
        f"| {result['flat_error']:.1f} |",
        f"| steepness of the edges, 100 % is as drawn | {100 * result['edge_sharpness']:.0f} % |",
        f"| error of the gradient at the edges | {100 * result['edge_gradient_error']:.0f} % |"]) + "\n"
