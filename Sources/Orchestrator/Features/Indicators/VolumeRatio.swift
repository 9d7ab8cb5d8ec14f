// A bar's volume against its recent mean.

import QuantMath

/// Volume over the mean volume of the last `period` bars including this one; 0 when all of them are empty.
package struct VolumeRatio: ~Copyable {
  private var volumes: RollingIntegerMoments
  private var newest: Int64 = 0

  /// - Precondition: `period` is at least 1.
  package init(period: Int) {
    volumes = RollingIntegerMoments(capacity: period)
  }

  /// Mean volume of the window in contracts (TA-Lib's SMA); nil until full.
  package var mean: Double? { volumes.isFull ? volumes.mean : nil }

  /// The ratio; nil until `period` bars have been seen.
  package var value: Double? {
    mean.map { $0 == 0 ? 0 : Double(newest) / $0 }
  }

  /// Adds the volume of the next bar in contracts.
  package mutating func update(_ contracts: Int64) {
    volumes.update(contracts)
    newest = contracts
  }

  /// Forgets everything.
  package mutating func reset() {
    volumes.reset()
    newest = 0
  }
}
