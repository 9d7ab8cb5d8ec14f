// How long the past stays in a value, and when a value counts.

/// How long the past stays in a value.
@frozen package enum FeatureMemory: Hashable, Sendable {
  /// The value depends on the last so many bars and on nothing else, to the last bit.
  case window(bars: Int)
  /// A recursive filter: the weight of what lies n bars back falls as `decay`^n (times powers of n where filters are
  /// nested).
  case recursive(decay: Double)
  /// The value depends on this session and the one before, from their first bars on.
  case session
  /// The value depends on where the stream began, for ever: the borders of volume buckets lie where counting puts them.
  /// A restart gives other values, so nothing that trades may read it.
  case path

  /// Weight that the start of a recursive filter may still have when its value counts as warm.
  package static let seedWeightWhenWarm = 1e-3

  /// The memory of a computation with `self` over values with `inner`.
  func over(_ inner: FeatureMemory) -> FeatureMemory {
    switch (self, inner) {
    case (.path, _), (_, .path): .path
    case (.session, _), (_, .session): .session
    case (.window(let outer), .window(let bars)): .window(bars: outer + bars - 1)
    case (.recursive(let outer), .recursive(let decay)): .recursive(decay: max(outer, decay))
    case (.recursive, _): self
    case (_, .recursive): inner
    }
  }

  /// The memory of a value that combines values with `self` and `other`.
  func beside(_ other: FeatureMemory) -> FeatureMemory {
    switch (self, other) {
    case (.path, _), (_, .path): .path
    case (.session, _), (_, .session): .session
    case (.window(let bars), .window(let others)): .window(bars: max(bars, others))
    case (.recursive(let decay), .recursive(let other)): .recursive(decay: max(decay, other))
    case (.recursive, _): self
    case (_, .recursive): other
    }
  }
}

/// When a value counts: windows add up, and filters in a row forget more slowly than one.
struct FeatureWarmUp: Hashable {
  /// Bars of the windows on the longest way from the inputs.
  var windowBars = 1
  /// The slowest decay on the way, and how many filters stand in a row.
  var decay = 0.0
  var depth = 0

  /// Bars until the value counts.
  var bars: Int { windowBars + filterBars }

  /// The smallest n at which the start of `depth` filters of `decay` in a row weighs at most
  /// ``FeatureMemory/seedWeightWhenWarm``: the sum over k < depth of C(n + k - 1, k) (1 - decay)^k decay^n.
  private var filterBars: Int {
    guard depth > 0, decay > 0 else { return 0 }
    var bars = 0
    var power = 1.0
    while true {
      var term = power
      var weight = term
      for k in 1..<max(1, depth) {
        term *= Double(bars + k - 1) / Double(k) * (1 - decay)
        weight += term
      }
      if weight <= FeatureMemory.seedWeightWhenWarm { return bars }
      bars += 1
      power *= decay
    }
  }

  /// The warm-up of a value that is computed with `memory` from values with this one.
  func followed(by memory: FeatureMemory) -> FeatureWarmUp {
    var result = self
    switch memory {
    case .window(let bars): result.windowBars += bars - 1
    case .recursive(let decay):
      result.decay = max(self.decay, decay)
      result.depth += 1
    case .session, .path: break
    }
    return result
  }

  /// The warm-up of a value that combines values with this one and `other`.
  func beside(_ other: FeatureWarmUp) -> FeatureWarmUp {
    var result = filterBars >= other.filterBars ? self : other
    result.windowBars = max(windowBars, other.windowBars)
    return result
  }
}
