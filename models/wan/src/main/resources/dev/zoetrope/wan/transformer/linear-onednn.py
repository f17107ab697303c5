# Linear layers by oneDNN, on CPUs: with bias and activation in one pass, and faster than PyTorch's default on AMD.

def linear(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  return ops.mkldnn._linear_pointwise(a, w[key + ".weight"], w[key + ".bias"], "none", [], "")

def linear_gelu(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  return ops.mkldnn._linear_pointwise(a, w[key + ".weight"], w[key + ".bias"], "gelu", [], "tanh")

