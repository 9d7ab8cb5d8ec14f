// What parsing has collected from a file before it is ordered and stored.

import Glibc
import TradingDomain

/// Rows in the order of the file. `sequence` holds the line number until the rows are numbered within their day.
struct ParsedRows {
  /// A side of a quote that its row did not tell.
  static let untold = Price(ticks: .min)

  var bars: [StoredBar] = []
  var trades: [StoredTrade] = []
  var quotes: [StoredQuote] = []
  /// Steps of time within each of the three.
  var barSteps = TimeSteps()
  var tradeSteps = TimeSteps()
  var quoteSteps = TimeSteps()
  var tally: IssueTally
  /// Lines seen so far, and how many of them were data rows or blank.
  var lines = 0
  var rowsRead = 0
  var blankLines = 0
  /// Rows that gave a trade and a quote: they are one row of the source.
  var rowsWithBoth = 0
  /// Codes of skipped rows, each at its first occurrence, at most ``mostOtherSymbols``.
  var otherSymbols: [String] = []

  static let mostOtherSymbols = 12

  init(exampleLimit: Int) { tally = IssueTally(exampleLimit: exampleLimit) }

  /// Rows of the source that are represented in the store-bound rows.
  var keptRows: Int { bars.count + trades.count + quotes.count - rowsWithBoth }

  /// Makes room for `count` bars in large pages: faulting in small ones would cost a tenth of an import.
  mutating func reserveBars(_ count: Int) {
    bars.reserveCapacity(count)
    let pageSize = 2 << 20
    bars.withUnsafeMutableBufferPointer { reserved in
      guard let base = reserved.baseAddress else { return }
      let start = (Int(bitPattern: base) + pageSize - 1) & ~(pageSize - 1)
      let end = (Int(bitPattern: base) + count * MemoryLayout<StoredBar>.stride) & ~(pageSize - 1)
      // Advice only: where the kernel does not take it, everything works with small pages.
      if end > start { madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_HUGEPAGE) }
    }
  }

  mutating func noteOtherSymbol(_ code: String) {
    if otherSymbols.count < ParsedRows.mostOtherSymbols, !otherSymbols.contains(code) { otherSymbols.append(code) }
  }
}

/// Steps of time from row to row in the order of the file: regular files need no pass over their rows to be ordered.
struct TimeSteps {
  private(set) var forward = 0
  private(set) var backward = 0
  private(set) var equal = 0
  private var last = Timestamp.distantPast

  @inline(__always)
  mutating func note(_ time: Timestamp) {
    if time.nanoseconds > last.nanoseconds {
      // The first row is no step; the distant past marks it.
      forward &+= last.nanoseconds == .min ? 0 : 1
    } else if time.nanoseconds < last.nanoseconds {
      backward &+= 1
    } else {
      equal &+= 1
    }
    last = time
  }

  /// Negative when more steps go back in time than forward.
  var balance: Int { forward - backward }
  /// Whether the rows are in order once they stand oldest first.
  func isOrdered(_ isNewestFirst: Bool) -> Bool { (isNewestFirst ? forward : backward) == 0 }
}

/// Parses runs of whole lines into rows.
protocol RowParser {
  var rows: ParsedRows { get set }
  /// `run` ends with a line feed.
  mutating func parse(_ run: UnsafeRawBufferPointer)
  /// Checks what only the end of the file can tell.
  func finish(path: String) throws(ImportError)
}
