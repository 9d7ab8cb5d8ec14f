// How far back in its price level's queue an order stands, where the feed does not say.

import Glibc

/// The named assumptions about the queue ahead of a resting order; the name goes into every report.
///
/// All begin behind everything displayed at the price. They differ in what a shrinking display says about who left.
package enum QueueModel: Hashable, Sendable {
  /// Only prints move the order forward, and a level that shrinks below the queue ahead; a print whose contracts had
  /// already left the display is not counted again. Whatever the order in which a feed tells of a trade and of the
  /// level it left, no contract is counted twice: the most careful of the rules.
  case careful
  /// Only prints move the order forward, and a level that shrinks below the queue ahead. A feed that shows the smaller
  /// level before its print is believed twice. The rule named "risk averse" by hftbacktest.
  case riskAverse
  /// Contracts that leave without a print left ahead or behind with a probability that depends on how many stand there.
  case probability(QueueProbability)
  /// The feed names its orders: exactly those that were added before are ahead. Needs order-by-order data.
  case orderByOrder

  /// Name for reports and configuration files.
  package var name: String {
    switch self {
    case .careful: return "careful"
    case .riskAverse: return "risk-averse"
    case .probability(let probability): return probability.name
    case .orderByOrder: return "order-by-order"
    }
  }

  /// The models that are chosen by name alone; a power family takes its exponent after a colon, as in `power:3`.
  ///
  /// Returns nil for a name that is none.
  package init?(named text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("careful", 1): self = .careful
    case ("risk-averse", 1): self = .riskAverse
    case ("order-by-order", 1): self = .orderByOrder
    default:
      guard let probability = QueueProbability(named: parts[0], exponent: parts.count == 2 ? Double(parts[1]) : nil)
      else { return nil }
      self = .probability(probability)
    }
  }

  /// What `init(named:)` accepts, for messages.
  package static let names =
    "careful, risk-averse, order-by-order, power:N, power-share:N, power-front:N (N above 0), logarithm, "
    + "logarithm-share"
}

/// The probability that a contract which leaves a level stood behind the order, from the contracts ahead (`front`) and
/// behind (`back`).
///
/// The families are those of hftbacktest; the idea is from E. Rigtorp, "Estimating order queue position" (2013).
package struct QueueProbability: Hashable, Sendable {
  /// How the probability is made of front and back.
  package enum Family: String, Hashable, Sendable, CaseIterable {
    /// f(back) / (f(back) + f(front)), f(x) = x^n.
    case power
    /// f(back) / f(back + front), f(x) = x^n.
    case powerShare = "power-share"
    /// 1 - (front / (front + back))^n.
    case powerFront = "power-front"
    /// f(back) / (f(back) + f(front)), f(x) = ln(1 + x).
    case logarithm
    /// f(back) / f(back + front), f(x) = ln(1 + x).
    case logarithmShare = "logarithm-share"
  }

  package let family: Family
  /// The power families' n; 1 where unused.
  package let exponent: Double

  /// - Precondition: the exponent is finite and above 0.
  package init(_ family: Family, exponent: Double = 1) {
    precondition(exponent.isFinite && exponent > 0, "queue exponent \(exponent) must be above 0")
    self.family = family
    self.exponent = exponent
  }

  init?(named name: String, exponent: Double?) {
    guard let family = Family(rawValue: name) else { return nil }
    switch family {
    case .power, .powerShare, .powerFront:
      guard let exponent, exponent.isFinite, exponent > 0 else { return nil }
      self.init(family, exponent: exponent)
    case .logarithm, .logarithmShare:
      if exponent != nil { return nil }
      self.init(family)
    }
  }

  var name: String {
    switch family {
    case .power, .powerShare, .powerFront: return "\(family.rawValue):\(exponent)"
    case .logarithm, .logarithmShare: return family.rawValue
    }
  }

  /// Not a number where nobody stands anywhere.
  func behind(front: Double, back: Double) -> Double {
    switch family {
    case .power:
      let (ahead, rest) = (pow(front, exponent), pow(back, exponent))
      return rest / (rest + ahead)
    case .powerShare: return pow(back, exponent) / pow(back + front, exponent)
    case .powerFront: return 1 - pow(front / (front + back), exponent)
    case .logarithm:
      let (ahead, rest) = (log(1 + front), log(1 + back))
      return rest / (rest + ahead)
    case .logarithmShare: return log(1 + back) / log(1 + (back + front))
    }
  }
}

/// Where one order stands in its level.
struct QueuePosition: Hashable {
  /// Contracts ahead; infinite where nobody can know, and then only a market that goes through the price fills.
  var ahead = Double.infinity
  /// Contracts last seen displayed at the price; nil before any.
  var shown: Double?
  /// Contracts that left the display ahead without a print yet; the next prints are charged against them (`careful`).
  var unexplained = 0.0
  /// Contracts printed since the display last changed (`probability`).
  var printed = 0.0

  /// Behind `displayed` contracts; nil when the source does not tell.
  init(behind displayed: Int64?) {
    guard let displayed else { return }
    ahead = Double(displayed)
    shown = ahead
  }

  var isKnown: Bool { ahead.isFinite }
}

extension QueueModel {
  /// The display at the order's price is now `displayed`.
  func levelChanged(_ position: inout QueuePosition, to displayed: Int64) {
    let new = Double(displayed)
    guard position.isKnown, let previous = position.shown else {
      position.ahead = new
      position.shown = new
      return
    }
    position.shown = new
    switch self {
    case .careful:
      if new < position.ahead {
        position.unexplained += position.ahead - new
        position.ahead = new
      }
    case .riskAverse:
      position.ahead = min(position.ahead, new)
    case .probability(let probability):
      let left = previous - new - position.printed
      position.printed = 0
      if left < 0 {
        position.ahead = min(position.ahead, new)
        return
      }
      let front = position.ahead
      let back = previous - front
      var behind = probability.behind(front: front, back: back)
      if behind.isInfinite { behind = 1 }
      // An empty level makes the probability undefined: then the display alone decides, as `minimum` does with NaN.
      let shortfall = Double.minimum(back - behind * left, 0)
      position.ahead = Double.minimum(front - (1 - behind) * left + shortfall, new)
    case .orderByOrder:
      // Removals name their orders; the total says nothing more.
      break
    }
  }

  /// `quantity` contracts printed at the order's price: returns how many of them come past the queue to the order.
  func printed(_ position: inout QueuePosition, _ quantity: Int64) -> Int64 {
    guard position.isKnown else { return 0 }
    switch self {
    case .careful:
      let explained = min(position.unexplained, Double(quantity))
      position.unexplained -= explained
      let passing = Double(quantity) - explained
      let reached = max(0, passing - position.ahead)
      position.ahead = max(0, position.ahead - passing)
      return Int64(reached)
    case .riskAverse, .probability:
      position.ahead -= Double(quantity)
      position.printed += Double(quantity)
      // To the nearest whole contract: half a one passed is one.
      let reached = (-position.ahead).rounded(.toNearestOrAwayFromZero)
      guard reached > 0 else { return 0 }
      position.ahead = 0
      return Int64(reached)
    case .orderByOrder:
      return 0
    }
  }

  /// The side withdrew behind the order: whoever was ahead is gone.
  func queueGone(_ position: inout QueuePosition) {
    position.ahead = 0
    position.unexplained = 0
    position.printed = 0
    position.shown = 0
  }
}
