// Independent random trials: the baseline that any cleverer search must beat.

import QuantMath

/// Draws every parameter independently, each from its own random stream keyed by (seed, trial, parameter name).
///
/// Adding or removing a parameter changes no other parameter's draws.
/// Source: J. Bergstra, Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13 (2012).
package struct RandomSampler: Sampler {
  package init() {}

  package var learns: Bool { false }

  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet {
    space.assemble { parameter in
      var random = CounterRandom(seed: seed, purpose: "optimization.random." + parameter.name, index: UInt64(number))
      return parameter.domain.value(position: random.nextUniform())
    }
  }
}
