"""Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685) of linear layers and convolutions, stored in kohya's layout.

A weight W gains up x down. For a convolution, down is one of the same kernel to `rank` channels and up a 1 x 1
convolution ("LoCon"): a drawing style lives in the convolutions as much as in the attention, so both are adapted.
"""
import json
import os
from typing import Dict, List, Sequence, Tuple, Union

import torch
import torch.nn as nn

import tensors


class LoraLayer(nn.Module):
    """A frozen layer with a low-rank change beside it. `up` starts at zero: nothing is changed at first. Alpha is the
    rank."""

    def __init__(self, frozen: Union[nn.Linear, nn.Conv2d], rank: int):
        super().__init__()
        self.frozen = frozen
        if isinstance(frozen, nn.Conv2d):
            self.down = nn.Conv2d(frozen.in_channels, rank, frozen.kernel_size, frozen.stride, frozen.padding,
                                  bias=False)
            self.up = nn.Conv2d(rank, frozen.out_channels, 1, bias=False)
        else:
            self.down = nn.Linear(frozen.in_features, rank, bias=False)
            self.up = nn.Linear(rank, frozen.out_features, bias=False)
        nn.init.normal_(self.down.weight, std=self.down.weight[0].numel() ** -0.5)
        nn.init.zeros_(self.up.weight)
        self.to(frozen.weight.device, memory_format=torch.channels_last)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.frozen(x) + self.up(self.down(x))


Layers = Dict[str, LoraLayer]
"""By kohya's name of the layer, such as lora_unet_mid_block_attentions_0_proj_in."""


def attach(network: nn.Module, prefix: str, rank: int, skip: Sequence[str] = ()) -> Layers:
    """Puts a LoRA beside every linear layer and convolution of a frozen network, but those whose name holds one of
    `skip`."""
    chosen = [(name, module) for name, module in network.named_modules()
              if isinstance(module, (nn.Linear, nn.Conv2d)) and not any(part in name for part in skip)]
    layers = {}
    for name, module in chosen:
        parent, _, last = name.rpartition(".")
        layer = LoraLayer(module, rank)
        setattr(network.get_submodule(parent), last, layer)
        layers[prefix + name.replace(".", "_")] = layer
    return layers


def groups(layers: Layers, rate: float) -> List[Tuple[List[nn.Parameter], float]]:
    """What is trained, with learning rates: `up`, which starts at zero, gets twice that of `down` (LoRA+)."""
    return [([layer.down.weight for layer in layers.values()], rate),
            ([layer.up.weight for layer in layers.values()], 2 * rate)]


def save(layers: Layers, path: str, *, title: str, description: str, trigger: str, size: int, pictures: int,
         steps: int) -> None:
    """Half precision, with kohya's keys and notes, and the model specification's words for people.

    trigger: the words that call it up, or nothing; size: of the pictures it was trained on, in pixels.
    """
    rank = next(iter(layers.values())).down.weight.shape[0]
    values = {}
    for name, layer in layers.items():
        values[name + ".lora_down.weight"] = layer.down.weight
        values[name + ".lora_up.weight"] = layer.up.weight
        values[name + ".alpha"] = torch.tensor(float(rank))
    name = os.path.splitext(os.path.basename(path))[0]
    notes = {
        "ss_network_module": "networks.lora", "ss_network_dim": rank, "ss_network_alpha": rank,
        "ss_network_args": json.dumps({"conv_dim": rank, "conv_alpha": rank}), "ss_base_model_version": "sd_v1",
        "ss_sd_model_name": "postcard", "ss_output_name": name, "ss_num_train_images": pictures, "ss_steps": steps,
        "ss_resolution": f"({size}, {size})",
        "ss_tag_frequency": json.dumps({name: {trigger: pictures}} if trigger else {}),
        "modelspec.sai_model_spec": "1.0.0", "modelspec.architecture": "stable-diffusion-v1/lora",
        "modelspec.implementation": "diffusers", "modelspec.prediction_type": "v",
        "modelspec.resolution": f"{size}x{size}",
        "modelspec.title": title, "modelspec.description": description,
    }
    if trigger:
        notes["modelspec.trigger_phrase"] = trigger
    tensors.save(values, path, metadata=notes)
