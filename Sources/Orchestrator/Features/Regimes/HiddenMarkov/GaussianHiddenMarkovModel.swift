// The parameters of a hidden Markov chain with Gaussian emissions.

/// A chain of hidden states, each of which emits multivariate normal observations; K states, D dimensions.
///
/// Source: L. Rabiner, "A tutorial on hidden Markov models", Proc. IEEE 77 (1989), doi:10.1109/5.18626.
package struct GaussianHiddenMarkovModel: Hashable, Codable, Sendable {
  /// K.
  package let stateCount: Int
  /// D.
  package let dimension: Int
  /// Probabilities of the first state of a sequence, (K).
  package var start: [Double]
  /// Probability of the column's state after the row's, (K, K).
  package var transitions: [Double]
  /// (K, D).
  package var means: [Double]
  /// (K, D, D), symmetric.
  package var covariances: [Double]

  /// Every field as given.
  ///
  /// - Precondition: the sizes agree.
  package init(
    stateCount: Int, dimension: Int, start: [Double], transitions: [Double], means: [Double], covariances: [Double]
  ) {
    precondition(stateCount >= 1 && dimension >= 1, "a chain needs a state and a dimension")
    precondition(
      start.count == stateCount && transitions.count == stateCount * stateCount
        && means.count == stateCount * dimension && covariances.count == stateCount * dimension * dimension,
      "sizes of a chain's parameters disagree")
    self.stateCount = stateCount
    self.dimension = dimension
    self.start = start
    self.transitions = transitions
    self.means = means
    self.covariances = covariances
  }

  /// Mean of a state, (D).
  package func mean(_ state: Int) -> ArraySlice<Double> { means[state * dimension..<(state + 1) * dimension] }

  /// Covariance of a state, (D, D).
  package func covariance(_ state: Int) -> ArraySlice<Double> {
    covariances[state * dimension * dimension..<(state + 1) * dimension * dimension]
  }

  /// Mean number of steps that the chain stays in a state: 1 / (1 - probability of staying).
  package func expectedDwell(_ state: Int) -> Double { 1 / (1 - transitions[state * stateCount + state]) }

  /// The same chain with its states in another order: new state k is the present state `order[k]`.
  ///
  /// - Precondition: `order` is a permutation.
  package func reordered(_ order: [Int]) -> GaussianHiddenMarkovModel {
    precondition(order.sorted() == Array(0..<stateCount), "an order names every state once")
    return GaussianHiddenMarkovModel(
      stateCount: stateCount, dimension: dimension, start: order.map { start[$0] },
      transitions: order.flatMap { row in order.map { transitions[row * stateCount + $0] } },
      means: order.flatMap { mean($0) }, covariances: order.flatMap { covariance($0) })
  }

  /// What keeps these numbers from being a chain; nil when all is well. For values that come from a file.
  package var fault: String? {
    guard stateCount >= 1, dimension >= 1, start.count == stateCount,
      transitions.count == stateCount * stateCount, means.count == stateCount * dimension,
      covariances.count == stateCount * dimension * dimension
    else { return "the sizes of the parameters disagree" }
    guard (start + transitions + means + covariances).allSatisfy(\.isFinite) else { return "a parameter is not finite" }
    func isDistribution(_ values: some Sequence<Double>) -> Bool {
      values.allSatisfy { $0 >= 0 } && abs(values.reduce(0, +) - 1) < 1e-9
    }
    guard isDistribution(start) else { return "the start probabilities do not sum to 1" }
    for state in 0..<stateCount {
      guard isDistribution(transitions[state * stateCount..<(state + 1) * stateCount]) else {
        return "row \(state) of the transition matrix does not sum to 1"
      }
      guard CholeskyFactor(covariance(state), dimension: dimension) != nil else {
        return "the covariance of state \(state) is not positive definite"
      }
    }
    return nil
  }
}
