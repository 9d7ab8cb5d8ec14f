// The lengths of the event layer's windows; the defaults suit one-minute bars of the dollar and index futures.

package import TradingDomain

/// Sizes that the event signals are computed with. Two layers with equal settings give equal values.
package struct EventFeatureSettings: Hashable, Sendable {
  /// Bars in the rolling windows over bars.
  package var barWindow = 60
  /// Trades in the rolling regressions and covariances over trades.
  package var tradeWindow = 512
  /// Trades whose sizes tell what a large trade is.
  package var sizeWindow = 1_024
  /// A trade is large above this quantile of the sizes before it, in per mille.
  package var largePerMille = 950
  /// Contracts in a bucket of VPIN. Its authors take a fiftieth of a usual day's volume.
  package var bucketVolume: Int64 = 5_000
  /// Buckets in VPIN's window.
  package var bucketCount = 50
  /// Spacing of the clock on which prices are sampled for realised variation.
  package var sampling = Nanoseconds.seconds(1)
  /// Price levels kept on each side of the book.
  package var bookLevels: UInt32 = 256
  /// Trades that may await their horizons at once (a power of two); beyond, the oldest go unmeasured.
  package var pendingTrades = 8_192

  /// The defaults.
  package init() {}
}

extension EventFeatureSettings {
  /// The defaults with a bucket of about a fiftieth of the instrument's usual day: the median day of the mini dollar's
  /// minute bars of 2025 and 2026, and the dollar's ticks of 2 April 2020. Others keep the default.
  package init(instrument: Instrument) {
    self.init()
    switch instrument.symbol {
    case "WDO": bucketVolume = 50_000
    case "DOL": bucketVolume = 6_000
    default: break
    }
  }
}
