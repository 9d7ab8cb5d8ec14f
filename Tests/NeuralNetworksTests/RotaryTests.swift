// Rotary positions: angles, distances, and the way back.

import Glibc
import NeuralNetworks
import Testing

@Suite struct RotaryTests {
  private let rotary = RotaryPositions<Double>(width: 4, tokens: 40)

  /// One head's vector at a token.
  private func turned(_ x: [Double], at token: Int) -> [Double] {
    let room = Room(x)
    rotary.turn(room.base, stride: 4, heads: 1, first: token, count: 1)
    return room.numbers
  }

  @Test func pairsTurnByTheirAngles() {
    let found = turned([1, 0, 0, 1], at: 3)
    // Angles 3 and 3 / 100.
    #expect(Differences.largest(found, [cos(3), sin(3), -sin(0.03), cos(0.03)]) < 1e-15)
    #expect(turned([1, 2, 3, 4], at: 0) == [1, 2, 3, 4])
  }

  @Test func productsDependOnDistanceAlone() {
    let (q, k) = ([0.3, -1, 0.7, 2], [1.1, 0.2, -0.4, 0.9])
    let expected = Differences.dot(turned(q, at: 9), turned(k, at: 4))
    for shift in [1, 7, 30] {
      #expect(abs(Differences.dot(turned(q, at: 9 + shift), turned(k, at: 4 + shift)) - expected) < 1e-13)
    }
    #expect(abs(Differences.dot(turned(q, at: 10), turned(k, at: 4)) - expected) > 0.01)
  }

  @Test func turningBackRestoresAndLeavesTheRestAlone() {
    let x = Differences.normals(3 * 11, "x", as: Double.self)
    let room = Room(x)
    rotary.turn(room.base, stride: 11, heads: 2, first: 5, count: 3)
    for token in 0..<3 {
      #expect(room.numbers[token * 11] != x[token * 11])
      #expect(room.numbers[(token * 11 + 8)..<(token * 11 + 11)] == x[(token * 11 + 8)..<(token * 11 + 11)])
    }
    rotary.turn(room.base, stride: 11, heads: 2, first: 5, count: 3, isBack: true)
    #expect(Differences.largest(room.numbers, x) < 1e-15)
  }
}
