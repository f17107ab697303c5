# Linear layers by PyTorch's default.

def linear(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  return torch.linear(a, w[key + ".weight"], w[key + ".bias"])

def linear_gelu(a: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  return torch.gelu_(__torch__.linear(a, w, key), approximate="tanh")

