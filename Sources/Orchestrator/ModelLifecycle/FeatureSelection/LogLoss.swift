// The loss that selections are scored by.

import Foundation

/// Logarithmic loss of one forecast of a direction, in nats.
enum LogLoss {
  /// Of a margin (log odds): ln(1 + exp(-margin)) for a rise, ln(1 + exp(margin)) for a fall.
  static func ofMargin(_ margin: Double, isRise: Bool) -> Double {
    let signed = isRise ? -margin : margin
    // Beyond this the exponential leaves nothing to add.
    return signed > 30 ? signed : log1p(exp(signed))
  }
}
