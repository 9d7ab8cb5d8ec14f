// Search spaces: what is refused, how large they are, how they read.

import Optimization
import Testing

@Suite struct SearchSpaceTests {
  @Test(arguments: [
    (ParameterDomain.float(low: 2, high: 1), "low (2.0) exceeds high (1.0)"),
    (.float(low: 0, high: .infinity), "must be finite"),
    (.float(low: -1e308, high: 1e308), "overflows"),
    (.logarithmic(low: 0, high: 1), "positive low bound"),
    (.stepped(low: 0, high: 1, step: 0), "step (0.0) must be finite and positive"),
    (.stepped(low: 0, high: 1, step: 1e-12), "over 1e9 values"),
    (.integer(low: 3, high: 2), "low (3) exceeds high (2)"),
    (.integer(low: 1, high: 2, step: 0), "step (0) must be at least 1"),
    (.integer(low: .min, high: .max), "overflows"),
    (.categorical([]), "no categories"),
    (.categorical(["a", "a"]), "named twice"),
  ])
  func impossibleDomainsAreRefusedByName(domain: ParameterDomain, words: String) throws {
    let error = try #require(throws: OptimizationError.self) { try SearchSpace([Parameter("p", domain)]) }
    #expect("\(error)".contains("parameter 'p'") && "\(error)".contains(words))
  }

  @Test func emptySpacesAndRepeatedNamesAreRefused() {
    #expect(throws: OptimizationError.emptySpace) { try SearchSpace([]) }
    #expect(throws: OptimizationError.duplicateParameter(name: "a")) {
      try SearchSpace([Parameter("a", .integer(low: 0, high: 1)), Parameter("a", .integer(low: 0, high: 1))])
    }
  }

  @Test func sizeIsTheProductOfCounts() throws {
    let finite = try SearchSpace([
      Parameter("depth", .integer(low: 2, high: 10, step: 2)),
      Parameter("rate", .stepped(low: 0, high: 0.3, step: 0.1)),
      Parameter("kind", .categorical(["a", "b", "c"])),
    ])
    #expect(finite.size == .finite(60))
    #expect(finite.description.hasSuffix("3 parameters: 60 combinations"))
    let mixed = try SearchSpace([
      Parameter("rate", .logarithmic(low: 0.001, high: 0.1)), Parameter("depth", .integer(low: 1, high: 4)),
    ])
    #expect(mixed.size == .continuous(dimensions: 1, combinations: 4))
    let huge = try SearchSpace((0..<3).map { Parameter("p\($0)", .integer(low: 0, high: Int.max - 1)) })
    #expect(huge.size == .beyondCounting)
  }

  @Test func fingerprintsTellSpacesApartAndStayTheSame() throws {
    func space(_ high: Int) throws -> SearchSpace { try SearchSpace([Parameter("a", .integer(low: 0, high: high))]) }
    #expect(try space(3).fingerprint == space(3).fingerprint)
    #expect(try space(3).fingerprint != space(4).fingerprint)
  }
}
