// A fixed number of kernels side by side, each owning its buffers.

/// A fixed array of values that cannot be copied, made once and updated in place.
struct KernelArray<Kernel: ~Copyable>: ~Copyable {
  /// Number of kernels.
  let count: Int
  private let kernels: UnsafeMutablePointer<Kernel>

  /// Makes `count` kernels, in order of index.
  init(count: Int, _ make: (Int) -> Kernel) {
    self.count = count
    kernels = .allocate(capacity: count)
    for index in 0..<count { (kernels + index).initialize(to: make(index)) }
  }

  deinit {
    kernels.deinitialize(count: count)
    kernels.deallocate()
  }

  /// Calls `body` with each kernel.
  @inline(__always) func forEach(_ body: (inout Kernel) -> Void) {
    for index in 0..<count { body(&kernels[index]) }
  }

  /// What `body` reads from the kernel at `index`.
  @inline(__always) func read<Value>(_ index: Int, _ body: (borrowing Kernel) -> Value) -> Value {
    precondition(index >= 0 && index < count, "no such kernel")
    return body(kernels[index])
  }
}
