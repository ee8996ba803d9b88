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
        _stay_on_a_core(rank, workers)
        import torch.distributed as dist
        dist.init_process_group("gloo", init_method="file://" + rendezvous, rank=rank, world_size=workers)
    function(rank, workers, *arguments)
    if workers > 1:
        dist.destroy_process_group()


def _stay_on_a_core(rank: int, workers: int) -> None:
    """Workers wait for the slowest at every step: two on one core, because another program has the other, would halve
    the speed."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) >= workers:
            os.sched_setaffinity(0, {cores[rank]})


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


class Gradients:
    """The gradients of parameters, in one stretch of memory that all workers see: averaging is two sums and no copies.

    Replaces the parameters' own; they must not be set to None. A parameter that was not used has gradient 0.
    """

    def __init__(self, parameters: Sequence[torch.nn.Parameter], rank: int, workers: int):
        self.rank, self.workers = rank, workers
        size = sum(p.numel() for p in parameters)
        if workers == 1:
            self.values = torch.zeros(size, device=parameters[0].device)
        else:
            # One value more for each worker: what it says of itself.
            self.all = _shared(workers * (size + 1), rank).view(workers, size + 1)
            self.values, self.extra = self.all[rank, :size], self.all[rank, size:]
        at = 0
        for parameter in parameters:
            stretch = self.values[at:at + parameter.numel()]
            parameter.grad = stretch.as_strided(parameter.shape, parameter.stride(), stretch.storage_offset())
            at += parameter.numel()

    def zero(self) -> None:
        self.values.zero_()

    def average(self, extra: float = 0.0) -> float:
        """Replaces every gradient by its mean over the workers.

        Returns the mean of `extra`; the workers agree on their clock that way, so that all of them stop at the same
        step.
        """
        if self.workers == 1:
            return extra
        import torch.distributed as dist
        self.extra.fill_(extra)
        dist.barrier()
        share = self.all.tensor_split(self.workers, dim=1)[self.rank]
        share.copy_(share.mean(0, keepdim=True).expand_as(share))
        dist.barrier()
        return float(self.extra)

    def clip(self, longest: float) -> None:
        """Shortens all gradients together to this length if they are longer."""
        self.values.mul_((longest / (self.values.norm() + 1e-6)).clamp(max=1.0))


def _shared(size: int, rank: int) -> torch.Tensor:
    """Zeros in memory that every worker maps."""
    import torch.distributed as dist
    path = [os.path.join(tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None), "gradients")
            if rank == 0 else None]
    dist.broadcast_object_list(path)
    if rank == 0:
        torch.from_file(path[0], shared=True, size=size).zero_()
    dist.barrier()
    memory = torch.from_file(path[0], shared=True, size=size)
    dist.barrier()
    if rank == 0:
        # It lives on until the last worker lets go of it.
        os.remove(path[0])
        os.rmdir(os.path.dirname(path[0]))
    return memory
