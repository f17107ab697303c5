# The causal video autoencoder of Wan 2.1 and 2.2.   Follows diffusers 0.40, autoencoder_kl_wan.py.
#
# T frames  H height  W width  C channels (O those of a result)  K latent frames  P edge of a patch.
# Tensors lie as T H W C: normalisation runs along memory, and a convolution sees them as channels_last without a copy.
#
# A video comes in slices of any length. "state" keeps what each layer must remember of the slices before, by the layer's name: the
# last inputs of its convolution in time. A layer without a memory is at the first frame, where zeros stand for the past.

# PyTorch's numbers of types and of layouts in memory.
def uint8() -> int:
  return 0

def float32() -> int:
  return 6

def channels_last() -> int:
  return 2

def channels_last_3d() -> int:
  return 3

# ---- convolutions

def convolution(x: Tensor, weight: Tensor, bias: Tensor, padding: List[int], stride: List[int]) -> Tensor:
  dilation = annotate(List[int], [1, 1, 1])
  if torch.len(padding) == 2:
    dilation = annotate(List[int], [1, 1])
  # Asked by its usual name, the library would take a slow kernel for a batch of one video with few channels.
  if x.is_cuda:
    return torch.convolution(x, weight, bias, stride, padding, dilation, False, annotate(List[int], [0] * torch.len(padding)), 1)
  return torch.mkldnn_convolution(x, weight, bias, padding, stride, dilation, 1)

def in_space(x: Tensor, weight: Tensor, bias: Tensor, padding: int, stride: int) -> Tensor:
  y = __torch__.convolution(x.permute([0, 3, 1, 2]), weight, bias, [padding, padding], [stride, stride])
  return y.permute([0, 2, 3, 1]).contiguous()                                                              # T H W O

def in_spacetime(x: Tensor, w: Dict[str, Tensor], p: str, padding: int, stride: int) -> Tensor:
  y = __torch__.convolution(x.permute([3, 0, 1, 2]).unsqueeze(0), w[p + ".weight"], w[p + ".bias"], [0, padding, padding], [stride, 1, 1])
  return y.squeeze(0).permute([1, 2, 3, 0]).contiguous()                                                   # T H W O

def pointwise(x: Tensor, w: Dict[str, Tensor], p: str) -> Tensor:
  return torch.linear(x, w[p + ".weight"].flatten(1), w[p + ".bias"])

# ---- normalisation and memory

def normalised(x: Tensor, w: Dict[str, Tensor], p: str, y: Tensor) -> Tensor:
  length = torch.linalg_vector_norm(x, 2., [-1], True, dtype=__torch__.float32()).clamp_min_(1e-12)                           # T H W 1
  torch.div(x, length, out=y)
  return y.mul_(w[p + ".scale"])

def remembering(x: Tensor, state: Dict[str, Tensor], p: str) -> Tensor:
  if p in state:
    y = torch.cat([state[p], x], 0)
  else:
    y = torch.constant_pad_nd(x, [0, 0, 0, 0, 0, 0, 2, 0], 0.)
  state[p] = y[-2:].clone()
  return y                                                                                                 # 2+T H W C

# normalised, SiLU, remembering: in one buffer
def activated(x: Tensor, w: Dict[str, Tensor], norm: str, state: Dict[str, Tensor], conv: str) -> Tensor:
  T, H, W, C = x.shape
  y = torch.empty([T + 2, H, W, C], dtype=x.dtype, device=x.device)
  if conv in state:
    y[:2].copy_(state[conv])
  else:
    y[:2].zero_()
  torch.silu_(__torch__.normalised(x, w, norm, y[2:]))
  state[conv] = y[-2:].clone()
  return y                                                                                                 # 2+T H W C

# ---- blocks

def resnet(x: Tensor, w: Dict[str, Tensor], p: str, state: Dict[str, Tensor]) -> Tensor:
  y = __torch__.activated(x, w, p + ".norm1", state, p + ".conv1")                                         # 2+T H W C
  y = __torch__.in_spacetime(y, w, p + ".conv1", 1, 1)                                                     # T H W O
  y = __torch__.activated(y, w, p + ".norm2", state, p + ".conv2")                                         # 2+T H W O
  y = __torch__.in_spacetime(y, w, p + ".conv2", 1, 1)                                                     # T H W O
  if (p + ".conv_shortcut.weight") in w:
    return y.add_(__torch__.pointwise(x, w, p + ".conv_shortcut"))
  return y.add_(x)

def attention(x: Tensor, w: Dict[str, Tensor], p: str) -> Tensor:
  T, H, W, C = x.shape
  y = __torch__.normalised(x, w, p + ".norm", torch.empty_like(x)).view([T, 1, H * W, C])                  # T 1 HW C
  q, k, v = torch.chunk(__torch__.pointwise(y, w, p + ".to_qkv"), 3, -1)                                   # T 1 HW C
  y = torch.scaled_dot_product_attention(q, k, v).view([T, H, W, C])                                       # T H W C
  return __torch__.pointwise(y, w, p + ".proj").add_(x)

def middle(x: Tensor, w: Dict[str, Tensor], p: str, state: Dict[str, Tensor]) -> Tensor:
  y = __torch__.resnet(x, w, p + ".resnets.0", state)
  y = __torch__.attention(y, w, p + ".attentions.0")
  return __torch__.resnet(y, w, p + ".resnets.1", state)                                                   # T H W C

# ---- down

def halved(x: Tensor, w: Dict[str, Tensor], p: str, state: Dict[str, Tensor]) -> Tensor:
  y = torch.constant_pad_nd(x, [0, 0, 0, 1, 0, 1], 0.)                                                     # T H+1 W+1 C
  y = __torch__.in_space(y, w[p + ".resample.1.weight"], w[p + ".resample.1.bias"], 0, 2)                  # T H/2 W/2 C
  conv = p + ".time_conv"
  if (conv + ".weight") in w:
    if conv in state:
      z = torch.cat([state[conv], y], 0)
      state[conv] = z[-1:].clone()
      return __torch__.in_spacetime(z, w, conv, 0, 2)                                                      # T/2 H/2 W/2 C
    state[conv] = y[-1:].clone()
    if y.size(0) > 1:
      # The first frame passes as it is.
      return torch.cat([y[:1], __torch__.in_spacetime(y, w, conv, 0, 2)], 0)                               # (T+1)/2 H/2 W/2 C
  return y

# Means of t s s pixels of one or more channels.
def averaged(x: Tensor, O: int, t: int, s: int) -> Tensor:
  if x.size(0) % t > 0:
    x = torch.constant_pad_nd(x, [0, 0, 0, 0, 0, 0, t - x.size(0) % t, 0], 0.)
  T, H, W, C = x.shape
  y = x.view([T // t, t, H // s, s, W // s, s, C]).permute([0, 2, 4, 6, 1, 3, 5])                          # T/t H/s W/s C t s s
  return y.reshape([T // t, H // s, W // s, O, C * t * s * s // O]).mean([-1])                             # T/t H/s W/s O

def residual_down_block(x: Tensor, w: Dict[str, Tensor], p: str, state: Dict[str, Tensor]) -> Tensor:
  y = x
  i = 0
  while (p + ".resnets." + str(i) + ".conv1.weight") in w:
    y = __torch__.resnet(y, w, p + ".resnets." + str(i), state)                                            # T H W O
    i = i + 1
  O = y.size(3)
  t = 1
  s = 1
  if (p + ".downsampler.resample.1.weight") in w:
    s = 2
    if (p + ".downsampler.time_conv.weight") in w:
      t = 2
    y = __torch__.halved(y, w, p + ".downsampler", state)                                                  # T/t H/s W/s O
  return torch.add(y, __torch__.averaged(x, O, t, s))

def down_block(x: Tensor, w: Dict[str, Tensor], p: str, state: Dict[str, Tensor]) -> Tensor:
  if (p + ".resnets.0.conv1.weight") in w:
    return __torch__.residual_down_block(x, w, p, state)
  if (p + ".conv1.weight") in w:
    return __torch__.resnet(x, w, p, state)
  return __torch__.halved(x, w, p, state)

# ---- up

def doubled_in_time(x: Tensor, w: Dict[str, Tensor], conv: str, state: Dict[str, Tensor]) -> Tensor:
  T, H, W, C = x.shape
  # The first frame passes as it is, and later ones do not see it.
  passed = 1
  if conv in state:
    passed = 0
  else:
    state[conv] = torch.zeros([2, H, W, C], dtype=x.dtype, device=x.device)
  if T == passed:
    return x
  y = __torch__.in_spacetime(__torch__.remembering(x[passed:], state, conv), w, conv, 0, 1)                # T-1 H W 2C
  y = y.view([T - passed, H, W, 2, C]).permute([0, 3, 1, 2, 4]).reshape([2 * (T - passed), H, W, C])       # 2T-2 H W C
  if passed == 1:
    return torch.cat([x[:1], y], 0)                                                                        # 2T-1 H W C
  return y

# Nearest neighbours, then 3x3: each of the four pixels that come of one sees 2x2 of the old pixels, so a convolution of the old
# picture with summed weights ("phases") makes all four at 16/36 of the work.
def doubled_in_space(x: Tensor, w: Dict[str, Tensor], p: str) -> Tensor:
  T, H, W, C = x.shape
  y = __torch__.in_space(x, w[p + ".phases"], w[p + ".phase_bias"], 1, 1)                                  # T H+1 W+1 4O
  O = y.size(3) // 4
  y = y.view([T, H + 1, W + 1, 2, 2, O])
  z = torch.empty([T, H, 2, W, 2, O], dtype=x.dtype, device=x.device)
  for i in range(2):
    for j in range(2):
      z[:, :, i, :, j].copy_(y[:, i:H + i, j:W + j, i, j])
  return z.view([T, 2 * H, 2 * W, O])                                                                      # T 2H 2W O

def doubled(x: Tensor, w: Dict[str, Tensor], p: str, state: Dict[str, Tensor]) -> Tensor:
  if (p + ".time_conv.weight") in w:
    x = __torch__.doubled_in_time(x, w, p + ".time_conv", state)
  return __torch__.doubled_in_space(x, w, p + ".resample.1")                                               # 2T 2H 2W O

# Each channel spread over t 2 2 pixels of one or more channels; the very first frame comes once.
def duplicated(x: Tensor, O: int, t: int, first: bool) -> Tensor:
  T, H, W, C = x.shape
  y = x.repeat_interleave(O * t * 4 // C, 3).view([T, H, W, O, t, 2, 2])
  y = y.permute([0, 4, 1, 5, 2, 6, 3]).reshape([T * t, H * 2, W * 2, O])                                   # tT 2H 2W O
  if first:
    return y[t - 1:]
  return y

def up_block(x: Tensor, w: Dict[str, Tensor], p: str, state: Dict[str, Tensor]) -> Tensor:
  first = not ((p + ".resnets.0.conv1") in state)
  y = x
  i = 0
  while (p + ".resnets." + str(i) + ".conv1.weight") in w:
    y = __torch__.resnet(y, w, p + ".resnets." + str(i), state)                                            # T H W O
    i = i + 1
  if (p + ".upsamplers.0.resample.1.weight") in w:
    y = __torch__.doubled(y, w, p + ".upsamplers.0", state)                                                # 2T 2H 2W O/2
  if (p + ".upsampler.resample.1.weight") in w:
    t = 1
    if (p + ".upsampler.time_conv.weight") in w:
      t = 2
    y = __torch__.doubled(y, w, p + ".upsampler", state)                                                   # 2T 2H 2W O
    y.add_(__torch__.duplicated(x, y.size(3), t, first))
  return y

# ---- weights

def phases(weight: Tensor) -> Tensor:
  w = weight.float()
  a, b, c = torch.unbind(w, 2)
  w = torch.stack([torch.stack([a, b + c], 2), torch.stack([a + b, c], 2)], 0)                             # 2 O C 2 3
  a, b, c = torch.unbind(w, 4)
  w = torch.stack([torch.stack([a, b + c], 4), torch.stack([a + b, c], 4)], 1)                             # 2 2 O C 2 2
  return w.flatten(0, 2).to(weight.dtype)                                                                  # 4O C 2 2

# A convolution wants its weight in the layout of its input, or rearranges it in each call. On the CPU that is lost in the work of large
# ones, which stay in the file's map.
def laid_out(weight: Tensor) -> Tensor:
  if weight.is_cuda or weight.numel() < 1048576:
    if weight.dim() == 5:
      return weight.contiguous(memory_format=__torch__.channels_last_3d())
    if weight.dim() == 4:
      return weight.contiguous(memory_format=__torch__.channels_last())
  return weight

class Model(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]

  def bind(self: __torch__.Model, weights: Dict[str, Tensor], mean: List[float], deviation: List[float]) -> int:
    w = annotate(Dict[str, Tensor], {})
    for k, v in weights.items():
      w[k] = __torch__.laid_out(v)
      if k.endswith(".gamma"):
        w[k[:-5] + "scale"] = (v.flatten().float() * torch.len(v) ** 0.5).to(v.dtype)
      if k.startswith("decoder.") and k.endswith(".resample.1.weight"):
        w[k[:-6] + "phases"] = __torch__.laid_out(__torch__.phases(v))
        w[k[:-6] + "phase_bias"] = weights[k[:-6] + "bias"].repeat([4])
    some = weights["decoder.conv_in.bias"]
    w["mean"] = torch.tensor(mean, dtype=__torch__.float32(), device=some.device)
    w["deviation"] = torch.tensor(deviation, dtype=__torch__.float32(), device=some.device)
    self.w = w
    return 0

  # Emptied rather than empty: a literal would be folded into a constant that all calls share.
  def memory(self: __torch__.Model) -> Dict[str, Tensor]:
    state = annotate(Dict[str, Tensor], {})
    state["nothing"] = self.w["mean"]
    state.clear()
    return state

  # ---- decoding, in stages: latents, each up block, pixels

  def latents(self: __torch__.Model, z: Tensor, begin: int, end: int, state: Dict[str, Tensor], top: int, left: int, H: int, W: int) -> Tensor:
    w = self.w
    x = z[:, begin:end, top:top + H, left:left + W].permute([1, 2, 3, 0])                                  # K H W C
    x = (x * w["deviation"] + w["mean"]).to(w["decoder.conv_in.bias"].dtype)
    x = __torch__.pointwise(x, w, "post_quant_conv")
    x = __torch__.in_spacetime(__torch__.remembering(x, state, "decoder.conv_in"), w, "decoder.conv_in", 1, 1)
    return __torch__.middle(x, w, "decoder.mid_block", state)                                              # K H W O

  def up(self: __torch__.Model, x: Tensor, begin: int, end: int, state: Dict[str, Tensor], block: int) -> Tensor:
    return __torch__.up_block(x[begin:end], self.w, "decoder.up_blocks." + str(block), state)              # T H W O

  def pixels(self: __torch__.Model, x: Tensor, begin: int, end: int, state: Dict[str, Tensor], P: int) -> Tensor:
    y = __torch__.activated(x[begin:end], self.w, "decoder.norm_out", state, "decoder.conv_out")
    y = __torch__.in_spacetime(y, self.w, "decoder.conv_out", 1, 1).float()                                # T H W CPP
    T, H, W, CPP = y.shape
    C = CPP // (P * P)
    y = y.view([T, H, W, C, P, P]).permute([0, 1, 5, 2, 4, 3]).reshape([T, H * P, W * P, C])               # T HP WP C
    return y.clamp_(-1., 1.)

  def colours(self: __torch__.Model, x: Tensor) -> Tensor:
    return torch.to((x / 2 + 0.5).clamp_(0., 1.).mul_(255).round_(), __torch__.uint8())                       # T H W C

  # ---- encoding

  def joined(self: __torch__.Model, pieces: List[Tensor]) -> Tensor:
    floats = annotate(List[Tensor], [])
    for x in pieces:
      if x.dtype == __torch__.uint8():
        x = x.float().div_(255).mul_(2).sub_(1)
      floats.append(x)
    return torch.cat(floats, 0)                                                                            # T H W C

  def encode(self: __torch__.Model, pixels: Tensor, state: Dict[str, Tensor], P: int, top: int, left: int, height: int, width: int) -> Tensor:
    w = self.w
    x = pixels[:, top:top + height, left:left + width].to(w["encoder.conv_in.bias"].dtype)
    T = x.size(0)
    C = x.size(3)
    H = height // P
    W = width // P
    x = x.reshape([T, H, P, W, P, C]).permute([0, 1, 3, 5, 4, 2]).reshape([T, H, W, C * P * P])            # T H W CPP
    x = __torch__.in_spacetime(__torch__.remembering(x, state, "encoder.conv_in"), w, "encoder.conv_in", 1, 1)
    i = 0
    p = "encoder.down_blocks.0"
    while (p + ".conv1.weight") in w or (p + ".resample.1.weight") in w or (p + ".resnets.0.conv1.weight") in w:
      x = __torch__.down_block(x, w, p, state)
      i = i + 1
      p = "encoder.down_blocks." + str(i)
    x = __torch__.middle(x, w, "encoder.mid_block", state)                                                 # K H W O
    x = __torch__.activated(x, w, "encoder.norm_out", state, "encoder.conv_out")
    x = __torch__.in_spacetime(x, w, "encoder.conv_out", 1, 1)                                             # K H W 2C
    mean, spread = torch.chunk(__torch__.pointwise(x, w, "quant_conv"), 2, -1)                             # K H W C
    return (mean.float() - w["mean"]) * (1 / w["deviation"])                                               # K H W C

  # ---- putting tiles and slices together

  def canvas(self: __torch__.Model, T: int, H: int, W: int, C: int) -> Tensor:
    return torch.zeros([T, H, W, C], dtype=__torch__.float32(), device=self.w["mean"].device)

  def paint(self: __torch__.Model, canvas: Tensor, x: Tensor, begin: int, top: int, left: int, rows: Tensor, columns: Tensor) -> int:
    T, H, W, C = x.shape
    canvas[begin:begin + T, top:top + H, left:left + W].addcmul_(x, rows.view([H, 1, 1]) * columns.view([W, 1]))
    return T

  def stacked(self: __torch__.Model, slices: List[Tensor]) -> Tensor:
    return torch.cat(slices, 0).permute([3, 0, 1, 2]).contiguous()                                         # C K H W
