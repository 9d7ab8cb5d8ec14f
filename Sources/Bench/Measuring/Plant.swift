// Slowdowns put into stages on purpose: the proof that the gate would see a real one.
//
// The work is done by the harness where a stage reads the clock, so it is part of what is measured and of what is
// counted, and no line of the product knows of it.

import CHotPath
import Glibc

/// Needless work before each reading of the clock.
package struct Plant: Equatable, Sendable {
  /// Turns of an idle loop, each of at least ``instructionsPerTurn`` instructions.
  package var turns: Int
  /// Bytes allocated, and freed at the next reading.
  package var bytes: Int

  package init(turns: Int = 0, bytes: Int = 0) {
    self.turns = turns
    self.bytes = bytes
  }

  /// The pause; what closes the loop comes on top, as often as the compiler leaves it in.
  static let instructionsPerTurn = 1

  /// Enough turns for at least `instructions` more a sample: a sample reads the clock twice.
  static func instructions(_ instructions: Double) -> Plant {
    Plant(turns: max(1, Int((instructions / Double(2 * instructionsPerTurn)).rounded(.up))))
  }

  /// Enough turns for about `nanoseconds` more a sample: of its two readings one lies within the sample's time.
  static func nanoseconds(_ nanoseconds: Double) -> Plant {
    Plant(turns: max(1, Int((nanoseconds / nanosecondsPerTurn).rounded(.up))))
  }

  /// What a turn takes here: a processor's pause is 10 to 140 cycles. The quickest of ten tries.
  private static let nanosecondsPerTurn: Double = {
    let work = PlantedWork(Plant(turns: 20_000))
    return (0..<10).map { _ in
      let start = hp_clock_monotonic_ns()
      work.perform()
      return max(1, Double(hp_clock_monotonic_ns() - start)) / 20_000
    }.reduce(.infinity, min)
  }()
}

/// Does a plant's work.
final class PlantedWork {
  private let plant: Plant
  /// Kept until the next time: the compiler may leave out memory that nobody sees.
  private var block: UnsafeMutableRawPointer?

  init(_ plant: Plant) { self.plant = plant }

  deinit { block?.deallocate() }

  @inline(never) func perform() {
    for _ in 0..<plant.turns { hp_cpu_relax() }
    guard plant.bytes > 0 else { return }
    block?.deallocate()
    block = UnsafeMutableRawPointer.allocate(byteCount: plant.bytes, alignment: 16)
  }
}
