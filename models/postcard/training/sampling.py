"""From noise to a latent: noise levels, lists of sigmas, and the stepping rules.

Everything here is written in sigma, the standard deviation of the noise beside a clean latent of unit scale (Karras et
al. 2022, arXiv:2206.00364): x = clean + sigma * noise. The network sees x at unit variance, x / sqrt(sigma^2 + 1).
"""
import math
from typing import Any, Callable, Dict, List, Mapping, Optional

import torch

Denoiser = Callable[[torch.Tensor, float], torch.Tensor]
"""x at a sigma to the estimate of the clean latent."""

AfterStep = Callable[[torch.Tensor, float], torch.Tensor]
"""x after a step and its new sigma, to the x to go on with: where masks keep what is known, and where a caller may
watch."""

SCHEDULER: Dict[str, Any] = {
    "_class_name": "DDIMScheduler", "_diffusers_version": "0.21.0", "beta_start": 0.00085, "beta_end": 0.012,
    "beta_schedule": "scaled_linear", "num_train_timesteps": 1000, "prediction_type": "v_prediction",
    "clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1, "timestep_spacing": "leading",
    "trained_betas": None, "skip_prk_steps": True}
"""scheduler_config.json of the models trained here."""


def alphas(config: Mapping[str, Any] = SCHEDULER) -> torch.Tensor:
    """Share of the clean latent's variance at each training timestep, float64: betas are evenly spaced in their square
    root."""
    ends = config["beta_start"] ** 0.5, config["beta_end"] ** 0.5
    betas = torch.linspace(*ends, config["num_train_timesteps"], dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, 0)


class NoiseLevels:
    """The noise process of a model as a table of sigmas, ascending; between its entries log sigma is linear in the
    timestep."""

    def __init__(self, table: torch.Tensor):
        """table: alphas, descending."""
        self.sigmas: List[float] = ((1 - table) / table).sqrt().tolist()
        self.logs = [math.log(sigma) for sigma in self.sigmas]

    def sigma(self, timestep: float) -> float:
        low = min(int(timestep), len(self.logs) - 2)
        share = timestep - low
        return math.exp((1 - share) * self.logs[low] + share * self.logs[low + 1])

    def timestep(self, sigma: float) -> float:
        """Fractional; outside the table the nearest end."""
        value = math.log(sigma)
        low = min(max(sum(log < value for log in self.logs) - 1, 0), len(self.logs) - 2)
        share = (value - self.logs[low]) / (self.logs[low + 1] - self.logs[low])
        return low + min(1.0, max(0.0, share))


# ---- lists of sigmas, descending; all but "leading" end in 0

def normal(levels: NoiseLevels, steps: int) -> List[float]:
    """Evenly spaced in time, both ends included."""
    last = len(levels.sigmas) - 1
    return [levels.sigma(last * (1 - share)) for share in _shares(steps)] + [0.0]


def karras(levels: NoiseLevels, steps: int) -> List[float]:
    """Evenly spaced in sigma^(1/7): small steps where detail is decided. Karras et al. 2022, equation 5."""
    low, high = levels.sigmas[0] ** (1 / 7), levels.sigmas[-1] ** (1 / 7)
    return [(high + share * (low - high)) ** 7 for share in _shares(steps)] + [0.0]


def exponential(levels: NoiseLevels, steps: int) -> List[float]:
    """Evenly spaced in log sigma."""
    low, high = levels.logs[0], levels.logs[-1]
    return [math.exp(high + share * (low - high)) for share in _shares(steps)] + [0.0]


def simple(levels: NoiseLevels, steps: int) -> List[float]:
    """Entries of the table at even distances, from the noisiest; the least noisy are left out."""
    distance = len(levels.sigmas) / steps
    return [levels.sigmas[-1 - int(k * distance)] for k in range(steps)] + [0.0]


def leading(levels: NoiseLevels, steps: int) -> List[float]:
    """The timesteps of diffusers' DDIM: "leading" with offset 1. The noise of timestep 0 stays in the result."""
    stride = len(levels.sigmas) // steps
    timesteps = [k * stride + 1 for k in range(steps)][::-1]
    return [levels.sigmas[min(t, len(levels.sigmas) - 1)] for t in timesteps] + [levels.sigmas[0]]


def consistency(levels: NoiseLevels, steps: int) -> List[float]:
    """Evenly spaced among the 50 timesteps 19, 39 ... 999 that a latent consistency model is distilled on (Luo et al.
    2023, arXiv:2310.04378)."""
    origin = [t for t in range(19, len(levels.sigmas), 20)][::-1]
    return [levels.sigmas[origin[k * len(origin) // steps]] for k in range(steps)] + [0.0]


def _shares(steps: int) -> List[float]:
    return [k / (steps - 1) for k in range(steps)] if steps > 1 else [0.0]


SCHEDULES: Dict[str, Callable[[NoiseLevels, int], List[float]]] = {
    "normal": normal, "karras": karras, "exponential": exponential, "simple": simple, "leading": leading,
    "consistency": consistency}


# ---- stepping rules

def euler(denoise: Denoiser, x: torch.Tensor, sigmas: List[float], after: AfterStep,
          generators: Optional[List[torch.Generator]] = None) -> torch.Tensor:
    """Euler's method on the probability flow. DDIM (Song et al. 2020, arXiv:2010.02502) without fresh noise is the same
    step; by custom the two differ in their list of sigmas."""
    for sigma, following in zip(sigmas, sigmas[1:]):
        clean = denoise(x, sigma)
        x = after(clean + (x - clean) * (following / sigma), following)
    return x


def dpmpp_2m(denoise: Denoiser, x: torch.Tensor, sigmas: List[float], after: AfterStep,
             generators: Optional[List[torch.Generator]] = None) -> torch.Tensor:
    """DPM-Solver++(2M), Lu et al. 2022 (arXiv:2211.01095), algorithm 2: the last estimate gives the slope of this
    step."""
    last, last_h = None, 0.0
    for sigma, following in zip(sigmas, sigmas[1:]):
        clean = denoise(x, sigma)
        if following == 0:
            return after(clean, 0.0)
        h = math.log(sigma / following)
        target = clean if last is None else clean + (clean - last) * (h / (2 * last_h))
        decay = following / sigma
        x = after(x * decay + target * (1 - decay), following)
        last, last_h = clean, h
    return x


def lcm(denoise: Denoiser, x: torch.Tensor, sigmas: List[float], after: AfterStep,
        generators: Optional[List[torch.Generator]] = None) -> torch.Tensor:
    """The step of latent consistency models: all the way to the estimate, then fresh noise of the next level.

    generators: one per picture; without them the noise comes from PyTorch's own.
    """
    for sigma, following in zip(sigmas, sigmas[1:]):
        x = denoise(x, sigma)
        if following > 0:
            x = x + following * normal_noise(x.shape, generators).to(x)
        x = after(x, following)
    return x


SAMPLERS = {"ddim": euler, "euler": euler, "dpmpp_2m": dpmpp_2m, "lcm": lcm}
DEFAULT_SCHEDULES = {"ddim": "leading", "euler": "normal", "dpmpp_2m": "karras", "lcm": "consistency"}


def normal_noise(shape: torch.Size, generators: Optional[List[torch.Generator]]) -> torch.Tensor:
    """Standard normal numbers on the processor, one generator per picture: a picture does not depend on its
    neighbours."""
    if generators is None:
        return torch.randn(shape)
    return torch.cat([torch.randn((1, *shape[1:]), generator=generator) for generator in generators])


def clean_latent(prediction_type: str, x: torch.Tensor, sigma: float, predicted: torch.Tensor) -> torch.Tensor:
    """The estimate of the clean latent, by what the network was trained to predict: the noise, or the velocity of
    Salimans and Ho 2022 (arXiv:2202.00512), appendix D."""
    if prediction_type == "epsilon":
        return x - sigma * predicted
    if prediction_type == "v_prediction":
        variance = sigma * sigma + 1
        return x / variance - predicted * (sigma / math.sqrt(variance))
    raise ValueError(f"The scheduler's prediction_type is {prediction_type}; epsilon and v_prediction are understood.")
