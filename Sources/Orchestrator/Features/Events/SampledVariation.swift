// How much a price moved inside a bar, with and without its jumps.

/// Realised and bipower variation of a price sampled at multiples of an interval, each sample being the last price
/// until then.
///
/// Differences are whole units of the price given (ticks, or half ticks for a midpoint), so the sums are exact.
///
/// Source: O. E. Barndorff-Nielsen and N. Shephard, "Power and Bipower Variation with Stochastic Volatility and Jumps",
/// Journal of Financial Econometrics 2 (2004), 1-37.
struct SampledVariation {
  private let interval: Int64
  private var price: Int64 = 0
  private var hasPrice = false
  /// The next time to sample at; in force while there is a price.
  private var next: Int64 = .max
  private var sample: Int64 = 0
  private var hasSample = false
  /// Magnitude of the return before; in force while `hasReturn`.
  private var lastReturn: Int64 = 0
  private var hasReturn = false
  private var squares: Int64 = 0
  private var products: Int64 = 0
  private var returns = 0
  private var pairs = 0

  /// - Precondition: `interval` is positive, in nanoseconds.
  init(interval: Int64) {
    precondition(interval > 0, "prices are sampled at a positive interval")
    self.interval = interval
  }

  /// Takes the samples due before `time`.
  @inline(__always) mutating func advance(to time: Int64) {
    if next < time { takeSamples(before: time) }
  }

  /// The price from `time` on; samples before it must have been taken.
  @inline(__always) mutating func set(_ price: Int64, at time: Int64) {
    if !hasPrice {
      let remainder = time % interval
      next = remainder == 0 ? time : time - remainder + (remainder > 0 ? interval : 0)
      hasPrice = true
    }
    self.price = price
  }

  /// The price is unknown from now on; the return across the hole will not be counted.
  mutating func forget() {
    hasPrice = false
    hasSample = false
    hasReturn = false
    next = .max
  }

  /// Begins the next bar.
  mutating func beginBar() {
    squares = 0
    products = 0
    returns = 0
    pairs = 0
  }

  /// Square root of the sum of squared returns; NaN without a return.
  var realised: Double { returns > 0 ? Double(squares).squareRoot() : .nan }

  /// Square root of pi / 2 times the mean product of neighbouring returns times their number; NaN without a pair.
  var bipower: Double { pairs > 0 ? bipowerVariation.squareRoot() : .nan }

  /// The part of the squared variation that jumps made, at least 0; 0 without any variation; NaN without a pair.
  var jumpRatio: Double {
    guard pairs > 0 else { return .nan }
    return squares > 0 ? max(0, 1 - bipowerVariation / Double(squares)) : 0
  }

  private var bipowerVariation: Double { .pi / 2 * Double(products) * Double(returns) / Double(pairs) }

  private mutating func takeSamples(before time: Int64) {
    let count = Int((time - 1 - next) / interval) + 1
    next += Int64(count) * interval
    if hasSample { add(abs(price - sample)) }
    hasSample = true
    sample = price
    let zeroReturns = count - 1
    guard zeroReturns > 0 else { return }
    // Between two samples without an event nothing moved.
    pairs += hasReturn ? zeroReturns : zeroReturns - 1
    returns += zeroReturns
    lastReturn = 0
    hasReturn = true
  }

  private mutating func add(_ magnitude: Int64) {
    squares &+= magnitude &* magnitude
    if hasReturn {
      products &+= magnitude &* lastReturn
      pairs += 1
    }
    lastReturn = magnitude
    hasReturn = true
    returns += 1
  }
}
