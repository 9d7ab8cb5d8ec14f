// The machine that computes expressions: nodes in order, one slot of memory each, one arena of state.

import Glibc

/// Compiled expressions over the bars of one duration.
///
/// Allocates in `init` only. ``update(isNewSession:isKnownSession:)`` runs every node once.
final class FeatureGraph {
  /// One value per node, the inputs among them.
  let values: UnsafeMutablePointer<Double>
  /// Slots of the inputs, to be filled before an update.
  let inputs: [(input: FeatureInput, slot: Int)]
  /// Slots that values of graphs over longer bars are copied into.
  let held: [(minutes: Int, expression: FeatureExpression, slot: Int)]
  /// Slot and properties of every compiled expression, in the order asked for.
  let outputs: [CompiledFeature]
  /// Number of nodes.
  let count: Int

  private let nodes: UnsafeMutablePointer<GraphNode>
  private let runs: UnsafeMutablePointer<GraphRun>
  private let runCount: Int
  private let state: UnsafeMutableRawPointer
  private let stateBytes: Int
  private let tables: UnsafeMutablePointer<Double>
  private let detectors: [ChangePointKernel]

  /// Compiles `expressions`; common parts are computed once.
  ///
  /// - Parameters:
  ///   - barSeconds: duration of the bars, which says how many of them a longer bar takes.
  ///   - tickSize: points per tick.
  init(_ expressions: [FeatureExpression], barSeconds: Int, tickSize: Double) throws(FeatureExpressionError) {
    var builder = GraphBuilder(barSeconds: barSeconds, tickSize: tickSize)
    var outputs: [CompiledFeature] = []
    for expression in expressions { outputs.append(try builder.compile(expression)) }
    let schedule = GraphSchedule(builder.nodes)
    self.outputs = outputs.map { feature in
      var feature = feature
      feature.slot = schedule.place[feature.slot]
      return feature
    }
    inputs = builder.inputs.map { ($0.input, schedule.place[$0.slot]) }
    held = builder.held.map { ($0.minutes, $0.expression, schedule.place[$0.slot]) }
    count = schedule.nodes.count
    nodes = .allocate(capacity: count)
    nodes.initialize(from: schedule.nodes, count: count)
    runCount = schedule.runs.count
    runs = .allocate(capacity: runCount)
    runs.initialize(from: schedule.runs, count: runCount)
    values = .allocate(capacity: count)
    values.initialize(repeating: .nan, count: count)
    stateBytes = max(16, builder.stateBytes)
    state = .allocate(byteCount: stateBytes, alignment: 16)
    tables = .allocate(capacity: max(1, builder.table.count))
    tables.initialize(from: builder.table, count: builder.table.count)
    detectors = builder.hazards.map(ChangePointKernel.init(hazard:))
    reset()
  }

  deinit {
    nodes.deallocate()
    runs.deallocate()
    values.deallocate()
    state.deallocate()
    tables.deallocate()
  }

  /// Forgets every bar. All zeros is the fresh state of every kernel.
  func reset() {
    state.initializeMemory(as: UInt8.self, repeating: 0, count: stateBytes)
    for detector in detectors { detector.reset() }
    for index in 0..<count { values[index] = nodes[index].opcode == .constant ? nodes[index].p : .nan }
  }

  /// Computes every node from the inputs that stand in their slots.
  ///
  /// Nodes of one kind stand together, so that a bar costs one jump per run instead of one per node.
  /// `isNewSession` is true at a session's first bar, `isKnownSession` once a session's first bar has been seen.
  func update(isNewSession: Bool, isKnownSession: Bool) {
    for index in 0..<runCount {
      let run = runs[index]
      switch run.opcode {
      case .input, .constant: continue
      case .sessionSum, .sessionHighest, .sessionLowest, .sessionFirst, .previousSession:
        each(run) { node, x in
          SessionKernel.update(
            pointer(node), run.opcode, value: x, isFirst: isNewSession, isKnown: isKnownSession)
        }
      case .wilderHold: holdAverages(run)
      case .absolute, .sign, .square, .squareRoot, .logarithm, .clamp, .add, .subtract, .multiply, .divide, .ratio,
        .maximum, .minimum, .greater, .tercile:
        arithmetic(run)
      case .lag, .window, .pairWindow, .powerWindow, .highest, .lowest, .ordered, .barsSince, .streak, .sumOver,
        .fractional:
        windows(run)
      case .ema, .emaSeeded, .wilder, .wilderSum, .adaptiveAverage, .dominantCycle, .parabolic,
        .changePoint:
        recursions(run)
      case .windowSum, .windowMean, .windowDeviation, .windowPopulationDeviation, .windowScaledVariance, .windowZScore,
        .windowSlope, .windowEndpoint, .windowFit, .windowWeightedMean, .windowMeanDeviation, .pairCorrelation,
        .pairBeta, .powerSkewness, .powerKurtosis, .extremumAge, .orderedRank, .orderedMedian, .orderedQuantile,
        .changeProbability, .changeSurprise:
        readers(run)
      }
    }
  }

  /// Runs `body` over the nodes of a run with their first operand, and stores what it gives.
  @inline(__always) private func each(
    _ run: GraphRun, _ body: (UnsafeMutablePointer<GraphNode>, Double) -> Double
  ) {
    for slot in Int(run.start)..<Int(run.end) {
      let node = nodes + slot
      values[slot] = body(node, values[Int(node.pointee.a)])
    }
  }

  /// As `each`, but an operand that is not finite gives none and leaves the state alone.
  @inline(__always) private func known(
    _ run: GraphRun, _ body: (UnsafeMutablePointer<GraphNode>, Double) -> Double
  ) {
    each(run) { node, x in x.isFinite ? body(node, x) : .nan }
  }

  @inline(__always) private func second(_ node: UnsafeMutablePointer<GraphNode>) -> Double {
    values[Int(node.pointee.b)]
  }

  private func arithmetic(_ run: GraphRun) {
    switch run.opcode {
    case .absolute: each(run) { _, x in abs(x) }
    case .sign: each(run) { _, x in x > 0 ? 1 : x < 0 ? -1 : x }
    case .square: each(run) { _, x in x * x }
    case .squareRoot: each(run) { _, x in x.squareRoot() }
    case .logarithm: each(run) { _, x in x > 0 ? log(x) : .nan }
    case .clamp: known(run) { node, x in min(max(x, node.pointee.p), node.pointee.q) }
    case .add: each(run) { node, x in x + second(node) }
    case .subtract: each(run) { node, x in x - second(node) }
    case .multiply: each(run) { node, x in x * second(node) }
    case .divide: each(run) { node, x in x / second(node) }
    case .ratio: each(run) { node, x in second(node) == 0 && x.isFinite ? 0 : x / second(node) }
    case .maximum: each(run) { node, x in x.isNaN || second(node).isNaN ? .nan : max(x, second(node)) }
    case .minimum: each(run) { node, x in x.isNaN || second(node).isNaN ? .nan : min(x, second(node)) }
    case .greater: each(run) { node, x in x.isNaN || second(node).isNaN ? .nan : x > second(node) ? 1 : 0 }
    case .tercile:
      each(run) { node, x in
        values[Int(x <= 0.33 ? node.pointee.b : x <= 0.67 || x.isNaN ? node.pointee.c : node.pointee.d)]
      }
    default: preconditionFailure("not arithmetic")
    }
  }

  private func windows(_ run: GraphRun) {
    switch run.opcode {
    case .lag: known(run) { node, x in RingKernel.lag(pointer(node), capacity: Int64(node.pointee.count), value: x) }
    case .window:
      known(run) { node, x in
        let window: UnsafeMutablePointer<WindowKernel> = pointer(node)
        let count = Int64(node.pointee.count)
        WindowKernel.update(window, capacity: count, value: x, scale: node.pointee.scale)
        return window.pointee.count == count ? Double(window.pointee.sum) * node.pointee.unit : .nan
      }
    case .pairWindow:
      known(run) { node, x in
        guard second(node).isFinite else { return .nan }
        let pair: UnsafeMutablePointer<PairKernel> = pointer(node)
        let count = Int64(node.pointee.count)
        PairKernel.update(
          pair, capacity: count, x: x, y: second(node), scaleX: node.pointee.scale, scaleY: node.pointee.p)
        return pair.pointee.count == count ? x : .nan
      }
    case .powerWindow:
      known(run) { node, x in
        let powers: UnsafeMutablePointer<PowerKernel> = pointer(node)
        PowerKernel.update(powers, capacity: Int64(node.pointee.count), value: x)
        return powers.pointee.count == Int64(node.pointee.count) ? x : .nan
      }
    case .highest, .lowest:
      let sign = run.opcode == .highest ? 1.0 : -1
      known(run) { node, x in
        let extremum: UnsafeMutablePointer<ExtremumKernel> = pointer(node)
        let value = ExtremumKernel.update(extremum, capacity: Int64(node.pointee.count), value: x, sign: sign)
        return extremum.pointee.updates >= Int64(node.pointee.count) ? value : .nan
      }
    case .ordered:
      known(run) { node, x in
        let ordered: UnsafeMutablePointer<OrderedKernel> = pointer(node)
        OrderedKernel.update(ordered, capacity: Int(node.pointee.count), value: x)
        return ordered.pointee.count == Int64(node.pointee.count) ? x : .nan
      }
    case .barsSince:
      known(run) { node, x in RingKernel.barsSince(pointer(node), value: x, most: Int64(node.pointee.count)) }
    case .streak: known(run) { node, x in RingKernel.streak(pointer(node), value: x, most: Int64(node.pointee.count)) }
    case .sumOver:
      known(run) { node, x in
        RingKernel.sumOver(
          pointer(node), most: Int64(node.pointee.count), value: x, length: second(node), scale: node.pointee.scale)
      }
    case .fractional:
      known(run) { node, x in
        RingKernel.fractional(
          pointer(node), capacity: Int64(node.pointee.count), value: x, weights: tables + Int(node.pointee.table))
      }
    default: preconditionFailure("not a window")
    }
  }

  private func recursions(_ run: GraphRun) {
    switch run.opcode {
    case .ema: known(run) { node, x in AverageKernel.exponential(pointer(node), value: x, weight: node.pointee.p) }
    case .emaSeeded:
      known(run) { node, x in
        AverageKernel.exponentialSeeded(
          pointer(node), value: x, weight: node.pointee.p, period: Int64(node.pointee.count))
      }
    case .wilder:
      known(run) { node, x in AverageKernel.wilder(pointer(node), value: x, period: Int64(node.pointee.count)) }
    case .wilderSum:
      known(run) { node, x in AverageKernel.wilderSum(pointer(node), value: x, period: Int64(node.pointee.count)) }
    case .adaptiveAverage:
      known(run) { node, x in
        AdaptiveKernel.update(pointer(node), value: x, rate: second(node), slowest: node.pointee.p)
      }
    case .dominantCycle: known(run) { node, x in CycleKernel.update(pointer(node), value: x) }
    case .parabolic:
      known(run) { node, x in
        guard second(node).isFinite else { return .nan }
        return StopKernel.update(
          pointer(node), high: x, low: second(node), step: node.pointee.p, most: node.pointee.q)
      }
    case .changePoint: known(run) { node, x in detectors[Int(node.pointee.table)].update(x) }
    default: preconditionFailure("not a recursion")
    }
  }

  /// Wilder's averages that an unknown value leaves as they are.
  private func holdAverages(_ run: GraphRun) {
    for slot in Int(run.start)..<Int(run.end) {
      let node = nodes + slot
      let x = values[Int(node.pointee.a)]
      let average: UnsafeMutablePointer<AverageKernel> = pointer(node)
      let isSeeding = average.pointee.count > 0 && average.pointee.count < Int64(node.pointee.count)
      if x.isFinite || isSeeding {
        values[slot] = AverageKernel.wilder(average, value: x.isFinite ? x : 0, period: Int64(node.pointee.count))
      }
    }
  }

  /// What readers give; their operand is the value of the state's owner, which is finite once the window is full.
  private func readers(_ run: GraphRun) {
    switch run.opcode {
    case .windowSum: known(run) { _, owner in owner }
    case .windowMean: known(run) { node, _ in window(node).pointee.mean * node.pointee.unit }
    case .windowDeviation: known(run) { node, _ in window(node).pointee.deviation * node.pointee.unit }
    case .windowPopulationDeviation:
      known(run) { node, _ in window(node).pointee.populationDeviation * node.pointee.unit }
    case .windowScaledVariance:
      known(run) { node, _ in window(node).pointee.scaledVariance * node.pointee.unit * node.pointee.unit }
    case .windowZScore: known(run) { node, _ in window(node).pointee.zscore }
    case .windowSlope: known(run) { node, _ in window(node).pointee.slope * node.pointee.unit }
    case .windowEndpoint: known(run) { node, _ in window(node).pointee.endpoint * node.pointee.unit }
    case .windowFit: known(run) { node, _ in window(node).pointee.fit }
    case .windowWeightedMean: known(run) { node, _ in window(node).pointee.weightedMean * node.pointee.unit }
    case .windowMeanDeviation: known(run) { node, _ in WindowKernel.meanDeviation(window(node)) * node.pointee.unit }
    case .pairCorrelation:
      known(run) { node, _ in
        let pair: UnsafeMutablePointer<PairKernel> = pointer(node)
        return pair.pointee.correlation
      }
    case .pairBeta:
      known(run) { node, _ in
        let pair: UnsafeMutablePointer<PairKernel> = pointer(node)
        return pair.pointee.beta * node.pointee.p * node.pointee.unit
      }
    case .powerSkewness:
      known(run) { node, _ in
        let powers: UnsafeMutablePointer<PowerKernel> = pointer(node)
        return powers.pointee.skewness
      }
    case .powerKurtosis:
      known(run) { node, _ in
        let powers: UnsafeMutablePointer<PowerKernel> = pointer(node)
        return powers.pointee.kurtosis
      }
    case .extremumAge:
      known(run) { node, _ in ExtremumKernel.age(pointer(node), capacity: Int64(node.pointee.count)) }
    case .orderedRank:
      known(run) { node, owner in
        OrderedKernel.rank(pointer(node), capacity: Int(node.pointee.count), value: owner)
      }
    case .orderedMedian:
      known(run) { node, _ in
        OrderedKernel.quantile(pointer(node), capacity: Int(node.pointee.count), fraction: 0.5)
      }
    case .orderedQuantile:
      known(run) { node, _ in
        OrderedKernel.quantile(pointer(node), capacity: Int(node.pointee.count), fraction: node.pointee.p)
      }
    case .changeProbability:
      known(run) { node, _ in detectors[Int(node.pointee.table)].probability(within: Int(node.pointee.p)) }
    case .changeSurprise: known(run) { node, _ in detectors[Int(node.pointee.table)].surprise }
    default: preconditionFailure("not a reader")
    }
  }

  @inline(__always) private func window(_ node: UnsafeMutablePointer<GraphNode>) -> UnsafeMutablePointer<WindowKernel> {
    pointer(node)
  }

  @inline(__always) private func pointer<Kernel>(_ node: UnsafeMutablePointer<GraphNode>) -> UnsafeMutablePointer<
    Kernel
  > {
    (state + node.pointee.state).assumingMemoryBound(to: Kernel.self)
  }
}
