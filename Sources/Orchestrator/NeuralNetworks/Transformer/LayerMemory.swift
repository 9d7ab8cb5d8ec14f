// Activations of a network: taken when it is made, given back with it.

/// Owns the buffers that layers ask for while they are made.
package final class LayerMemory<Scalar: TransformerScalar> {
  private var buffers: [UnsafeMutablePointer<Scalar>] = []

  package init() {}

  deinit {
    for buffer in buffers { buffer.deallocate() }
  }

  /// Room for `count` elements, zeros at first, for as long as this owner lives.
  package func take(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Scalar>.stride, alignment: 64)
    let buffer = bytes.bindMemory(to: Scalar.self, capacity: count)
    buffer.initialize(repeating: 0, count: count)
    buffers.append(buffer)
    return buffer
  }
}
