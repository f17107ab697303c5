# The Wan diffusion transformer. Follows diffusers, transformer_wan.py (WanTransformer3DModel).
#
# B prompts (with and without guidance)   C channels in   O channels out   F latent frames   Y X latent height and width
# f y x the same in patches of p q r      P patch volume p*q*r   L tokens f*y*x   D width   H heads   K head width   S text tokens
# I image tokens   E their width   G groups of tokens that share a timestep (1, f or L)   N tokens a group L/G   M feed-forward width
# shape: [p, q, r, H, blocks]
#
# "context" is what cross-attention needs of the prompts and the image, by name: keys and values of each block ("blocks.0.attn2.text_k"),
# and "mask" where text rows count more than once or not at all.

# ---- normalisation and heads

# Root of the mean square over the full width, all heads together. The reciprocal is returned: it is cheaper to apply late.
def reciprocal_rms(a: Tensor, eps: float) -> Tensor:
  n = torch.linalg_vector_norm(a, 2, [-1], True)                                                           # B L 1
  return torch.rsqrt(n * n / a.size(-1) + eps)                                                             # B L 1

def rms_norm(a: Tensor, gamma: Tensor, eps: float) -> Tensor:
  b = a.float()                                                                                            # B L D
  return (b * __torch__.reciprocal_rms(b, eps) * gamma).to(a.dtype)                                        # B L D

def layer_norm(a: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], eps: float) -> Tensor:
  return torch.layer_norm(a.float(), [a.size(-1)], weight, bias, eps)                                      # B L D

def split_heads(a: Tensor, H: int) -> Tensor:
  return a.unflatten(-1, [H, -1]).transpose(1, 2)                                                          # B H L K

# RMS norm and rotary position in one: neighbours (2i, 2i+1) of a head are a complex number, turned by the token's angle.
def norm_and_rotate(a: Tensor, gamma: Tensor, rotary: Tensor, H: int, eps: float) -> Tensor:
  b = a.float()                                                                                            # B L D
  turn = rotary * __torch__.reciprocal_rms(b, eps).unsqueeze(-1)                                           # B L 1 K/2
  c = torch.view_as_complex((b * gamma).unflatten(-1, [H, -1, 2])) * turn                                  # B L H K/2
  return torch.view_as_real(c).flatten(-2).to(a.dtype).transpose(1, 2)                                     # B H L K

# ---- attention and feed-forward

def attend(q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
  return torch.scaled_dot_product_attention(q, k, v, mask).transpose(1, 2).flatten(2)                      # B L D

def self_attention(a: Tensor, w: Dict[str, Tensor], key: str, rotary: Tensor, H: int, eps: float) -> Tensor:
  q = __torch__.norm_and_rotate(__torch__.linear(a, w, key + "to_q"), w[key + "norm_q.weight"], rotary, H, eps)  # B H L K
  k = __torch__.norm_and_rotate(__torch__.linear(a, w, key + "to_k"), w[key + "norm_k.weight"], rotary, H, eps)  # B H L K
  v = __torch__.split_heads(__torch__.linear(a, w, key + "to_v"), H)                                       # B H L K
  return __torch__.linear(__torch__.attend(q, k, v, None), w, key + "to_out.0")                            # B L D

def cross_attention(a: Tensor, w: Dict[str, Tensor], key: str, context: Dict[str, Tensor], H: int, eps: float) -> Tensor:
  q = __torch__.rms_norm(__torch__.linear(a, w, key + "to_q"), w[key + "norm_q.weight"], eps)              # B L D
  q = __torch__.split_heads(q, H)                                                                          # B H L K
  mask = annotate(Optional[Tensor], None)
  if "mask" in context:
    mask = context["mask"]                                                                                 # B 1 1 S
  b = __torch__.attend(q, context[key + "text_k"], context[key + "text_v"], mask)                          # B L D
  if (key + "image_k") in context:
    b = b + __torch__.attend(q, context[key + "image_k"], context[key + "image_v"], None)                  # B L D
  return __torch__.linear(b, w, key + "to_out.0")                                                          # B L D

# Long videos go through in slices, so that the widest activations of the network never stand in memory whole.
def feed_forward(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  parts = annotate(List[Tensor], [])
  for part in torch.split(a, 8192, 1):
    b = __torch__.linear_gelu(part, w, key + "net.0.proj")                                                 # B l M
    parts.append(__torch__.linear(b, w, key + "net.2"))                                                    # B l D
  if torch.len(parts) == 1:
    return parts[0]                                                                                        # B L D
  return torch.cat(parts, 1)                                                                               # B L D

# ---- modulation by the timestep, in fp32

# Layer norm, then scale and shift of each group of tokens.
def modulate(a: Tensor, shift: Tensor, scale: Tensor, eps: float) -> Tensor:
  G = shift.size(0)
  scale1 = scale + 1                                                                                       # G D
  if G == 1:
    return __torch__.layer_norm(a, scale1.flatten(), shift.flatten(), eps).to(a.dtype)                     # B L D
  n = __torch__.layer_norm(a, None, None, eps).unflatten(1, [G, -1])                                       # B G N D
  return torch.addcmul(shift.unsqueeze(1), n, scale1.unsqueeze(1)).flatten(1, 2).to(a.dtype)               # B L D

# a + b * gate
def add_gated(a: Tensor, b: Tensor, gate: Tensor) -> Tensor:
  groups = annotate(List[int], [gate.size(0), -1])
  s = torch.addcmul(a.float().unflatten(1, groups), b.float().unflatten(1, groups), gate.unsqueeze(1))     # B G N D
  return s.flatten(1, 2).to(a.dtype)                                                                       # B L D

# ---- the network

def block(a: Tensor, w: Dict[str, Tensor], key: str, time: Tensor, context: Dict[str, Tensor], rotary: Tensor, H: int, eps: float) -> Tensor:
  shift, scale, gate, ffn_shift, ffn_scale, ffn_gate = torch.unbind(w[key + "scale_shift_table"] + time, 1)  # G D each
  # 1. Self-attention
  b = __torch__.self_attention(__torch__.modulate(a, shift, scale, eps), w, key + "attn1.", rotary, H, eps)  # B L D
  a = __torch__.add_gated(a, b, gate)                                                                      # B L D
  # 2. Cross-attention: from here on the prompts differ
  B = context[key + "attn2.text_k"].size(0)
  if a.size(0) != B:
    a = a.repeat([B, 1, 1])                                                                                # B L D
  b = a
  if (key + "norm2.weight") in w:
    b = __torch__.layer_norm(a, w[key + "norm2.weight"], w[key + "norm2.bias"], eps).to(a.dtype)           # B L D
  a = a + __torch__.cross_attention(b, w, key + "attn2.", context, H, eps)                                 # B L D
  # 3. Feed-forward
  b = __torch__.feed_forward(__torch__.modulate(a, ffn_shift, ffn_scale, eps), w, key + "ffn.")            # B L D
  return __torch__.add_gated(a, b, ffn_gate)                                                               # B L D

# Sine and cosine features of timesteps 0..1000, [cos, sin].
def sinusoid(t: Tensor, n: int) -> Tensor:
  j = torch.arange(n // 2, device=t.device).float()                                                        # n/2
  angle = t.unsqueeze(1) * torch.exp(j * (-9.210340371976184 / (n // 2)))                                  # G n/2
  return torch.cat([torch.cos(angle), torch.sin(angle)], 1)                                                # G n

def embed_time(t: Tensor, w: Dict[str, Tensor], dtype: int) -> Tensor:
  key = "condition_embedder.time_embedder.linear_"
  s = __torch__.sinusoid(t, w[key + "1.weight"].size(1))                                                   # G freq
  return __torch__.linear(torch.silu(__torch__.linear(s, w, key + "1")), w, key + "2").to(dtype)           # G D

def patchify(x: Tensor, p: int, q: int, r: int) -> Tensor:
  C, F, Y, X = x.shape
  x = x.reshape([C, F // p, p, Y // q, q, X // r, r]).permute([1, 3, 5, 0, 2, 4, 6])                       # f y x C p q r
  return x.reshape([1, -1, C * p * q * r])                                                                 # 1 L C*P

def unpatchify(a: Tensor, f: int, y: int, x: int, p: int, q: int, r: int) -> Tensor:
  B = a.size(0)
  a = a.reshape([B, f, y, x, p, q, r, -1]).permute([0, 7, 1, 4, 2, 5, 3, 6])                               # B O f p y q x r
  return a.reshape([B, a.size(1), f * p, y * q, x * r])                                                    # B O F Y X

# ---- what cross-attention attends to

# One prompt's tokens, and in place of its n rows of padding (zeros, which the embedder turns into one constant) a single null token.
def embed_text(prompt: Tensor, n: int, w: Dict[str, Tensor]) -> Tensor:
  key = "condition_embedder.text_embedder.linear_"
  if n > 0:
    prompt = torch.constant_pad_nd(prompt, [0, 0, 0, 1], 0.)                                               # S text
  prompt = prompt.to(w[key + "1.weight"].dtype)                                                            # S text
  return __torch__.linear(__torch__.linear_gelu(prompt, w, key + "1"), w, key + "2")                       # S D

def embed_image(image: Tensor, w: Dict[str, Tensor]) -> Tensor:
  key = "condition_embedder.image_embedder."
  eps = 1.0000000000000001e-05
  a = image
  if (key + "pos_embed") in w:
    a = a + w[key + "pos_embed"].squeeze(0)                                                                # I E
  a = __torch__.layer_norm(a, w[key + "norm1.weight"], w[key + "norm1.bias"], eps)                         # I E
  a = a.to(w[key + "ff.net.0.proj.weight"].dtype)                                                          # I E
  a = __torch__.linear(torch.gelu(__torch__.linear(a, w, key + "ff.net.0.proj")), w, key + "ff.net.2")     # I D
  a = __torch__.layer_norm(a, w[key + "norm2.weight"], w[key + "norm2.bias"], eps).to(a.dtype)             # I D
  return a.unsqueeze(0)                                                                                    # 1 I D

# How much each text row counts: a null token as often as the rows that it stands for, what fills up a shorter prompt not at all.
def text_mask(rows: List[Tensor], padding: List[int], S: int) -> Tensor:
  mask = torch.full([torch.len(rows), 1, 1, S], -float("inf"), dtype=rows[0].dtype, device=rows[0].device)  # B 1 1 S
  for i in range(torch.len(rows)):
    own = rows[i].size(0)
    mask[i, :, :, :own].fill_(0)
    if padding[i] > 0:
      mask[i, :, :, own - 1].fill_(torch.log(padding[i]))
  return mask                                                                                              # B 1 1 S

def keys(a: Tensor, w: Dict[str, Tensor], projection: str, norm: str, H: int, eps: float) -> Tensor:
  k = __torch__.rms_norm(__torch__.linear(a, w, projection), w[norm + ".weight"], eps)                     # B S D
  return __torch__.split_heads(k, H).contiguous()                                                          # B H S K

def values(a: Tensor, w: Dict[str, Tensor], projection: str, H: int) -> Tensor:
  return __torch__.split_heads(__torch__.linear(a, w, projection), H).contiguous()                         # B H S K

class Model(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]

  def bind(self: __torch__.Model, w: Dict[str, Tensor]) -> int:
    self.w = w
    return 0

  # Angles of each token's place: the head's width is split into time, height and width. Once a shape.
  def rotary(self: __torch__.Model, f: int, y: int, x: int, K: int) -> Tensor:
    device = self.w["scale_shift_table"].device
    across = 2 * (K // 6)
    parts = annotate(List[Tensor], [])
    sizes = [f, y, x]
    widths = [K - 2 * across, across, across]
    for axis in range(3):
      n = widths[axis]
      j = torch.arange(0, n, 2, device=device).double() / n                                                # n/2
      places = torch.arange(sizes[axis], device=device).double()                                           # size
      angle = torch.outer(places, torch.reciprocal(torch.pow(10000., j)))                                  # size n/2
      view = [1, 1, 1, n // 2]
      view[axis] = sizes[axis]
      parts.append(angle.view(view).expand([f, y, x, n // 2]))                                             # f y x n/2
    angle = torch.cat(parts, 3).reshape([1, f * y * x, 1, K // 2])                                         # 1 L 1 K/2
    return torch.complex(torch.cos(angle).float(), torch.sin(angle).float())                               # 1 L 1 K/2

  # The context of prompts, each with so many rows of padding, and of an image or none. Once a generation.
  def context(self: __torch__.Model, prompts: List[Tensor], padding: List[int], images: List[Tensor], shape: List[int], eps: float) -> Dict[str, Tensor]:
    w = self.w
    p, q, r, H, blocks = shape
    rows = annotate(List[Tensor], [])
    S = 0
    for i in range(torch.len(prompts)):
      rows.append(__torch__.embed_text(prompts[i], padding[i], w))                                         # S D
      S = ops.prim.max(S, rows[i].size(0))
    weighted = False
    padded = annotate(List[Tensor], [])
    for i in range(torch.len(rows)):
      weighted = weighted or padding[i] > 1 or rows[i].size(0) < S
      padded.append(torch.constant_pad_nd(rows[i], [0, 0, 0, S - rows[i].size(0)], 0.))                    # S D
    text = torch.stack(padded)                                                                             # B S D
    context = annotate(Dict[str, Tensor], {})
    if weighted:
      context["mask"] = __torch__.text_mask(rows, padding, S)                                              # B 1 1 S
    for i in range(blocks):
      key = torch.format("blocks.{}.attn2.", i)
      context[key + "text_k"] = __torch__.keys(text, w, key + "to_k", key + "norm_k", H, eps)              # B H S K
      context[key + "text_v"] = __torch__.values(text, w, key + "to_v", H)                                 # B H S K
    for image in images:
      a = __torch__.embed_image(image, w).repeat([torch.len(rows), 1, 1])                                  # B I D
      for i in range(blocks):
        key = torch.format("blocks.{}.attn2.", i)
        context[key + "image_k"] = __torch__.keys(a, w, key + "add_k_proj", key + "norm_added_k", H, eps)  # B H I K
        context[key + "image_v"] = __torch__.values(a, w, key + "add_v_proj", H)                           # B H I K
    return context

  def one_prompt(self: __torch__.Model, context: Dict[str, Tensor], i: int) -> Dict[str, Tensor]:
    one = annotate(Dict[str, Tensor], {})
    for name, part in context.items():
      one[name] = part[i:i + 1].contiguous()
    return one

  def velocity(self: __torch__.Model, x: Tensor, t: Tensor, context: Dict[str, Tensor], rotary: Tensor, shape: List[int], eps: float) -> Tensor:
    w = self.w
    p, q, r, H, blocks = shape
    C, F, Y, X = x.shape
    # 1. Patches become tokens
    patches = w["patch_embedding.weight"]                                                                  # D C p q r
    a = __torch__.patchify(x, p, q, r).to(patches.dtype)                                                   # 1 L C*P
    a = torch.linear(a, patches.flatten(1), w["patch_embedding.bias"])                                     # 1 L D
    # 2. Timesteps become modulation
    s = __torch__.embed_time(t, w, patches.dtype)                                                          # G D
    time = __torch__.linear(torch.silu(s), w, "condition_embedder.time_proj").unflatten(1, [6, -1]).float()  # G 6 D
    # 3. Blocks
    for i in range(blocks):
      a = __torch__.block(a, w, torch.format("blocks.{}.", i), time, context, rotary, H, eps)              # B L D
    # 4. Tokens become patches
    shift, scale = torch.unbind(w["scale_shift_table"] + s.unsqueeze(1), 1)                                # G D each
    a = __torch__.linear(__torch__.modulate(a, shift, scale, eps), w, "proj_out")                          # B L P*O
    return __torch__.unpatchify(a, F // p, Y // q, X // r, p, q, r).float().contiguous()                   # B O F Y X
