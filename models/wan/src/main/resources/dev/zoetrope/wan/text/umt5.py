# UMT5's encoder, for one prompt without padding. Follows transformers, modeling_umt5.py (UMT5EncoderModel).
#
# L tokens   D width   H heads   K head width   M feed-forward width   R buckets of relative positions
# shape: [blocks, H, R, distance from which on all positions share a bucket]

# Root-mean-square norm in fp32; no mean, no bias.
def rms_norm(a: Tensor, gamma: Tensor, eps: float) -> Tensor:
  b = torch.mul(a, torch.rsqrt(torch.add(torch.mean(torch.mul(a, a), [-1], True), eps)))            # L D
  return torch.mul(gamma, b)                                                                        # L D

# The residual stream stays fp32; matrices are multiplied in their own type.
def linear(a: Tensor, weight: Tensor) -> Tensor:
  return torch.linear(torch.to(a, ops.prim.dtype(weight)), weight)

# Which bucket each key lies in, seen from each query: half of them for keys to the right, half of each half for near positions, the rest
# growing logarithmically.
def buckets(L: int, R: int, distance: int, device: Device) -> Tensor:
  position = torch.arange(L, dtype=4, device=device)
  relative = torch.sub(torch.unsqueeze(position, 0), torch.unsqueeze(position, 1))                  # L L
  side = R // 2
  near = side // 2
  right = torch.mul(torch.to(torch.gt(relative, 0), 4), side)                                       # L L
  away = torch.abs(relative)                                                                        # L L
  growth = torch.div(torch.log(torch.div(torch.to(away, 6), near)), torch.log(distance / near))     # L L
  far = torch.add(torch.to(torch.mul(growth, side - near), 4), near)                                # L L
  return torch.add(right, torch.where(torch.lt(away, near), away, torch.clamp(far, None, side - 1)))  # L L

def split_heads(a: Tensor, H: int) -> Tensor:
  return torch.unsqueeze(torch.transpose(torch.unflatten(a, -1, [H, -1]), 0, 1), 0)                 # 1 H L K

# Scores are not scaled: the weights were trained so.
def self_attention(a: Tensor, w: Dict[str, Tensor], key: str, bucket: Tensor, H: int) -> Tensor:
  a = torch.to(a, ops.prim.dtype(w[key + "q.weight"]))                                              # L D
  q = __torch__.split_heads(__torch__.linear(a, w[key + "q.weight"]), H)                            # 1 H L K
  k = __torch__.split_heads(__torch__.linear(a, w[key + "k.weight"]), H)                            # 1 H L K
  v = __torch__.split_heads(__torch__.linear(a, w[key + "v.weight"]), H)                            # 1 H L K
  bias = torch.permute(torch.embedding(w[key + "relative_attention_bias.weight"], bucket), [2, 0, 1])  # H L L
  mask = torch.to(torch.unsqueeze(bias, 0), ops.prim.dtype(q))                                      # 1 H L L
  b = torch.scaled_dot_product_attention(q, k, v, mask, 0., False, scale=1.)                        # 1 H L K
  b = torch.flatten(torch.transpose(torch.squeeze(b, 0), 0, 1), 1)                                  # L H*K
  return __torch__.linear(b, w[key + "o.weight"])                                                   # L D

def feed_forward(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  gate = torch.gelu(__torch__.linear(a, w[key + "wi_0.weight"]), approximate="tanh")                # L M
  b = torch.mul(gate, __torch__.linear(a, w[key + "wi_1.weight"]))                                  # L M
  return __torch__.linear(b, w[key + "wo.weight"])                                                  # L D

def block(a: Tensor, w: Dict[str, Tensor], i: int, bucket: Tensor, H: int, eps: float) -> Tensor:
  key = torch.format("encoder.block.{}.layer.", i)
  # 1. Self-attention
  b = __torch__.rms_norm(a, w[key + "0.layer_norm.weight"], eps)                                    # L D
  a = torch.add(a, __torch__.self_attention(b, w, key + "0.SelfAttention.", bucket, H))             # L D
  # 2. Feed-forward
  b = __torch__.rms_norm(a, w[key + "1.layer_norm.weight"], eps)                                    # L D
  return torch.add(a, __torch__.feed_forward(b, w, key + "1.DenseReluDense."))                      # L D

class Model(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  def bind(self: __torch__.Model, w: Dict[str, Tensor]) -> int:
    self.w = w
    return 0
  def encode(self: __torch__.Model, tokens: Tensor, table: str, shape: List[int], eps: float) -> Tensor:
    w = self.w
    a = torch.to(torch.embedding(w[table], tokens), 6)                                              # L D
    bucket = __torch__.buckets(torch.size(a, 0), shape[2], shape[3], ops.prim.device(a))            # L L
    for i in range(shape[0]):
      a = __torch__.block(a, w, i, bucket, shape[1], eps)                                           # L D
    return __torch__.rms_norm(a, w["encoder.final_layer_norm.weight"], eps)                         # L D
