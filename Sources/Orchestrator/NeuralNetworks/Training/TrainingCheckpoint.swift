// A training run on disk, to be taken up again.

/// Where a run stands at the end of an epoch. Orders and dropout follow from the seed and these counts alone.
struct TrainingState: Hashable, Sendable {
  /// Epochs done.
  var epoch = 0
  /// Epochs since the best one.
  var stale = 0
  var bestLoss = Double.infinity
}

extension SequenceTrainer {
  /// The run as it stands after the latest epoch: weights, moments, best weights and counts. To be called from
  /// `afterEpoch`, or before or after the run.
  ///
  /// A run that goes on from here, with equal settings and data, ends in the same bytes as one never interrupted.
  package func checkpoint() -> SafetensorsFile {
    let count = network.arena.layout.count
    func floats(_ name: String, _ values: UnsafePointer<Float>) -> SafetensorsTensor {
      Self.tensor(name, UnsafeBufferPointer(start: values, count: count))
    }
    var tensors = [
      floats("training.weights", network.arena.values), floats("training.means", optimiser.means),
      floats("training.squares", optimiser.squares),
      Self.tensor("training.scaling.means", scaling.means), Self.tensor("training.scaling.factors", scaling.factors),
      Self.tensor(
        "training.state",
        [
          Double(state.epoch), Double(state.stale), state.bestLoss, optimiser.decayed.beta1, optimiser.decayed.beta2,
        ]),
    ]
    if !best.isEmpty { tensors.append(Self.tensor("training.best", best)) }
    return SafetensorsFile(tensors: tensors, notes: [.init(key: "run", value: identity)])
  }

  /// Takes up the run that `file` was made by; nothing is changed unless it fits.
  package func resume(_ file: SafetensorsFile) throws(TrainingError) {
    guard let run = file.notes.first(where: { $0.key == "run" })?.value else { throw .checkpoint("it names no run") }
    guard run == identity else { throw .checkpoint("it is of the run \(run), this is \(identity)") }
    let count = network.arena.layout.count
    let weights: [Float] = try Self.values(file, "training.weights", count)
    let means: [Float] = try Self.values(file, "training.means", count)
    let squares: [Float] = try Self.values(file, "training.squares", count)
    let centres: [Float] = try Self.values(file, "training.scaling.means", network.inputs)
    let factors: [Float] = try Self.values(file, "training.scaling.factors", network.inputs)
    let counts: [Double] = try Self.values(file, "training.state", 5)
    guard centres == scaling.means, factors == scaling.factors else {
      throw .checkpoint("its features are scaled otherwise, so the data differ")
    }
    guard let epoch = Int(exactly: counts[0]), let stale = Int(exactly: counts[1]), epoch >= 0, stale >= 0 else {
      throw .checkpoint("its counts of epochs, \(counts[0]) and \(counts[1]), are no whole numbers")
    }
    let isBestThere = file.tensor("training.best") != nil
    best = isBestThere ? try Self.values(file, "training.best", count) : []
    network.arena.values.update(from: weights, count: count)
    optimiser.means.update(from: means, count: count)
    optimiser.squares.update(from: squares, count: count)
    optimiser.decayed = (counts[3], counts[4])
    state = TrainingState(epoch: epoch, stale: stale, bestLoss: counts[2])
  }

  /// Settings that decide the bytes of the result; the number of workers does not.
  private var identity: String {
    var settings = configuration
    settings.workers = 1
    return "\(network.inputs) inputs, \(network.steps) steps, \(network.outputs) outputs, chunks of "
      + "\(network.maximumRows), \(settings)"
  }

  private static func tensor<Scalar: NetworkScalar>(
    _ name: String, _ values: some Collection<Scalar>
  ) -> SafetensorsTensor {
    var bytes: [UInt8] = []
    for value in values { value.appendLittleEndian(to: &bytes) }
    return SafetensorsTensor(name: name, type: Scalar.tensorType, shape: [values.count], bytes: bytes)
  }

  private static func values<Scalar: NetworkScalar>(
    _ file: SafetensorsFile, _ name: String, _ count: Int
  ) throws(TrainingError) -> [Scalar] {
    guard let tensor = file.tensor(name), tensor.type == Scalar.tensorType, tensor.shape == [count] else {
      throw .checkpoint("it has no tensor '\(name)' of \(count) numbers of type \(Scalar.tensorType.rawValue)")
    }
    let size = MemoryLayout<Scalar>.size
    return (0..<count).map { Scalar.littleEndian(tensor.bytes[($0 * size)..<(($0 + 1) * size)]) }
  }
}
