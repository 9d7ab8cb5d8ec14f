// The compiled form of an expression: one small record per operation, in the order of computation.

/// What a node does. Several operators may share the window that another node keeps.
enum GraphOpcode: UInt8 {
  // Filled from outside.
  case input, constant
  // Stateless.
  case absolute, sign, square, add, subtract, multiply, divide, ratio, maximum, minimum, greater, clamp
  case logarithm, squareRoot, tercile
  // Owners of state.
  case lag, window, pairWindow, powerWindow, highest, lowest, ordered, barsSince, streak, sumOver, fractional
  case ema, emaSeeded, wilder, wilderHold, wilderSum, adaptiveAverage, dominantCycle, parabolic, changePoint
  case sessionSum, sessionHighest, sessionLowest, sessionFirst, previousSession
  // Readers of a state that an earlier node has just advanced.
  case windowSum, windowMean, windowDeviation, windowPopulationDeviation, windowScaledVariance, windowZScore
  case windowSlope, windowEndpoint, windowFit, windowWeightedMean, windowMeanDeviation
  case pairCorrelation, pairBeta, powerSkewness, powerKurtosis, extremumAge, orderedRank, orderedMedian
  case orderedQuantile, changeProbability, changeSurprise
}

/// One operation: where it reads, where it writes, what it remembers.
struct GraphNode {
  var opcode: GraphOpcode
  /// Slots of the operands; a reader's `b` is the slot of the node that owns its state.
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
  var d: Int32 = 0
  /// Length of a window, or a period.
  var count: Int32 = 0
  /// Byte offset of the state, in 16-byte steps.
  var state = 0
  /// Real parameters: an average's weight, a quantile, the value of a constant.
  var p = 0.0
  var q = 0.0
  /// Units per 1, a power of 2, of the whole numbers that a window sums; see ``WindowKernel``.
  var scale = 1.0
  /// 1 / ``scale``; both are powers of 2.
  var unit: Double { 1 / scale }
  /// Place of a kernel's coefficients in the graph's table, or of its detector.
  var table: Int32 = 0
}
