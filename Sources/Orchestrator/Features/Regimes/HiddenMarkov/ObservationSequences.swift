// The observations that a hidden Markov model is fitted to.

/// Observations of one or more independent sequences, one after the other.
package struct ObservationSequences: Sendable {
  /// D.
  package let dimension: Int
  /// (count, D), row-major; what stands in a missing row does not matter.
  package private(set) var values: [Double] = []
  /// Whether each observation is there, (count).
  package private(set) var isPresent: [Bool] = []
  /// Index of the first observation of each sequence.
  package private(set) var starts: [Int] = []

  /// No observations.
  ///
  /// - Precondition: `dimension` is at least 1.
  package init(dimension: Int) {
    precondition(dimension >= 1, "an observation has at least one part")
    self.dimension = dimension
  }

  /// Number of steps, missing ones included.
  package var count: Int { isPresent.count }

  /// Number of observations that are there.
  package var presentCount: Int { isPresent.count { $0 } }

  /// The steps of each sequence.
  package var sequences: [Range<Int>] {
    starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : count) }
  }

  /// Begins the next sequence; the first one needs it too.
  package mutating func beginSequence() {
    precondition(starts.last != count, "a sequence is empty")
    starts.append(count)
  }

  /// These sequences, then the same once more with the other sign in one dimension.
  package func joinedWithReflection(of part: Int) -> ObservationSequences {
    precondition(part >= 0 && part < dimension, "no such dimension")
    var both = self
    both.starts += starts.map { $0 + count }
    both.isPresent += isPresent
    both.values += values
    for step in count..<2 * count { both.values[step * dimension + part] *= -1 }
    return both
  }

  /// Adds one step; nil is a missing observation.
  ///
  /// - Precondition: a sequence has begun, and the observation has `dimension` finite parts.
  package mutating func append(_ observation: [Double]?) {
    precondition(!starts.isEmpty, "an observation needs a sequence")
    precondition(
      observation.map { $0.count == dimension && $0.allSatisfy(\.isFinite) } ?? true,
      "an observation has \(dimension) finite parts")
    values += observation ?? Array(repeating: 0, count: dimension)
    isPresent.append(observation != nil)
  }
}
