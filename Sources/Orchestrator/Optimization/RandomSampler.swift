// Independent random trials: the baseline that any cleverer search must beat.

import QuantMath

/// Draws every parameter independently, each from its own random stream keyed by (seed, trial, parameter name).
///
/// Adding or removing a parameter changes no other parameter's draws.
/// Source: J. Bergstra, Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13 (2012).
package struct RandomSampler: Sampler {
  package init() {}

  package func limit(in space: SearchSpace) -> Int? { nil }

  package func parameters(ofTrial number: Int, in space: SearchSpace, seed: UInt64) -> ParameterSet {
    ParameterSet(
      space.parameters.map { parameter in
        var random = CounterRandom(
          seed: seed, purpose: "optimization.random." + parameter.name, index: UInt64(number))
        return ParameterSet.Entry(
          name: parameter.name, value: parameter.domain.value(position: random.nextUniform()))
      })
  }
}
