"""What the short trainings on a finished model share: descent by the clock, resumable; a cache; the UNet's own loss."""
import hashlib
import os
import time
from typing import Callable, List, Sequence, Tuple

import torch

import files
import networks
import parallel

NOISE_OFFSET = 0.07     # as in the UNet's own training

Groups = Sequence[Tuple[List[torch.nn.Parameter], float]]
"""Parameters and the learning rate they get."""


def fingerprint(*networks: torch.nn.Module) -> str:
    """A short hash of all weights. What was made with other weights has another one."""
    digest = hashlib.sha256()
    for network in networks:
        for name, value in sorted(network.state_dict().items()):
            digest.update(name.encode() + value.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def cached(path: str, key: str, make: Callable[[], object]) -> object:
    """What `make` returns: kept in a file, and taken from there while the key is the same."""
    if os.path.exists(path):
        kept = files.load_state(path)
        if kept["key"] == key:
            return kept["value"]
    value = make()
    files.save_state({"key": key, "value": value}, path)
    return value


def descend(groups: Groups, loss: Callable[[torch.Generator], torch.Tensor], *, minutes: float, path: str, key: str,
            rank: int = 0, workers: int = 1, warmup: int = 20, every: float = 60) -> int:
    """Adam for so many minutes in all; an interrupted run goes on where it was saved last.

    loss: a scalar, from a random generator that differs from worker to worker. Rates rise over `warmup` steps, and fall
    to nothing over the second half. path, key: where the state is saved, and what it rests on; a state with another key
    is not taken up. Returns the number of steps.
    """
    parameters = [p for group, _ in groups for p in group]
    settings = [{"params": group, "lr": rate, "peak": rate} for group, rate in groups]
    optimizer = torch.optim.Adam(settings, betas=(0.9, 0.99))
    step, before = _take_up(path, key, parameters, optimizer)
    parallel.share_start(parameters, workers)
    gradients = parallel.Gradients(parameters, rank, workers)
    generator = torch.Generator().manual_seed(100000 * (rank + 1) + step)
    start = shown = saved = time.time()
    progress, mean, first = before / (60 * minutes), 0.0, step
    while progress < 1:
        value = loss(generator)
        gradients.zero()
        value.backward()
        spent = before + time.time() - start
        progress = gradients.average(spent / (60 * minutes))
        gradients.clip(1.0)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * min(1.0, (step + 1) / warmup) * max(0.02, min(1.0, 2 * (1 - progress)))
        optimizer.step()
        step += 1
        mean += max(0.03, 1 / (step - first)) * (value.item() - mean)
        if rank == 0 and (time.time() - shown > 20 or progress >= 1):
            shown = time.time()
            print(f"  {spent / 60:5.1f} min  step {step}  loss {mean:.4f}", flush=True)
        if rank == 0 and (time.time() - saved > every or progress >= 1):
            saved = time.time()
            files.save_state({"key": key, "parameters": [p.detach() for p in parameters],
                              "optimizer": optimizer.state_dict(), "step": step, "seconds": spent}, path)
    return step


def _take_up(path: str, key: str, parameters: List[torch.nn.Parameter], optimizer: torch.optim.Optimizer
             ) -> Tuple[int, float]:
    """Steps and seconds of the run before this one, whose values are put in place; 0 and 0 where there was none."""
    if not os.path.exists(path):
        return 0, 0.0
    state = files.load_state(path)
    if state["key"] != key:
        return 0, 0.0
    with torch.no_grad():
        for parameter, value in zip(parameters, state["parameters"]):
            parameter.copy_(value)
    peaks = [group["peak"] for group in optimizer.param_groups]
    optimizer.load_state_dict(state["optimizer"])
    for group, peak in zip(optimizer.param_groups, peaks):
        group["peak"] = peak
    return state["step"], state["seconds"]


def stratified_timesteps(count: int, generator: torch.Generator, steps: int = 1000) -> torch.Tensor:
    """One random timestep from each of `count` equal parts, in random order."""
    part = torch.randperm(count, generator=generator)
    return ((torch.rand(count, generator=generator) + part) / count * steps).long()


def diffusion_loss(unet: torch.nn.Module, latents: torch.Tensor, context: torch.Tensor, focus: torch.Tensor,
                   alphas: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The UNet's own lesson: v-prediction (Salimans & Ho 2022, arXiv:2202.00512), min-SNR weights, noise offset.

    latents: scaled, [batch, 4, h, w]; context: [batch, 77, width]; focus: how much each cell counts, [batch, 1, h, w];
    alphas: share of the clean latent's variance at each timestep.
    """
    batch, device = len(latents), latents.device
    t = stratified_timesteps(batch, generator, len(alphas))
    offset = NOISE_OFFSET * torch.randn(batch, 4, 1, 1, generator=generator)
    t, noise = t.to(device), (torch.randn(latents.shape, generator=generator) + offset).to(device)
    alpha = alphas.to(device)[t].float()[:, None, None, None]
    a, s = alpha.sqrt(), (1 - alpha).sqrt()
    noisy = (a * latents + s * noise).contiguous(memory_format=torch.channels_last)
    with networks.autocast(device):
        guess = unet(noisy, t, context)
    weight = (5 * (1 - alpha) / alpha).clamp(max=1)
    return ((guess.float() - (a * noise - s * latents)).pow(2) * focus * weight).mean()
