// A batch cut into chunks, over a few threads.

import Dispatch

/// Replicas of a network, one a chunk, whose gradients are summed in the order of the chunks.
///
/// A chunk is ``SequenceNetwork/maximumRows`` windows. Which thread works on which chunk changes nothing of any chunk's
/// result, and the sum does not depend on who was ready first: so one worker and eight give the same bytes.
final class ChunkWorkers<Network: SequenceNetwork> where Network.Scalar == Float {
  private let network: Network
  private let loss: SequenceLoss
  private let workers: Int
  private let replicas: [Network]
  private let buffers: [ChunkBuffer]
  private let chunk: Int

  /// Room for `batch` windows.
  init(_ network: Network, loss: SequenceLoss, batch: Int, workers: Int) {
    self.network = network
    self.loss = loss
    self.workers = max(1, workers)
    chunk = network.maximumRows
    let count = (batch + chunk - 1) / chunk
    replicas = (0..<count).map { _ in network.replica() }
    buffers = (0..<count).map { _ in
      ChunkBuffer(rows: network.maximumRows, window: network.steps * network.inputs, targets: loss.targets)
    }
  }

  /// Windows that one call takes at most.
  var capacity: Int { replicas.count * chunk }

  /// The loss over the windows at `positions`, at most ``capacity``; with `key`, the network's gradients are set to
  /// the loss's.
  ///
  /// - Parameter totals: Of the whole batch, or of the whole set of which this is a part.
  func run(
    _ samples: SequenceSamples, _ positions: ArraySlice<Int32>, scaling: Standardisation, totals: [Double],
    key: DropoutKey?
  ) -> Double {
    precondition(positions.count <= capacity, "more windows than there is room for")
    let chunks = (positions.count + chunk - 1) / chunk
    let threads = min(workers, chunks)
    // Each chunk is touched by one thread only, and the call waits for all of them.
    nonisolated(unsafe) let share = { (worker: Int) in
      for index in stride(from: worker, to: chunks, by: threads) {
        self.work(index, samples, positions, scaling: scaling, totals: totals, key: key)
      }
    }
    if threads > 1 {
      DispatchQueue.concurrentPerform(iterations: threads) { share($0) }
    } else if threads == 1 {
      share(0)
    }
    var sum = 0.0
    for index in 0..<chunks { sum += buffers[index].loss }
    if key != nil { addGradients(chunks) }
    return sum
  }

  private func work(
    _ index: Int, _ samples: SequenceSamples, _ positions: ArraySlice<Int32>, scaling: Standardisation,
    totals: [Double], key: DropoutKey?
  ) {
    let (replica, buffer) = (replicas[index], buffers[index])
    let first = positions.startIndex + index * chunk
    let rows = min(chunk, positions.endIndex - first)
    let window = replica.steps * replica.inputs
    for row in 0..<rows {
      let position = Int(positions[first + row])
      buffer.missing[row] = Int32(
        samples.gather(position, steps: replica.steps, scaling, into: buffer.x + row * window))
      (buffer.targets + row * loss.targets).update(
        from: samples.targets + position * loss.targets, count: loss.targets)
      buffer.weights[row] = samples.weights?[position] ?? 1
    }
    let chunkKey = key.map { DropoutKey(seed: $0.seed, step: $0.step, firstRow: UInt64(index * chunk)) }
    let outputs = replica.forward(buffer.x, rows: rows, missing: buffer.missing, dropout: chunkKey)
    buffer.loss = loss.evaluate(
      outputs: outputs, targets: buffer.targets, weights: buffer.weights, totals: totals,
      gradient: replica.outputGradient, rows: rows)
    guard key != nil else { return }
    replica.arena.clearGradients()
    replica.backward(buffer.x, rows: rows)
  }

  private func addGradients(_ chunks: Int) {
    let (sum, count) = (network.arena.gradients, network.arena.layout.count)
    sum.update(from: replicas[0].arena.gradients, count: count)
    for index in 1..<max(1, chunks) {
      let part = replicas[index].arena.gradients
      for weight in 0..<count { sum[weight] += part[weight] }
    }
  }
}

/// What one chunk reads, and its loss.
final class ChunkBuffer {
  /// (rows, T, I).
  let x: UnsafeMutablePointer<Float>
  /// (rows, K).
  let targets: UnsafeMutablePointer<Float>
  /// (rows).
  let weights: UnsafeMutablePointer<Float>
  /// (rows) steps that each window lacks.
  let missing: UnsafeMutablePointer<Int32>
  var loss = 0.0

  init(rows: Int, window: Int, targets count: Int) {
    x = .allocate(capacity: rows * window)
    x.initialize(repeating: 0, count: rows * window)
    targets = .allocate(capacity: rows * count)
    targets.initialize(repeating: 0, count: rows * count)
    weights = .allocate(capacity: rows)
    weights.initialize(repeating: 0, count: rows)
    missing = .allocate(capacity: rows)
    missing.initialize(repeating: 0, count: rows)
  }

  deinit {
    x.deallocate()
    targets.deallocate()
    weights.deallocate()
    missing.deallocate()
  }
}
