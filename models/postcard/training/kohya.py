"""Adding a LoRA in kohya's layout to the weights of a network (Hu et al. 2021, arXiv:2106.09685).

Keys are `lora_unet_` or `lora_te_`, then the layer's name in the diffusers layout with underscores, then
`.lora_down.weight`, `.lora_up.weight` and `.alpha`. A 3x3 convolution has a 3x3 down and a 1x1 up.
"""
from typing import Dict, Mapping

import torch
import torch.nn as nn

PREFIXES = {"lora_unet_": "unet", "lora_te_": "text"}


def delta(down: torch.Tensor, up: torch.Tensor, alpha: float, shape: torch.Size) -> torch.Tensor:
    """up times down, scaled by alpha / rank, in the shape of the layer's weight."""
    rank = down.shape[0]
    return ((up.flatten(1) @ down.flatten(1)) * (alpha / rank)).reshape(shape)


@torch.no_grad()
def add(tensors: Mapping[str, torch.Tensor], networks: Mapping[str, nn.Module], scale: float) -> None:
    """Adds scale times the LoRA to `networks` ("unet", "text"). Nothing is changed when a layer is unknown.

    Raises ValueError with the first keys that fit no layer.
    """
    layers: Dict[str, nn.Module] = {}
    for prefix, name in PREFIXES.items():
        layers.update({prefix + path.replace(".", "_"): layer for path, layer in networks[name].named_modules()})
    bases = sorted({key.split(".", 1)[0] for key in tensors})
    unknown = [base for base in bases if not isinstance(layers.get(base), (nn.Linear, nn.Conv2d))]
    if unknown:
        raise ValueError(f"{len(unknown)} of the LoRA's {len(bases)} layers are not in this model, "
                         f"the first: {', '.join(unknown[:3])}")
    for base in bases:
        down, up = tensors[base + ".lora_down.weight"].float(), tensors[base + ".lora_up.weight"].float()
        alpha = float(tensors[base + ".alpha"]) if base + ".alpha" in tensors else down.shape[0]
        weight = layers[base].weight
        weight += scale * delta(down, up, alpha, weight.shape).to(weight)
