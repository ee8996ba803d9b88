"""Group norm with SiLU behind it: by norm_silu.cpp on processors, compiled at first use; by PyTorch elsewhere and where
there is no compiler."""
import ctypes
import functools
import os
import subprocess
import tempfile
from typing import Any, Optional, Tuple

import torch
import torch.nn.functional as F

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "norm_silu.cpp")
COMPILER = ["g++", "-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512", "-shared", "-fPIC"]


@functools.lru_cache(maxsize=None)
def kernels() -> Optional[ctypes.CDLL]:
    """The compiled functions, or None. NORM_KERNELS=0 does without."""
    if os.environ.get("NORM_KERNELS") == "0":
        return None
    try:
        with tempfile.TemporaryDirectory() as folder:
            library = os.path.join(folder, "norm_silu.so")
            subprocess.run([*COMPILER, SOURCE, "-o", library], check=True, capture_output=True)
            return ctypes.CDLL(library)
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"Norms by PyTorch, which is slower, for there is no {COMPILER[0]} that takes them: {problem}", flush=True)
        return None


def _address(tensor: torch.Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(tensor.data_ptr())


def _sizes(x: torch.Tensor, groups: int) -> Tuple[ctypes.c_int64, ...]:
    """batch, cells, channels, groups."""
    batch, channels, height, width = x.shape
    return tuple(ctypes.c_int64(n) for n in (batch, height * width, channels, groups))


class NormSilu(torch.autograd.Function):
    """Weight and bias are float32, x is float32 or bfloat16."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, groups: int, eps: float,
                silu: bool) -> torch.Tensor:
        x = x.contiguous(memory_format=torch.channels_last)
        y = torch.empty_like(x)
        mean, inverse = torch.empty(2, len(x), groups)
        scale, shift = torch.empty(2, len(x), x.shape[1])
        kernels().norm_forward(
            _address(x), _address(y), *_sizes(x, groups), _address(weight), _address(bias), ctypes.c_float(eps),
            silu, x.dtype == torch.bfloat16, *map(_address, (mean, inverse, scale, shift)))
        ctx.save_for_backward(x, weight, mean, inverse, scale, shift)
        ctx.groups, ctx.silu = groups, silu
        return y

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        x, weight, mean, inverse, scale, shift = ctx.saved_tensors
        gradient = gradient.to(x.dtype).contiguous(memory_format=torch.channels_last)
        result = torch.empty_like(x)
        weights, biases = torch.empty_like(scale), torch.empty_like(scale)
        kernels().norm_backward(
            _address(x), _address(gradient), _address(result), *_sizes(x, ctx.groups), _address(weight), ctx.silu,
            x.dtype == torch.bfloat16, *map(_address, (mean, inverse, scale, shift, weights, biases)))
        return result, weights.sum(0), biases.sum(0), None, None, None


def norm_silu(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, groups: int, eps: float, silu: bool
              ) -> torch.Tensor:
    """x [batch, channels, h, w], normalised in groups, in the type of x."""
    if x.device.type == "cpu" and x.dtype in (torch.float32, torch.bfloat16) and kernels():
        return NormSilu.apply(x, weight, bias, groups, eps, silu)
    x = F.group_norm(x, groups, weight.to(x.dtype), bias.to(x.dtype), eps)
    return F.silu(x) if silu else x
