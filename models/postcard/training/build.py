"""The whole recipe in one command: tokenizer, autoencoder, text encoder, latents, diffusion, export, adapters, samples,
scores.

    python3 build.py --preset cpu --workers 2                # processors only
    python3 build.py --preset gpu --device cuda              # one large GPU
    python3 build.py --preset smoke                          # only to see that every script runs

A stage is skipped when its result exists and is newer than what it was made from. Long stages run a few minutes at a
time and keep their state: a build that is stopped, at any moment, is gone on with by the same command.
"""
import argparse
import os
import subprocess
import sys
import time
from typing import List, Sequence

import encode
import files
from presets import PRESETS

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORK = "diffusion_pytorch_model.safetensors"
SMOKE = {   # what a smoke build asks of the scripts that have no presets of their own
    "train_lora.py": ["--minutes", "0.05", "--pictures", "16", "--batch", "4"],
    "train_embedding.py": ["--minutes", "0.05", "--pictures", "16", "--batch", "4"],
    "train_taesd.py": ["--minutes", "0.05", "--pictures", "16", "--batch", "4"],
    "distil.py": ["--minutes", "0.05", "--paths", "96", "--batch", "4"],
    "sample.py": ["--steps", "2"],
    "probe.py": ["--pictures", "128", "--steps", "6", "--tests", "32"],
    "evaluate.py": ["--count", "4", "--steps", "2"]}


def newer(results: Sequence[str], sources: Sequence[str]) -> bool:
    """All results exist, and none is older than a source."""
    if not all(os.path.exists(path) for path in results):
        return False
    oldest = min(os.path.getmtime(path) for path in results)
    return all(os.path.getmtime(path) <= oldest for path in sources)


class Build:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        # A GPU is trained on by one process; drawing and encoding for it may be shared.
        self.trainers = 1 if options.device.startswith("cuda") else options.workers

    def work(self, *names: str) -> str:
        return os.path.join(self.options.work, *names)

    def out(self, *names: str) -> str:
        return os.path.join(self.options.out, *names)

    def stage(self, script: str, results: Sequence[str], sources: Sequence[str], *arguments: str, again: bool = False
              ) -> None:
        """Runs a script unless its results are there; again: until they are, some minutes at a time."""
        if newer(results, sources):
            print(f"== {script}: {results[0]} is already there", flush=True)
            return
        began = time.time()
        while True:
            self._run(script, [*arguments, "--minutes", str(self.options.minutes)] if again else list(arguments))
            if not again or newer(results, sources):
                break
        print(f"== {script} took {(time.time() - began) / 60:.1f} min", flush=True)

    def _run(self, script: str, arguments: List[str]) -> None:
        if self.options.preset == "smoke":
            arguments = arguments + SMOKE.get(script, [])
        print("==", script, *arguments, flush=True)
        subprocess.run([sys.executable, os.path.join(HERE, script), *arguments], check=True)

    def model(self) -> None:
        """Everything up to the exported networks."""
        preset, options = PRESETS[self.options.preset], self.options
        shared = ["--preset", options.preset, "--device", options.device, "--work", options.work]
        train = [*shared, "--workers", str(self.trainers)]
        vocabulary, vae, text, unet = (self.work(*names) for names in (
            ("tokenizer", "vocab.json"), ("vae.pt",), ("text_warm.pt",), ("unet.pt",)))
        latents = [path for phase in preset.unet.phases for path in encode.paths(options.work, phase)]
        self.stage("tokenizer.py", [vocabulary], [], "--out", self.work("tokenizer"))
        self.stage("train_vae.py", [vae], [], *train, again=True)
        self.stage("warm_text.py", [text], [vocabulary], *train, again=True)
        self.stage("encode.py", latents, [], *shared, "--workers", str(options.workers), again=True)
        self.stage("train_unet.py", [unet], [], *train, again=True)
        self.stage("export.py", [self.out("model_index.json")], [vae, unet, vocabulary], "--preset", options.preset,
                   "--work", options.work, "--out", options.out)

    def adapters(self) -> None:
        """What ships beside the networks and was trained on them."""
        options = self.options
        weights = [self.out("unet", NETWORK)]
        train = ["--model", options.out, "--work", options.work, "--preset", options.preset, "--device", options.device,
                 "--workers", str(self.trainers)]
        for name in ("stained-glass", "dinosaur"):
            self.stage("train_lora.py", [self.out("loras", name + ".safetensors")], weights, name, *train)
        self.stage("train_embedding.py", [self.out("embeddings", "twilight.safetensors")], weights, *train)
        self.stage("distil.py", [self.out("loras", "postcard-draft.safetensors")], weights, *train)
        self.stage("train_taesd.py", [self.out("vae", "taesd_decoder.safetensors")], weights, *train)

    def judge(self) -> None:
        """A sheet to look at, and how often the pictures show what was asked for."""
        options = self.options
        weights = [self.out("unet", NETWORK)]
        probe = self.work("probe.safetensors")
        shared = ["--preset", options.preset, "--device", options.device]
        self.stage("sample.py", [self.work("sheet.png")], weights, "--model", options.out, "--device", options.device,
                   "--captions", "--out", self.work("sheet.png"))
        self.stage("probe.py", [probe], [], *shared, "--work", self.work("probe"), "--out", probe, again=True)
        # The pictures are kept by the weights that made them, so that a judgement that was stopped goes on.
        pictures = self.work("judged", files.fingerprint(weights[0]))
        self.stage("evaluate.py", [self.work("adherence.json")], [*weights, probe], *shared, "--model", options.out,
                   "--probe", probe, "--keep", pictures, "--out", self.work("adherence"))
        self.stage("evaluate.py", [self.work("fidelity.json")], [self.out("vae", NETWORK)], *shared, "--vae",
                   "--model", options.out, "--out", self.work("fidelity"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the model from nothing.")
    parser.add_argument("--preset", default="cpu", choices=PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the work: one per core")
    parser.add_argument("--work", help="training states and results; work/PRESET when absent")
    parser.add_argument("--out", help="the model's folder; WORK/model when absent")
    parser.add_argument("--minutes", type=float, default=9, help="the longest that a training script runs at a stretch")
    options = parser.parse_args()
    options.work = options.work or os.path.join("work", options.preset)
    options.out = options.out or os.path.join(options.work, "model")
    os.makedirs(options.work, exist_ok=True)
    build = Build(options)
    build.model()
    build.adapters()
    build.judge()


if __name__ == "__main__":
    main()
