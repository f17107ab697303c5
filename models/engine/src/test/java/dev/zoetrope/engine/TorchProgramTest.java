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

    @Test
    void what_a_program_keeps_outlives_the_memory_it_came_from() {
        // Given
        String source = """
                class Model(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  w : Dict[str, Tensor]
                  def keep(self: __torch__.Model, x: Tensor) -> int:
                    self.w["kept"] = x
                    return 0
                  def kept(self: __torch__.Model) -> Tensor:
                    return self.w["kept"]
                """;
        HostTensor given = HostTensor.ofFloats(new float[4_000_000], 4_000_000);
        try (TorchProgram program = TorchProgram.load(torch, "test", source)) {
            try (TensorScope scope = torch.scope()) {
                program.run(scope, "keep", scope.tensor(given));
            }
            // When: the memory that carried it over is freed and used again
            System.gc();
            for (int i = 0; i < 20; i++) {
                java.nio.ByteBuffer.allocateDirect(16_000_000).putInt(0, -1);
            }
            // Then
            try (TensorScope scope = torch.scope()) {
                assertThat(scope.read(program.run(scope, "kept"))).isEqualTo(given);
            }
        }
    }
}
