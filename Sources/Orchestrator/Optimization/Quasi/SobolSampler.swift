// Trials spread evenly over the space: a Sobol sequence, shifted at random.

import QuantMath

/// Gives trial k the k-th point of a Sobol sequence, one dimension a parameter, in the order of declaration.
///
/// The first 2^m trials put equally many points into each of 2^m equal slices of any parameter, so few trials cover the
/// space far more evenly than independent draws. A digital shift keyed by (seed, parameter name) makes each point
/// uniform by itself and keeps that evenness. Parameters past the sequence's dimensions are drawn independently.
/// Sources: I. M. Sobol (1967); I. A. Antonov, V. M. Saleev (1979) for the order of points;
/// P. L'Ecuyer, C. Lemieux, "Recent advances in randomized quasi-Monte Carlo methods" (2002) for the shift.
package struct SobolSampler: Sampler {
  package init() {}

  package var learns: Bool { false }

  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet {
    space.assemble { parameter in
      let purpose = "optimization.sobol." + parameter.name
      let dimension = space.parameters.prefix(SobolSequence.dimensions).firstIndex { $0.name == parameter.name }
      guard let dimension else {
        var random = CounterRandom(seed: seed, purpose: purpose, index: UInt64(number))
        return parameter.domain.value(position: random.nextUniform())
      }
      var random = CounterRandom(seed: seed, purpose: purpose)
      let bits = random.next() ^ SobolSequence.bits(ofPoint: UInt32(truncatingIfNeeded: number), dimension: dimension)
      return parameter.domain.value(position: Double(bits >> 11) * 0x1p-53)
    }
  }
}
