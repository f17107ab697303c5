package dev.zoetrope.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.tensors.HostTensor;
import org.junit.jupiter.api.Test;

class TorchProgramTest {
    private final Torch torch = Torch.open(EngineSettings.DEFAULT);

    @Test
    void a_program_computes_with_tensors_of_the_host() {
        // Given
        String source = """
                class Model(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  w : Dict[str, Tensor]
                  def double(self: __torch__.Model, x: Tensor) -> Tensor:
                    return torch.mul(x, 2)
                """;
        try (TorchProgram program = TorchProgram.load(torch, "test", source);
                TensorScope scope = torch.scope()) {
            // When
            IValue y = program.run(scope, "double", scope.tensor(HostTensor.ofFloats(new float[] {1, 2, 3}, 3, 1)));
            // Then
            assertThat(scope.read(y)).isEqualTo(HostTensor.ofFloats(new float[] {2, 4, 6}, 3, 1));
        }
    }

    @Test
    void a_program_that_does_not_compile_is_an_error_with_its_place() {
        // When, Then
        assertThatThrownBy(() -> TorchProgram.load(torch, "broken", "class Model(Module):\n  def f(self) -> Tensr:\n"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("broken");
    }

    @Test
    void an_error_inside_a_program_is_an_exception() {
        // Given
        String source = """
                class Model(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  w : Dict[str, Tensor]
                  def f(self: __torch__.Model, x: Tensor) -> Tensor:
                    return torch.matmul(x, x)
                """;
        try (TorchProgram program = TorchProgram.load(torch, "test", source);
                TensorScope scope = torch.scope()) {
            IValue x = scope.tensor(HostTensor.ofFloats(new float[6], 2, 3));
            // When, Then
            assertThatThrownBy(() -> program.run(scope, "f", x))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("test.f");
        }
    }
}
