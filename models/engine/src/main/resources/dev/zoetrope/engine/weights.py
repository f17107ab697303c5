# Weights of a safetensors file as views of its memory map.
class Model(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  def empty(self: __torch__.Model) -> Dict[str, Tensor]:
    return annotate(Dict[str, Tensor], {})
  def map(self: __torch__.Model, path: str, dtype: int, elements: int) -> Tensor:
    return torch.from_file(path, False, elements, dtype=dtype)
  def put(self: __torch__.Model, weights: Dict[str, Tensor], name: str, x: Tensor, dtype: int, device: str) -> int:
    weights[name] = torch.to(x, torch.device(device), dtype)
    return 0
  def slice(self: __torch__.Model, weights: Dict[str, Tensor], name: str, file: Tensor, offset: int, shape: List[int], dtype: int, device: str) -> int:
    stride = annotate(List[int], [])
    n = 1
    for i in range(torch.len(shape)):
      stride.insert(0, n)
      n = n * shape[torch.len(shape) - 1 - i]
    x = torch.as_strided(file, shape, stride, offset)
    weights[name] = torch.to(x, torch.device(device), dtype)
    return 0
