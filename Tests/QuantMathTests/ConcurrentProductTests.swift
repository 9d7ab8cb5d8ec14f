// Products from several threads at once: an unlocked OpenBLAS gets them wrong without a word.

import QuantMath
import Testing

@Suite struct ConcurrentProductTests {
  /// Multiplies (32, 16) by (16, 16) again and again; returns how many results differed from the plain loops.
  private static func wrongProducts(seed: UInt64, rounds: Int) -> Int {
    var random = CounterRandom(seed: seed, purpose: "product")
    // Small integers: every order of summation gives the same bits.
    let a = (0..<(32 * 16)).map { _ in Float(random.nextInteger(in: -5...5)) }
    let b = (0..<(16 * 16)).map { _ in Float(random.nextInteger(in: -5...5)) }
    var expected = [Float](repeating: 0, count: 32 * 16)
    PlainLinearAlgebra.multiply(m: 32, n: 16, k: 16, a: a, b: b, c: &expected)
    var found = expected
    return (0..<rounds).count { _ in
      LinearAlgebra.multiply(m: 32, n: 16, k: 16, a: a, b: b, c: &found)
      return found != expected
    }
  }

  @Test func threadsThatMultiplyAtOnceDoNotDisturbEachOther() async {
    let wrong = await withTaskGroup(of: Int.self) { group in
      for seed in 0..<2 { group.addTask { Self.wrongProducts(seed: UInt64(seed), rounds: 40_000) } }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }
}
