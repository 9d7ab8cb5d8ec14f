// The forward and backward recursions of a hidden Markov model over recorded sequences. For fitting and for tests:
// smoothed probabilities know the future, and nothing that decides may read them.

import Glibc

/// Filtered and smoothed state probabilities and expected transitions, in memory that is used again for every pass.
///
/// Scaled arithmetic: each step's probabilities are divided by their sum, and the logarithms of the sums add up to the
/// log-likelihood; of each step's log densities the largest is taken out before the exponential.
/// Source: L. Rabiner, Proc. IEEE 77 (1989), V.A.
package final class ForwardBackward {
  private let observations: ObservationSequences
  private let stateCount: Int
  private let count: Int
  /// exp(log density - largest of the step), (T, K).
  private let densities: UnsafeMutablePointer<Double>
  /// P(state | observations up to now), (T, K).
  private let forward: UnsafeMutablePointer<Double>
  /// P(state | all observations of the sequence), (T, K).
  private let posterior: UnsafeMutablePointer<Double>
  /// Expected transitions from the row's state to the column's, (K, K).
  package private(set) var transitionCounts: [Double]
  /// Expected states at the starts of the sequences, (K).
  package private(set) var startCounts: [Double]
  /// Log-likelihood of the model of the last pass.
  package private(set) var logLikelihood = 0.0

  /// Memory for passes of models with `stateCount` states over `observations`.
  package init(_ observations: ObservationSequences, stateCount: Int) {
    self.observations = observations
    self.stateCount = stateCount
    count = observations.count
    let size = max(1, count * stateCount)
    densities = .allocate(capacity: size)
    forward = .allocate(capacity: size)
    posterior = .allocate(capacity: size)
    densities.initialize(repeating: 0, count: size)
    forward.initialize(repeating: 0, count: size)
    posterior.initialize(repeating: 0, count: size)
    transitionCounts = Array(repeating: 0, count: stateCount * stateCount)
    startCounts = Array(repeating: 0, count: stateCount)
  }

  deinit {
    densities.deallocate()
    forward.deallocate()
    posterior.deallocate()
  }

  /// P(state | observations up to now), (T, K).
  package var filtered: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: forward, count: count * stateCount) }

  /// P(state | all observations of the sequence), (T, K).
  package var smoothed: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: posterior, count: count * stateCount) }

  /// Both passes with one model; gives the log-likelihood.
  ///
  /// - Precondition: the model has the sizes of this workspace and positive definite covariances.
  @discardableResult package func run(_ model: GaussianHiddenMarkovModel) -> Double {
    precondition(
      model.stateCount == stateCount && model.dimension == observations.dimension,
      "the model's sizes are not the observations'")
    logLikelihood = fillDensities(model)
    for index in transitionCounts.indices { transitionCounts[index] = 0 }
    for index in startCounts.indices { startCounts[index] = 0 }
    model.transitions.withUnsafeBufferPointer { transitions in
      for sequence in observations.sequences {
        logLikelihood += runForward(sequence, start: model.start, transitions)
        runBackward(sequence, transitions)
        for state in 0..<stateCount { startCounts[state] += posterior[sequence.lowerBound * stateCount + state] }
      }
    }
    return logLikelihood
  }

  /// Fills `densities` and gives the sum of what was taken out of the logarithms.
  private func fillDensities(_ model: GaussianHiddenMarkovModel) -> Double {
    let n = model.dimension
    let factors = (0..<stateCount).map { state in
      guard let factor = CholeskyFactor(model.covariance(state), dimension: n) else {
        preconditionFailure("the covariance of state \(state) is not positive definite")
      }
      return factor
    }
    let inverses = factors.flatMap(\.inverse)
    let constants = factors.map { -$0.halfLogDeterminant - 0.5 * Double(n) * log(2 * Double.pi) }
    var takenOut = 0.0
    observations.values.withUnsafeBufferPointer { values in
      inverses.withUnsafeBufferPointer { inverses in
        model.means.withUnsafeBufferPointer { means in
          for step in 0..<count {
            let row = densities + step * stateCount
            guard observations.isPresent[step] else {
              // Not seen: every state explains it equally well.
              for state in 0..<stateCount { row[state] = 1 }
              continue
            }
            var largest = -Double.infinity
            for state in 0..<stateCount {
              var distance = 0.0
              for i in 0..<n {
                var whitened = 0.0
                for j in 0...i {
                  whitened += inverses[(state * n + i) * n + j] * (values[step * n + j] - means[state * n + j])
                }
                distance += whitened * whitened
              }
              row[state] = constants[state] - 0.5 * distance
              largest = max(largest, row[state])
            }
            for state in 0..<stateCount { row[state] = exp(row[state] - largest) }
            takenOut += largest
          }
        }
      }
    }
    return takenOut
  }

  private func runForward(
    _ sequence: Range<Int>, start: [Double], _ transitions: UnsafeBufferPointer<Double>
  ) -> Double {
    var logarithm = 0.0
    for step in sequence {
      let row = forward + step * stateCount
      let density = densities + step * stateCount
      var sum = 0.0
      for state in 0..<stateCount {
        var predicted = 0.0
        if step == sequence.lowerBound {
          predicted = start[state]
        } else {
          let before = row - stateCount
          for source in 0..<stateCount { predicted += before[source] * transitions[source * stateCount + state] }
        }
        row[state] = predicted * density[state]
        sum += row[state]
      }
      // Only where every state that is possible lies beyond the range of the exponential.
      sum = max(sum, .leastNormalMagnitude)
      for state in 0..<stateCount { row[state] /= sum }
      logarithm += log(sum)
    }
    return logarithm
  }

  /// Backward from the end in the form that needs no backward variable: smoothed[t] from smoothed[t + 1].
  ///
  /// P(i, j | all) = filtered[t, i] a[i, j] smoothed[t + 1, j] / predicted[t + 1, j].
  private func runBackward(_ sequence: Range<Int>, _ transitions: UnsafeBufferPointer<Double>) {
    let last = sequence.upperBound - 1
    for state in 0..<stateCount { posterior[last * stateCount + state] = forward[last * stateCount + state] }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: stateCount) { ratio in
      transitionCounts.withUnsafeMutableBufferPointer { counts in
        for step in sequence.dropLast().reversed() {
          let now = forward + step * stateCount
          let next = posterior + (step + 1) * stateCount
          for state in 0..<stateCount {
            var predicted = 0.0
            for source in 0..<stateCount { predicted += now[source] * transitions[source * stateCount + state] }
            ratio[state] = predicted > 0 ? next[state] / predicted : 0
          }
          let row = posterior + step * stateCount
          for source in 0..<stateCount {
            var sum = 0.0
            for state in 0..<stateCount {
              let expected = now[source] * transitions[source * stateCount + state] * ratio[state]
              counts[source * stateCount + state] += expected
              sum += expected
            }
            row[source] = sum
          }
        }
      }
    }
  }
}
