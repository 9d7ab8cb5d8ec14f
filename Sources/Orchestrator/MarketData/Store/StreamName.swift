// Names of the streams, which are the names of their folders.

package import TradingDomain

/// A stream of one instrument in the store.
package enum StreamName: Hashable, Sendable {
  case trades
  case quotes
  case depth
  /// Bars of a whole number of seconds.
  case bars(Nanoseconds)

  /// The stream whose folder is called `folder`; nil for any other name.
  package init?(folder: some StringProtocol) {
    switch folder {
    case "trades": self = .trades
    case "quotes": self = .quotes
    case "depth": self = .depth
    default:
      guard folder.hasPrefix("bars-"), folder.hasSuffix("s"),
        let seconds = Int64(folder.dropFirst(5).dropLast()), seconds > 0, seconds <= 366 * 86_400,
        folder == "bars-\(seconds)s"
      else { return nil }
      self = .bars(.seconds(seconds))
    }
  }

  /// Folder name: `trades`, `quotes`, `depth`, `bars-60s`.
  package var folder: String {
    switch self {
    case .trades: return "trades"
    case .quotes: return "quotes"
    case .depth: return "depth"
    case .bars(let duration): return "bars-\(duration.count / 1_000_000_000)s"
    }
  }

  /// The columns of the stream's rows.
  package var fields: [RowField] {
    switch self {
    case .trades: return StoredTrade.fields
    case .quotes: return StoredQuote.fields
    case .depth: return StoredDepth.fields
    case .bars: return StoredBar.fields
    }
  }

  /// Events before bars, short bars before long ones.
  var rank: Int64 {
    switch self {
    case .trades: return -3
    case .quotes: return -2
    case .depth: return -1
    case .bars(let duration): return duration.count
    }
  }
}

extension StreamName: CustomStringConvertible, Comparable {
  package var description: String { folder }
  package static func < (left: StreamName, right: StreamName) -> Bool { left.rank < right.rank }
}

extension StreamName {
  /// Whether the stream holds bars rather than events.
  package var isBars: Bool { if case .bars = self { return true } else { return false } }
}
