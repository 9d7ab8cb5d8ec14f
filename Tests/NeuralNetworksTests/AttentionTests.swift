// Attention against its definition, written out, and finite differences.

import Glibc
import NeuralNetworks
import Testing

@Suite struct AttentionTests {
  /// Sizes with and without a band, with fewer queries than tokens, turned and not.
  struct Sizes: Sendable {
    var tokens = 6
    var queries = 6
    var span: Int?
    var isRotary = false
    var dropout = 0.0
  }

  static let cases = [
    Sizes(), Sizes(span: 3), Sizes(queries: 1), Sizes(queries: 2, span: 2, isRotary: true), Sizes(isRotary: true),
    Sizes(queries: 4, isRotary: true, dropout: 0.4),
  ]
  private let width = 8
  private let heads = 2
  private let key = DropoutKey(seed: 1, step: 2)

  private func attention(_ sizes: Sizes, _ memory: LayerMemory<Double>) -> Attention<Double> {
    Attention(
      tokens: sizes.tokens, queries: sizes.queries, width: width, heads: heads, span: sizes.span,
      rotary: sizes.isRotary ? RotaryPositions(width: width / heads, tokens: sizes.tokens) : nil,
      dropout: Dropout(sizes.dropout, place: 0), memory: memory)
  }

  /// Outputs and weights.
  private func run(_ sizes: Sizes, _ projected: [Double]) -> (y: [Double], weights: [Double]) {
    let memory = LayerMemory<Double>()
    let attention = attention(sizes, memory)
    let (room, y) = (Room(projected), Room<Double>(sizes.queries * width))
    let weights = Room<Double>(attention.weightCount)
    attention.forward(projected: room.base, weights: weights.base, y: y.base, key: key, row: 0)
    return (y.numbers, weights.numbers)
  }

  @Test(arguments: [nil, 1, 3, 99]) func outputsFollowTheDefinition(span: Int?) {
    let tokens = 6
    let projected = Differences.normals(tokens * 3 * width, "projected", as: Double.self)
    let found = run(Sizes(span: span), projected)
    func element(_ token: Int, _ part: Int, _ place: Int) -> Double {
      projected[token * 3 * width + part * width + place]
    }
    for query in 0..<tokens {
      let seen = (0..<tokens).filter { key in span.map { key <= query && key > query - $0 } ?? true }
      for head in 0..<heads {
        let places = (4 * head)..<(4 * head + 4)
        let scores = seen.map { key in exp(places.map { element(query, 0, $0) * element(key, 1, $0) }.reduce(0, +) / 2)
        }
        let total = scores.reduce(0, +)
        let weights = (0..<tokens).map { key in seen.firstIndex(of: key).map { scores[$0] / total } ?? 0 }
        let row = (head * tokens + query) * tokens
        #expect(Differences.largest(found.weights[row..<(row + tokens)], weights) < 1e-14)
        for place in places {
          let expected = (0..<tokens).map { weights[$0] * element($0, 2, place) }.reduce(0, +)
          #expect(abs(found.y[query * width + place] - expected) < 1e-14)
        }
      }
    }
  }

  @Test(arguments: cases) func gradientsAgreeWithFiniteDifferences(sizes: Sizes) {
    let memory = LayerMemory<Double>()
    let attention = attention(sizes, memory)
    let start = Room(Differences.normals(sizes.tokens * 3 * width, "projected", as: Double.self))
    let dy = Differences.normals(sizes.queries * width, "dy", as: Double.self)
    let (y, weights) = (Room<Double>(dy.count), Room<Double>(attention.weightCount))
    var projected = Room(start.numbers)
    func loss() -> Double {
      projected = Room(start.numbers)
      attention.forward(projected: projected.base, weights: weights.base, y: y.base, key: key, row: 3)
      return Differences.dot(y.numbers, dy)
    }
    _ = loss()
    // What is not asked for keeps its zeros, and has no slope either.
    let slopes = Room([Double](repeating: 0, count: start.count))
    attention.backward(
      projected: projected.base, weights: weights.base, dy: dy, dprojected: slopes.base, key: key, row: 3)
    let expected = Differences.slopes(start.base, count: start.count, of: loss)
    #expect(Differences.largest(slopes.numbers, expected) < 1e-8)
    #expect(expected.contains { abs($0) > 0.1 })
  }

  @Test(arguments: [nil, 3]) func fewerQueriesGiveTheNewestRowsOfAll(span: Int?) {
    let projected = Differences.normals(6 * 3 * width, "projected", as: Double.self)
    let all = run(Sizes(span: span, isRotary: true), projected)
    let few = run(Sizes(queries: 2, span: span, isRotary: true), projected)
    #expect(few.y == Array(all.y[(4 * width)...]))
  }
}
