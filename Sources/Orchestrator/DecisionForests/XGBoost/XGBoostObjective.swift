// XGBoost's objectives: link, and the margin that a base score stands for.

import Glibc

/// What prediction must know of an XGBoost objective.
struct XGBoostObjective {
  let name: String
  let link: ForestLink

  /// The objective of that name, or nil for one that this program does not run.
  init?(_ name: String) {
    guard let link = Self.links[name] else { return nil }
    self.name = name
    self.link = link
  }

  /// Names that are supported, in alphabetical order.
  static var supportedNames: [String] { links.keys.sorted() }

  private static let links: [String: ForestLink] = [
    "reg:squarederror": .identity,
    "reg:linear": .identity,
    "reg:absoluteerror": .identity,
    "reg:quantileerror": .identity,
    "reg:squaredlogerror": .identity,
    "reg:pseudohubererror": .identity,
    "reg:logistic": .sigmoid(scale: 1),
    "binary:logistic": .sigmoid(scale: 1),
    "binary:logitraw": .identity,
    "binary:hinge": .step,
    "multi:softprob": .softmax,
    "multi:softmax": .argmax,
    "count:poisson": .exponential,
    "reg:gamma": .exponential,
    "reg:tweedie": .exponential,
    "survival:cox": .exponential,
    "rank:pairwise": .identity,
    "rank:ndcg": .identity,
    "rank:map": .identity,
  ]

  /// The margin of a base score, which is written on the scale of predictions: the link undone, in the library's own
  /// single-precision form. Nil when the score is out of the link's range.
  func margin(ofBaseScore score: Float) -> Float? {
    let margin: Float
    switch link {
    case .sigmoid: margin = -logf(1 / score - 1)
    case .exponential: margin = logf(score)
    default: margin = score
    }
    return margin.isFinite ? margin : nil
  }
}
