"""CLIP's text transformer (Radford et al. 2021, arXiv:2103.00020), with the names of the transformers library."""
from typing import Any, Dict, List

import torch
import torch.nn as nn

from layers import LayerNorm, attend


def text_config(vocab: int, width: int, layers: int, heads: int, bos: int, eos: int) -> Dict[str, Any]:
    """config.json of the text_encoder folder. Padding is the end token, as in Stable Diffusion 1.x."""
    return {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "attention_dropout": 0.0,
            "bos_token_id": bos, "eos_token_id": eos, "pad_token_id": eos, "hidden_act": "quick_gelu",
            "hidden_size": width, "intermediate_size": width * 4, "layer_norm_eps": 1e-5,
            "max_position_embeddings": 77, "num_attention_heads": heads, "num_hidden_layers": layers,
            "projection_dim": width, "torch_dtype": "float16", "vocab_size": vocab}


class ClipAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out_proj(attend(self.q_proj(x), self.k_proj(x), self.v_proj(x), self.heads, causal=True))


class ClipMlp(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.fc1(x)
        return self.fc2(h * torch.sigmoid(1.702 * h))


class ClipLayer(nn.Module):
    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.self_attn, self.mlp = ClipAttention(width, heads), ClipMlp(width, inner)
        self.layer_norm1, self.layer_norm2 = LayerNorm(width), LayerNorm(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class _Embeddings(nn.Module):
    def __init__(self, vocab: int, length: int, width: int):
        super().__init__()
        self.token_embedding, self.position_embedding = nn.Embedding(vocab, width), nn.Embedding(length, width)
        nn.init.normal_(self.token_embedding.weight, std=0.05)
        nn.init.normal_(self.position_embedding.weight, std=0.02)


class _Layers(nn.Module):
    def __init__(self, layers: List[ClipLayer]):
        super().__init__()
        self.layers = nn.ModuleList(layers)


class _TextTransformer(nn.Module):
    def __init__(self, cfg: Dict[str, Any]):
        super().__init__()
        width = cfg["hidden_size"]
        self.embeddings = _Embeddings(cfg["vocab_size"], cfg["max_position_embeddings"], width)
        self.encoder = _Layers([ClipLayer(width, cfg["num_attention_heads"], cfg["intermediate_size"])
                                for _ in range(cfg["num_hidden_layers"])])
        self.final_layer_norm = LayerNorm(width)


class CLIPTextModel(nn.Module):
    """`cfg` is config.json."""

    def __init__(self, cfg: Dict[str, Any]):
        super().__init__()
        self.cfg = cfg
        self.text_model = _TextTransformer(cfg)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Token ids [batch, tokens] to states [batch, tokens, width], after the final layer norm."""
        model = self.text_model
        x = model.embeddings.token_embedding(ids) + model.embeddings.position_embedding.weight[None, :ids.shape[1]]
        for layer in model.encoder.layers:
            x = layer(x)
        return model.final_layer_norm(x)
