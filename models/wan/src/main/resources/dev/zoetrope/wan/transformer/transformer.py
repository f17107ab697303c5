# The Wan diffusion transformer. Follows diffusers, transformer_wan.py (WanTransformer3DModel).
#
# B prompts (with and without guidance)   C channels in   O channels out   F latent frames   Y X latent height and width
# f y x the same in patches of p q r      P patch volume p*q*r   L tokens f*y*x   D width   H heads   K head width   S text tokens
# I image tokens   G groups of tokens that share a timestep (1, f or L)   N tokens a group L/G   shape: [p, q, r, H, blocks]

# Root of the mean square over the full width, all heads together. The reciprocal is returned: it is cheaper to apply late.
def reciprocal_rms(a: Tensor, eps: float) -> Tensor:
  n = torch.linalg_vector_norm(a, 2, [-1], True)                                                    # B L 1
  return torch.rsqrt(torch.add(torch.div(torch.mul(n, n), torch.size(a, -1)), eps))                 # B L 1

def rms_norm(a: Tensor, gamma: Tensor, eps: float) -> Tensor:
  b = torch.to(a, 6)                                                                                # B L D
  b = torch.mul(torch.mul(b, __torch__.reciprocal_rms(b, eps)), gamma)                              # B L D
  return torch.to(b, ops.prim.dtype(a))                                                             # B L D

def split_heads(a: Tensor, H: int) -> Tensor:
  return torch.transpose(torch.unflatten(a, -1, [H, -1]), 1, 2)                                     # B H L K

def merge_heads(a: Tensor) -> Tensor:
  return torch.flatten(torch.transpose(a, 1, 2), 2)                                                 # B L D

# RMS norm and rotary position in one: neighbours (2i, 2i+1) of a head are a complex number, turned by the token's angle.
def norm_and_rotate(a: Tensor, gamma: Tensor, rotary: Tensor, H: int, eps: float) -> Tensor:
  b = torch.to(a, 6)                                                                                # B L D
  turn = torch.mul(rotary, torch.unsqueeze(__torch__.reciprocal_rms(b, eps), -1))                   # B L 1 K/2
  b = torch.mul(b, gamma)                                                                           # B L D
  c = torch.view_as_complex(torch.unflatten(b, -1, [H, -1, 2]))                                     # B L H K/2
  b = torch.flatten(torch.view_as_real(torch.mul(c, turn)), -2)                                     # B L H K
  return torch.transpose(torch.to(b, ops.prim.dtype(a)), 1, 2)                                      # B H L K

def attend(q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
  return __torch__.merge_heads(torch.scaled_dot_product_attention(q, k, v, mask))                   # B L D

def self_attention(a: Tensor, w: Dict[str, Tensor], key: str, rotary: Tensor, H: int, eps: float) -> Tensor:
  q = __torch__.norm_and_rotate(__torch__.linear(a, w, key + "to_q"), w[key + "norm_q.weight"], rotary, H, eps)  # B H L K
  k = __torch__.norm_and_rotate(__torch__.linear(a, w, key + "to_k"), w[key + "norm_k.weight"], rotary, H, eps)  # B H L K
  v = __torch__.split_heads(__torch__.linear(a, w, key + "to_v"), H)                                # B H L K
  return __torch__.linear(__torch__.attend(q, k, v, None), w, key + "to_out.0")                     # B L D

# context: mask, then keys and values of each block's text, then of each block's image where there is one.
def cross_attention(a: Tensor, w: Dict[str, Tensor], key: str, context: List[Tensor], block: int, blocks: int, H: int, eps: float) -> Tensor:
  q = __torch__.split_heads(__torch__.rms_norm(__torch__.linear(a, w, key + "to_q"), w[key + "norm_q.weight"], eps), H)  # B H L K
  mask = annotate(Optional[Tensor], None)
  if torch.gt(torch.numel(context[0]), 0):
    mask = context[0]                                                                               # B 1 1 S
  b = __torch__.attend(q, context[1 + 2 * block], context[2 + 2 * block], mask)                     # B L D
  if torch.gt(torch.len(context), 1 + 2 * blocks):
    i = 1 + 2 * blocks + 2 * block
    b = torch.add(b, __torch__.attend(q, context[i], context[i + 1], None))                         # B L D
  return __torch__.linear(b, w, key + "to_out.0")                                                   # B L D

# Long videos go through in slices, so that the widest activations of the network never stand in memory whole.
def feed_forward(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  parts = annotate(List[Tensor], [])
  for part in torch.split(a, 8192, 1):
    b = __torch__.linear_gelu(part, w, key + "net.0.proj")                                          # B l ffn
    torch.append(parts, __torch__.linear(b, w, key + "net.2"))
  if torch.eq(torch.len(parts), 1):
    return parts[0]                                                                                 # B L D
  return torch.cat(parts, 1)                                                                        # B L D

# Layer norm in fp32, then scale and shift of each group of tokens.
def modulate(a: Tensor, shift: Tensor, scale: Tensor, eps: float) -> Tensor:
  D = torch.size(a, -1)
  G = torch.size(shift, 0)
  scale1 = torch.add(scale, 1)                                                                      # G D
  if torch.eq(G, 1):
    b = torch.layer_norm(torch.to(a, 6), [D], torch.flatten(scale1), torch.flatten(shift), eps)     # B L D
  else:
    n = torch.unflatten(torch.layer_norm(torch.to(a, 6), [D], None, None, eps), 1, [G, -1])         # B G N D
    b = torch.flatten(torch.addcmul(torch.unsqueeze(shift, 1), n, torch.unsqueeze(scale1, 1)), 1, 2)  # B L D
  return torch.to(b, ops.prim.dtype(a))                                                             # B L D

# a + b * gate, in fp32.
def add_gated(a: Tensor, b: Tensor, gate: Tensor) -> Tensor:
  G = torch.size(gate, 0)
  s = torch.addcmul(torch.unflatten(torch.to(a, 6), 1, [G, -1]), torch.unflatten(torch.to(b, 6), 1, [G, -1]), torch.unsqueeze(gate, 1))  # B G N D
  return torch.to(torch.flatten(s, 1, 2), ops.prim.dtype(a))                                        # B L D

def block(a: Tensor, w: Dict[str, Tensor], i: int, time: Tensor, context: List[Tensor], rotary: Tensor, shape: List[int], eps: float) -> Tensor:
  key = torch.format("blocks.{}.", i)
  H = shape[3]
  e = torch.add(w[key + "scale_shift_table"], time)                                                 # G 6 D
  shift, scale, gate, ffn_shift, ffn_scale, ffn_gate = torch.unbind(e, 1)                           # G D each
  # 1. Self-attention
  b = __torch__.self_attention(__torch__.modulate(a, shift, scale, eps), w, key + "attn1.", rotary, H, eps)
  a = __torch__.add_gated(a, b, gate)                                                               # B L D
  # 2. Cross-attention: from here on the prompts differ
  B = torch.size(context[1], 0)
  if torch.ne(torch.size(a, 0), B):
    a = torch.repeat(a, [B, 1, 1])                                                                  # B L D
  b = a
  if torch.__contains__(w, key + "norm2.weight"):
    b = torch.to(torch.layer_norm(torch.to(a, 6), [torch.size(a, -1)], w[key + "norm2.weight"], w[key + "norm2.bias"], eps), ops.prim.dtype(a))
  a = torch.add(a, __torch__.cross_attention(b, w, key + "attn2.", context, i, shape[4], H, eps))   # B L D
  # 3. Feed-forward
  b = __torch__.feed_forward(__torch__.modulate(a, ffn_shift, ffn_scale, eps), w, key + "ffn.")     # B L D
  return __torch__.add_gated(a, b, ffn_gate)                                                        # B L D

# Sine and cosine features of timesteps 0..1000, [cos, sin].
def sinusoid(t: Tensor, n: int) -> Tensor:
  j = torch.arange(n // 2, dtype=6, device=ops.prim.device(t))
  angle = torch.mul(torch.unsqueeze(t, 1), torch.exp(torch.mul(j, -9.210340371976184 / (n // 2))))  # G n/2
  return torch.cat([torch.cos(angle), torch.sin(angle)], 1)                                         # G n

def patchify(x: Tensor, p: int, q: int, r: int) -> Tensor:
  C, F, Y, X = torch.size(x)
  x = torch.reshape(x, [C, F // p, p, Y // q, q, X // r, r])
  return torch.reshape(torch.permute(x, [1, 3, 5, 0, 2, 4, 6]), [1, -1, C * p * q * r])             # 1 L C*P

def unpatchify(a: Tensor, f: int, y: int, x: int, p: int, q: int, r: int) -> Tensor:
  B = torch.size(a, 0)
  a = torch.permute(torch.reshape(a, [B, f, y, x, p, q, r, -1]), [0, 7, 1, 4, 2, 5, 3, 6])
  return torch.reshape(a, [B, torch.size(a, 1), f * p, y * q, x * r])                               # B O F Y X

def velocities(x: Tensor, t: Tensor, w: Dict[str, Tensor], context: List[Tensor], rotary: Tensor, shape: List[int], eps: float) -> Tensor:
  p, q, r, H, blocks = shape
  patches = w["patch_embedding.weight"]
  dtype = ops.prim.dtype(patches)
  # 1. Patches become tokens
  a = torch.linear(torch.to(__torch__.patchify(x, p, q, r), dtype), torch.flatten(patches, 1), w["patch_embedding.bias"])  # 1 L D
  # 2. Timesteps become modulation
  te = "condition_embedder.time_embedder."
  s = __torch__.sinusoid(t, torch.size(w[te + "linear_1.weight"], 1))                               # G freq
  s = torch.to(__torch__.linear(torch.silu(__torch__.linear(s, w, te + "linear_1")), w, te + "linear_2"), dtype)  # G D
  time = torch.to(torch.unflatten(__torch__.linear(torch.silu(s), w, "condition_embedder.time_proj"), 1, [6, -1]), 6)  # G 6 D
  # 3. Blocks
  for i in range(blocks):
    a = __torch__.block(a, w, i, time, context, rotary, shape, eps)                                 # B L D
  # 4. Tokens become patches
  shift, scale = torch.unbind(torch.add(w["scale_shift_table"], torch.unsqueeze(s, 1)), 1)          # G D each
  a = __torch__.linear(__torch__.modulate(a, shift, scale, eps), w, "proj_out")                     # B L P*O
  C, F, Y, X = torch.size(x)
  return torch.to(__torch__.unpatchify(a, F // p, Y // q, X // r, p, q, r), 6)                      # B O F Y X

# One prompt's tokens, and in place of its n rows of padding (zeros, which the embedder turns into one constant) a single null token.
def embed_text(prompt: Tensor, n: int, w: Dict[str, Tensor]) -> Tensor:
  if torch.gt(n, 0):
    prompt = torch.cat([prompt, torch.zeros([1, torch.size(prompt, 1)], dtype=ops.prim.dtype(prompt), device=ops.prim.device(prompt))])
  te = "condition_embedder.text_embedder."
  prompt = torch.to(prompt, ops.prim.dtype(w[te + "linear_1.weight"]))
  return __torch__.linear(__torch__.linear_gelu(prompt, w, te + "linear_1"), w, te + "linear_2")  # S D

def embed_image(image: Tensor, w: Dict[str, Tensor]) -> Tensor:
  ie = "condition_embedder.image_embedder."
  a = torch.to(image, 6)                                                                            # I E
  if torch.__contains__(w, ie + "pos_embed"):
    a = torch.add(a, torch.squeeze(w[ie + "pos_embed"], 0))
  a = torch.layer_norm(a, [torch.size(a, -1)], w[ie + "norm1.weight"], w[ie + "norm1.bias"], 1.0000000000000001e-05)
  a = torch.to(a, ops.prim.dtype(w[ie + "ff.net.0.proj.weight"]))
  a = __torch__.linear(torch.gelu(__torch__.linear(a, w, ie + "ff.net.0.proj")), w, ie + "ff.net.2")
  b = torch.layer_norm(torch.to(a, 6), [torch.size(a, -1)], w[ie + "norm2.weight"], w[ie + "norm2.bias"], 1.0000000000000001e-05)
  return torch.unsqueeze(torch.to(b, ops.prim.dtype(a)), 0)                                         # 1 I D

class Model(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]

  def bind(self: __torch__.Model, w: Dict[str, Tensor]) -> int:
    self.w = w
    return 0

  # Angles of each token's place: the head's width is split into time, height and width. Once a shape.
  def rotary(self: __torch__.Model, like: Tensor, f: int, y: int, x: int, K: int) -> Tensor:
    across = 2 * (K // 6)
    parts = annotate(List[Tensor], [])
    sizes = [f, y, x]
    widths = [K - 2 * across, across, across]
    for axis in range(3):
      n = widths[axis]
      j = torch.div(torch.arange(0, n, 2, dtype=7, device=ops.prim.device(like)), n)
      angle = torch.outer(torch.arange(sizes[axis], dtype=7, device=ops.prim.device(like)), torch.reciprocal(torch.pow(10000., j)))
      view = [1, 1, 1, n // 2]
      view[axis] = sizes[axis]
      torch.append(parts, torch.expand(torch.view(angle, view), [f, y, x, n // 2]))
    angle = torch.reshape(torch.cat(parts, 3), [1, f * y * x, 1, K // 2])
    return torch.complex(torch.to(torch.cos(angle), 6), torch.to(torch.sin(angle), 6))              # 1 L 1 K/2

  # What cross-attention needs of prompts and image: keys and values of each block. Once a generation.
  def context(self: __torch__.Model, prompts: List[Tensor], padding: List[int], images: List[Tensor], shape: List[int], eps: float) -> List[Tensor]:
    p, q, r, H, blocks = shape
    w = self.w
    longest = 0
    weighted = False
    rows = annotate(List[Tensor], [])
    for i in range(torch.len(prompts)):
      torch.append(rows, __torch__.embed_text(prompts[i], padding[i], w))
      weighted = torch.__or__(weighted, torch.gt(padding[i], 1))
    for row in rows:
      weighted = torch.__or__(weighted, torch.ne(torch.size(row, 0), torch.size(rows[0], 0)))
      longest = ops.prim.max(longest, torch.size(row, 0))
    mask = torch.full([torch.len(rows), 1, 1, longest], -float("inf"), dtype=ops.prim.dtype(rows[0]), device=ops.prim.device(rows[0]))
    padded = annotate(List[Tensor], [])
    for i in range(torch.len(rows)):
      S = torch.size(rows[i], 0)
      torch.fill_(torch.slice(torch.select(mask, 0, i), 2, 0, S), 0)
      if torch.gt(padding[i], 0):
        torch.fill_(torch.select(torch.select(mask, 0, i), 2, S - 1), torch.log(padding[i]))
      torch.append(padded, torch.constant_pad_nd(rows[i], [0, 0, 0, longest - S]))
    if torch.__not__(weighted):
      mask = torch.empty([0])
    text = torch.stack(padded)                                                                      # B S D
    out = [mask]
    for i in range(blocks):
      key = torch.format("blocks.{}.attn2.", i)
      k = __torch__.rms_norm(__torch__.linear(text, w, key + "to_k"), w[key + "norm_k.weight"], eps)  # B S D
      torch.append(out, torch.contiguous(__torch__.split_heads(k, H)))                              # B H S K
      torch.append(out, torch.contiguous(__torch__.split_heads(__torch__.linear(text, w, key + "to_v"), H)))  # B H S K
    for image in images:
      a = torch.repeat(__torch__.embed_image(image, w), [torch.len(rows), 1, 1])                    # B I D
      for i in range(blocks):
        key = torch.format("blocks.{}.attn2.", i)
        k = __torch__.rms_norm(__torch__.linear(a, w, key + "add_k_proj"), w[key + "norm_added_k.weight"], eps)  # B I D
        torch.append(out, torch.contiguous(__torch__.split_heads(k, H)))                            # B H I K
        torch.append(out, torch.contiguous(__torch__.split_heads(__torch__.linear(a, w, key + "add_v_proj"), H)))  # B H I K
    return out

  def one_prompt(self: __torch__.Model, context: List[Tensor], i: int) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    for part in context:
      if torch.gt(torch.numel(part), 0):
        torch.append(out, torch.contiguous(torch.narrow(part, 0, i, 1)))
      else:
        torch.append(out, part)
    return out

  def velocity(self: __torch__.Model, x: Tensor, t: Tensor, context: List[Tensor], rotary: Tensor, shape: List[int], eps: float) -> Tensor:
    return torch.contiguous(__torch__.velocities(x, t, self.w, context, rotary, shape, eps))        # B O F Y X

  # Classifier-free guidance; the context's first prompt is the wanted one, its second the unwanted.
  def guided(self: __torch__.Model, x: Tensor, t: Tensor, context: List[Tensor], rotary: Tensor, guidance: float, shape: List[int], eps: float) -> Tensor:
    wanted, unwanted = torch.unbind(__torch__.velocities(x, t, self.w, context, rotary, shape, eps))
    return torch.contiguous(torch.add(unwanted, torch.mul(torch.sub(wanted, unwanted), guidance)))  # O F Y X
