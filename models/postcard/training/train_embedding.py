"""Train the textual inversion that ships with the model (Gal et al. 2022, arXiv:2208.01618): a word for a mood.

    python3 train_embedding.py --model model --minutes 3 --workers 2

Only the word's vectors are trained, all weights stay as they are. So the mood is one that the model can already reach,
though no caption ever asked for it: twilight, between the sunset and the night that it knows.
"""
import argparse
import os
import random
from typing import Dict

import torch
import torch.nn as nn
import torch.nn.functional as F

import finetune
import networks
import parallel
import presets
import sample
import tensors
import twilight


class TableWithVectors(nn.Module):
    """A frozen table of token embeddings with trained rows after its last."""

    def __init__(self, table: torch.Tensor, vectors: nn.Parameter):
        super().__init__()
        self.register_buffer("table", table)
        self.vectors = vectors

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return F.embedding(ids, torch.cat([self.table, self.vectors]))


@torch.no_grad()
def draw_lessons(pipe: sample.Pipeline, count: int, seed: int, limits: presets.Limits) -> Dict[str, object]:
    """specs; latents [count, 4, h, w] float16, scaled."""
    specs, latents = twilight.draw_specs(count, seed, limits), []
    for start in range(0, count, 8):
        pictures = twilight.render(specs[start:start + 8], pipe.latent * sample.LATENT_CELL)
        with networks.autocast(pipe.device):
            latents.append(pipe.encode(pictures.to(pipe.device, memory_format=torch.channels_last)).cpu().half())
    return {"specs": specs, "latents": torch.cat(latents)}


def start_vectors(pipe: sample.Pipeline, count: int) -> nn.Parameter:
    """The token embeddings of related words, over and over, a little apart."""
    table = pipe.text.text_model.embeddings.token_embedding.weight
    words = [pipe.tokenizer.ids(word) for word in twilight.START_WORDS]
    ids = [token for word in words for token in word]
    vectors = table[[ids[k % len(ids)] for k in range(count)]].detach().clone()
    noise = torch.randn(vectors.shape, generator=torch.Generator().manual_seed(1)).to(vectors)
    return nn.Parameter(vectors + 0.1 * vectors.std() * noise)


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    pipe = sample.Pipeline(options.model, options.device)
    pipe.unet.to(memory_format=torch.channels_last)
    limits = presets.PRESETS[options.preset].world
    key = f"{finetune.fingerprint(pipe.unet, pipe.text)} {options.vectors}"
    vae = finetune.fingerprint(pipe.vae.encoder, pipe.vae.quant_conv)
    count = options.pictures // workers
    path = os.path.join(options.work, "embedding")
    lessons = finetune.cached(f"{path}_lessons{rank}.pt", f"{vae} {pipe.scale} {count} {limits}",
                              lambda: draw_lessons(pipe, count, 800 + rank, limits))
    vectors = start_vectors(pipe, options.vectors)
    table = pipe.text.text_model.embeddings.token_embedding.weight
    pipe.text.text_model.embeddings.token_embedding = TableWithVectors(table, vectors)
    pipe.embeddings[twilight.WORD] = list(range(len(table), len(table) + len(vectors)))
    rng = random.Random(61 + rank)

    def lesson_loss(word: str, batch: int, generator: torch.Generator) -> torch.Tensor:
        pick = torch.randint(0, count, (batch,), generator=generator)
        texts = [twilight.caption(lessons["specs"][k], rng, word) for k in pick.tolist()]
        with networks.autocast(pipe.device):
            context = pipe.context(texts)
        latents = lessons["latents"][pick].float().to(pipe.device)
        everywhere = torch.ones_like(latents[:, :1])
        return finetune.diffusion_loss(pipe.unet, latents, context, everywhere, pipe.alphas, generator)

    steps = finetune.descend(
        [([vectors], options.rate)], lambda generator: lesson_loss(twilight.WORD, options.batch // workers, generator),
        minutes=options.minutes, path=path + ".pt", key=key, rank=rank, workers=workers)
    if rank == 0:
        out = os.path.join(options.model, "embeddings", twilight.WORD + ".safetensors")
        tensors.save({"emb_params": vectors}, out, dtype=torch.float32)
        with torch.no_grad():
            losses = {word: float(lesson_loss(word, 64, torch.Generator().manual_seed(2)))
                      for word in (twilight.WORD, *twilight.START_WORDS, "")}
        print(f"{out}: {steps} steps; loss by word: "
              + ", ".join(f"{word or 'none'} {value:.4f}" for word, value in losses.items()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model",
                        help="the exported model's folder; the file goes to its embeddings/")
    parser.add_argument("--work", default="work", help="where lessons and the state of training are kept")
    parser.add_argument("--preset", default="cpu", choices=presets.PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=3, help="of training, drawing the lessons not counted in")
    parser.add_argument("--pictures", type=int, default=320)
    parser.add_argument("--batch", type=int, default=8, help="all workers together")
    parser.add_argument("--vectors", type=int, default=4)
    parser.add_argument("--rate", type=float, default=5e-3)
    options = parser.parse_args()
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
