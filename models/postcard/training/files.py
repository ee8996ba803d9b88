"""Writing results so that a process killed at any moment leaves either the old file or the new one."""
import hashlib
import json
import os
from typing import Any

import torch


def write_json(content: Any, path: str) -> None:
    """Writes readable JSON; folders are made as needed."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    os.replace(path + ".new", path)


def read_json(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def fingerprint(path: str) -> str:
    """A short name for what a file holds."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:12]


def save_state(state: dict, path: str) -> None:
    """Keeps a training state: tensors, numbers, strings, and lists and dictionaries of them."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    torch.save(state, path + ".new")
    os.replace(path + ".new", path)


def load_state(path: str, device: Any = "cpu") -> dict:
    """Reads a training state. `weights_only` refuses pickles that would run code."""
    return torch.load(path, map_location=device, weights_only=True)
