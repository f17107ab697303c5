# CLIP's vision transformer up to its last but one block. Follows transformers, modeling_clip.py (CLIPVisionModel, hidden_states[-2]).
#
# S edge of the picture in pixels   P edge of a patch   N patches (S/P)^2   L tokens N+1   D width   H heads   K head width   M feed-forward width
# shape: [P, H, blocks to run]

# The residual stream and norms stay fp32; matrices are multiplied in their own type.
def linear(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  weight = w[key + ".weight"]
  return torch.linear(a.to(weight.dtype), weight, w[key + ".bias"])

def norm(a: Tensor, w: Dict[str, Tensor], key: str, eps: float) -> Tensor:
  return torch.layer_norm(a, [a.size(-1)], w[key + ".weight"], w[key + ".bias"], eps)               # 1 L D

def split_heads(a: Tensor, H: int) -> Tensor:
  return a.unflatten(-1, [H, -1]).transpose(1, 2)                                                   # 1 H L K

def self_attention(a: Tensor, w: Dict[str, Tensor], key: str, H: int) -> Tensor:
  q = __torch__.split_heads(__torch__.linear(a, w, key + "q_proj"), H)                              # 1 H L K
  k = __torch__.split_heads(__torch__.linear(a, w, key + "k_proj"), H)                              # 1 H L K
  v = __torch__.split_heads(__torch__.linear(a, w, key + "v_proj"), H)                              # 1 H L K
  b = torch.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)                        # 1 L D
  return __torch__.linear(b, w, key + "out_proj")                                                   # 1 L D

def feed_forward(a: Tensor, w: Dict[str, Tensor], key: str, quick: bool) -> Tensor:
  b = __torch__.linear(a, w, key + "fc1")                                                           # 1 L M
  if quick:
    b = b * torch.sigmoid(b * 1.702)                                                                # 1 L M
  else:
    b = torch.gelu(b)                                                                               # 1 L M
  return __torch__.linear(b, w, key + "fc2")                                                        # 1 L D

def block(a: Tensor, w: Dict[str, Tensor], key: str, H: int, quick: bool, eps: float) -> Tensor:
  # 1. Self-attention
  a = a + __torch__.self_attention(__torch__.norm(a, w, key + "layer_norm1", eps), w, key + "self_attn.", H)  # 1 L D
  # 2. Feed-forward
  return a + __torch__.feed_forward(__torch__.norm(a, w, key + "layer_norm2", eps), w, key + "mlp.", quick)  # 1 L D

class Model(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]

  def bind(self: __torch__.Model, w: Dict[str, Tensor]) -> int:
    self.w = w
    return 0

  def encode(self: __torch__.Model, pixels: Tensor, prefix: str, shape: List[int], quick: bool, eps: float) -> Tensor:
    w = self.w
    P, H, blocks = shape
    kernel = w[prefix + "embeddings.patch_embedding.weight"]                                        # D 3 P P
    # Patches do not overlap, so this is a matrix product. oneDNN's bf16 convolution is wrong on some processors for a D off 16.
    x = pixels.unflatten(1, [-1, P]).unflatten(3, [-1, P]).permute([1, 3, 0, 2, 4]).reshape([1, -1, 3 * P * P])  # 1 N 3PP
    a = torch.linear(x.to(kernel.dtype), kernel.flatten(1))                                         # 1 N D
    first = w[prefix + "embeddings.class_embedding"].reshape([1, 1, -1])                            # 1 1 D
    a = torch.cat([first, a.float()], 1)                                                            # 1 L D
    a = a + w[prefix + "embeddings.position_embedding.weight"]                                      # 1 L D
    a = __torch__.norm(a, w, prefix + "pre_layrnorm", eps)                                          # 1 L D
    for i in range(blocks):
      a = __torch__.block(a, w, torch.format("{}encoder.layers.{}.", prefix, i), H, quick, eps)     # 1 L D
    return a.squeeze(0)                                                                             # L D
