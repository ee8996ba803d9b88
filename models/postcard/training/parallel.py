"""Training in several processes, one per processor core, that average their gradients after every step.

On processors this beats threads: the networks are small, and one core per process has no waiting inside a layer. A GPU
trains in a single process.
"""
import os
import tempfile
from typing import Callable, Iterable, Sequence

import torch


def _enter(rank: int, function: Callable, workers: int, rendezvous: str, arguments: Sequence) -> None:
    torch.set_num_threads(max(1, int(os.environ.get("OMP_NUM_THREADS", "1"))))
    if workers > 1:
        import torch.distributed as dist
        dist.init_process_group("gloo", init_method="file://" + rendezvous, rank=rank, world_size=workers)
    function(rank, workers, *arguments)
    if workers > 1:
        dist.destroy_process_group()


def launch(function: Callable, workers: int, *arguments: object) -> None:
    """Runs function(rank, workers, *arguments) here, or in `workers` processes when there are more than one."""
    if workers == 1:
        _enter(0, function, 1, "", arguments)
        return
    import torch.multiprocessing as mp
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(_enter, args=(function, workers, os.path.join(folder, "rendezvous"), arguments), nprocs=workers)


def share_start(tensors: Iterable[torch.Tensor], workers: int) -> None:
    """Gives every process the values of the first."""
    if workers > 1:
        import torch.distributed as dist
        for tensor in tensors:
            dist.broadcast(tensor.data, 0)


def average_gradients(parameters: Sequence[torch.nn.Parameter], workers: int, extra: float = 0.0) -> float:
    """Replaces every gradient by its mean over the processes. A parameter that was not used counts as gradient 0.

    Returns the mean of `extra`; the processes agree on their clock that way, so that all of them stop at the same step.
    """
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    if workers == 1:
        return extra
    import torch.distributed as dist
    flat = torch.cat([p.grad.reshape(-1) for p in parameters] + [torch.tensor([extra])])
    dist.all_reduce(flat)
    flat /= workers
    at = 0
    for parameter in parameters:
        parameter.grad.copy_(flat[at:at + parameter.numel()].view_as(parameter))
        at += parameter.numel()
    return float(flat[-1])
