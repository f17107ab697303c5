# UMT5's encoder, for one prompt without padding. Follows transformers, modeling_umt5.py (UMT5EncoderModel).
#
# L tokens   D width   H heads   K head width   M feed-forward width   R buckets of relative positions
# shape: [blocks, H, R, distance from which on all positions share a bucket]

# Root-mean-square norm in fp32; no mean, no bias.
def rms_norm(a: Tensor, gamma: Tensor, eps: float) -> Tensor:
  b = a * torch.rsqrt((a * a).mean([-1], True) + eps)                                               # L D
  return gamma * b                                                                                  # L D

# The residual stream stays fp32; matrices are multiplied in their own type.
def linear(a: Tensor, weight: Tensor) -> Tensor:
  return torch.linear(a.to(weight.dtype), weight)

# Which bucket each key lies in, seen from each query: half of them for keys to the right, half of each half for near positions, the rest
# growing logarithmically.
def buckets(L: int, R: int, distance: int, device: Device) -> Tensor:
  position = torch.arange(L, device=device)                                                         # L
  relative = position.unsqueeze(0) - position.unsqueeze(1)                                          # L L
  side = R // 2
  near = side // 2
  right = (relative > 0).long() * side                                                              # L L
  away = torch.abs(relative)                                                                        # L L
  growth = torch.log(away.float() / near) / torch.log(distance / near)                              # L L
  far = (growth * (side - near)).long() + near                                                      # L L
  return right + torch.where(away < near, away, torch.clamp(far, None, side - 1))                   # L L

def split_heads(a: Tensor, H: int) -> Tensor:
  return a.unflatten(-1, [H, -1]).transpose(0, 1).unsqueeze(0)                                      # 1 H L K

# Scores are not scaled: the weights were trained so.
def self_attention(a: Tensor, w: Dict[str, Tensor], key: str, bucket: Tensor, H: int) -> Tensor:
  a = a.to(w[key + "q.weight"].dtype)                                                               # L D
  q = __torch__.split_heads(__torch__.linear(a, w[key + "q.weight"]), H)                            # 1 H L K
  k = __torch__.split_heads(__torch__.linear(a, w[key + "k.weight"]), H)                            # 1 H L K
  v = __torch__.split_heads(__torch__.linear(a, w[key + "v.weight"]), H)                            # 1 H L K
  bias = torch.embedding(w[key + "relative_attention_bias.weight"], bucket).permute([2, 0, 1])      # H L L
  mask = bias.unsqueeze(0).to(q.dtype)                                                              # 1 H L L
  b = torch.scaled_dot_product_attention(q, k, v, mask, 0., False, scale=1.)                        # 1 H L K
  return __torch__.linear(b.squeeze(0).transpose(0, 1).flatten(1), w[key + "o.weight"])             # L D

def feed_forward(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  gate = torch.gelu(__torch__.linear(a, w[key + "wi_0.weight"]), approximate="tanh")                # L M
  return __torch__.linear(gate * __torch__.linear(a, w[key + "wi_1.weight"]), w[key + "wo.weight"])  # L D

def block(a: Tensor, w: Dict[str, Tensor], key: str, bucket: Tensor, H: int, eps: float) -> Tensor:
  # 1. Self-attention
  b = __torch__.rms_norm(a, w[key + "0.layer_norm.weight"], eps)                                    # L D
  a = a + __torch__.self_attention(b, w, key + "0.SelfAttention.", bucket, H)                       # L D
  # 2. Feed-forward
  b = __torch__.rms_norm(a, w[key + "1.layer_norm.weight"], eps)                                    # L D
  return a + __torch__.feed_forward(b, w, key + "1.DenseReluDense.")                                # L D

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
    blocks, H, R, distance = shape
    a = torch.embedding(w[table], tokens).float()                                                   # L D
    bucket = __torch__.buckets(a.size(0), R, distance, a.device)                                    # L L
    for i in range(blocks):
      a = __torch__.block(a, w, torch.format("encoder.block.{}.layer.", i), bucket, H, eps)         # L D
    return __torch__.rms_norm(a, w["encoder.final_layer_norm.weight"], eps)                         # L D
