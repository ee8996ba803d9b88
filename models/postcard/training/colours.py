"""Colours as tensors [3] in 0..1, and what the names of the world's colours mean."""
import torch

import world

RGB = {"red": (.86, .18, .18), "orange": (.96, .52, .13), "yellow": (.98, .82, .20), "green": (.22, .64, .31),
       "blue": (.18, .42, .86), "purple": (.52, .27, .73), "pink": (.97, .55, .72), "white": (.97, .97, .95),
       "black": (.13, .13, .16), "brown": (.52, .33, .18)}
COLOUR_TABLE = torch.tensor([RGB[name] for name in world.COLOURS])
"""[colours, 3] in the order of world.COLOURS."""


def rgb(*parts: float) -> torch.Tensor:
    return torch.tensor(parts, dtype=torch.float32)


def hexa(code: str) -> torch.Tensor:
    """Six hexadecimal digits, as in style sheets."""
    return rgb(*(int(code[k:k + 2], 16) / 255 for k in (0, 2, 4)))


def is_dark(colour: torch.Tensor) -> torch.Tensor:
    """[n, 3] to [n, 1]: 1 where a colour is so dark that details on it must be light."""
    return (colour.amax(1, keepdim=True) < .3).float()


def is_white(colour: torch.Tensor) -> torch.Tensor:
    """[n, 3] to [n, 1]: 1 where a colour is so light that white details on it would be lost."""
    return (colour.amin(1, keepdim=True) > .85).float()


def paler(colour: torch.Tensor, keep: float) -> torch.Tensor:
    """Towards white; keep is the share of the colour that stays."""
    return 1 - (1 - colour) * keep


def either(first: torch.Tensor, second: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """The second colour where share [n, 1] is 0, the first where it is 1."""
    return share * first + (1 - share) * second
