// The control: alarms by the dice, as often as was asked for.

import Glibc
import QuantMath

/// Raises alarms by chance. Whatever a policy gains by acting on alarms must be more than it gains by acting on these.
///
/// The evidence is -log of a uniform number: above log(n) once in n values.
package struct ChanceDetector: StreamDetector {
  private var random: CounterRandom

  package init(seed: UInt64) { random = CounterRandom(seed: seed, purpose: "lifecycle.drift.chance") }

  package mutating func observe(_ value: Double) -> Double { -log(1 - random.nextUniform()) }

  package mutating func settle() {}
}
