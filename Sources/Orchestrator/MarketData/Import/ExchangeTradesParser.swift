// The exchange's trade file (NEG layout): header, rows of 18 fields grouped by symbol, trailer.

import Glibc
import TradingDomain

/// Parses B3's NEG files. Source of the layout: the exchange's description of its historical trade files.
struct ExchangeTradesParser: RowParser {
  var rows: ParsedRows
  private let symbol: String?
  private let grid: TickGrid?
  private let offGrid: OffGridPolicy
  private let declaredLines: Int
  private let numbers = DecimalScanner(.decimalPoint, delimiter: UInt8(ascii: ";"))
  private var dates: DateScanner
  private var contracts: ContractFilter
  private var hasTrailer = false
  private var rowsAfterTrailer = 0
  /// Rows of each symbol in the order of the file, kept while no symbol was chosen.
  private var symbols: [(name: String, rows: Int)] = []

  /// - Parameter symbol: nil only counts the symbols, so that ``finish(path:)`` can list them.
  init(symbol: String?, grid: TickGrid?, declaredLines: Int, options: ImportOptions) {
    self.symbol = symbol
    self.grid = grid
    self.declaredLines = declaredLines
    offGrid = options.offGrid
    dates = DateScanner(form: .yearFirst(UInt8(ascii: "-")), zone: options.timeZone, delimiter: UInt8(ascii: ";"))
    contracts = ContractFilter(symbol: symbol ?? "")
    rows = ParsedRows(exampleLimit: options.exampleLimit)
  }

  func finish(path: String) throws(ImportError) {
    guard hasTrailer else { throw .truncatedFile(path: path, reason: "its trailer line (RT NEG) is missing") }
    guard rows.rowsRead + 2 == declaredLines, rowsAfterTrailer == 0 else {
      throw .truncatedFile(
        path: path,
        reason: "its header declares \(declaredLines) lines with header and trailer, and it has \(rows.rowsRead + 2)")
    }
    guard symbol == nil else { return }
    var totals: [String: Int] = [:]
    for (name, count) in symbols { totals[name, default: 0] += count }
    let busiest = totals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(6)
    throw .symbolNeeded(
      path: path, examples: busiest.map { "\($0.key) (\(grouped($0.value)) trades)" }, distinct: totals.count)
  }

  mutating func parse(_ run: UnsafeRawBufferPointer) {
    guard var cursor = run.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    let runEnd = cursor + run.count
    while cursor < runEnd {
      guard let found = memchr(cursor, 10, runEnd - cursor) else { return }
      let newline = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
      let end = newline > cursor && newline[-1] == 13 ? newline - 1 : newline
      rows.lines += 1
      if end == cursor {
        rows.blankLines += 1
      } else if end - cursor >= 6, cursor[0] == UInt8(ascii: "R"), memcmp(cursor + 2, " NEG", 4) == 0 {
        if cursor[1] == UInt8(ascii: "T") { hasTrailer = true }
      } else {
        if hasTrailer { rowsAfterTrailer += 1 }
        parseRow(cursor, end)
      }
      cursor = newline + 1
    }
  }

  private mutating func parseRow(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    rows.rowsRead += 1
    if let issue = readRow(start, end) { rows.tally.note(issue, line: rows.lines) { excerpt(start, end) } }
  }

  private mutating func readRow(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> RowIssue? {
    var cursor = start
    guard let midnight = dates.midnight(&cursor, end) else { return .badDate }
    guard let code = field(&cursor, end) else { return .wrongColumnCount }
    guard symbol != nil, let grid else {
      countSymbol(code.start, code.end)
      return .otherSymbol
    }
    let contract: ContractCode
    switch contracts.judge(code.start, code.end, readableEnd: end) {
    case .own(let own): contract = own
    case .other:
      rows.noteOtherSymbol(excerpt(code.start, code.end))
      return .otherSymbol
    case .unusable: return .badContract
    }
    guard let number = whole(&cursor, end), let price = decimal(&cursor, end), let quantity = whole(&cursor, end) else {
      return .badNumber
    }
    guard var time = field(&cursor, end) else { return .wrongColumnCount }
    guard let timeOfDay = dates.timeOfDay(&time.start, time.end), time.start == time.end else { return .badTime }
    guard let indicator = whole(&cursor, end), skip(3, &cursor, end), let buyer = whole(&cursor, end),
      skip(3, &cursor, end), let seller = whole(&cursor, end), let cross = whole(&cursor, end)
    else { return .wrongColumnCount }
    guard indicator == 1 || indicator == 2 else { return .badIndicator }
    guard let (ticks, isExact) = grid.ticks(price.value, places: price.places), ticks.magnitude < 1 << 52,
      number >= 0, quantity < 1 << 52
    else { return .numberOutOfRange }
    guard ticks > 0 else { return .zeroPrice }
    guard quantity > 0 else { return .zeroQuantity }
    if !isExact, offGrid == .reject { return .offGrid }
    var flags: RowFlags = isExact ? [] : .roundedToTick
    if !isExact { rows.tally.note(.roundedToTick, line: rows.lines) { excerpt(start, end) } }
    if indicator == 2 {
      flags.insert(.cancelled)
      rows.tally.note(.cancelled, line: rows.lines) { excerpt(start, end) }
    }
    let instant = Timestamp(nanoseconds: midnight + timeOfDay)
    rows.tradeSteps.note(instant)
    rows.trades.append(
      StoredTrade(
        time: instant, sequence: UInt64(truncatingIfNeeded: rows.lines),
        price: Price(ticks: ticks), quantity: Quantity(quantity), number: UInt64(number), contract: contract,
        flags: flags, kind: ExchangeTradesParser.kind(buyer: buyer, seller: seller, cross: cross)))
    return nil
  }

  /// Indicators are 0 neutral, 1 aggressor, 2 passive; without an aggressor both sides rested, as in an auction.
  static func kind(buyer: Int64, seller: Int64, cross: Int64) -> TradeKind {
    if buyer == 1, seller != 1 { return .buyerAggressor }
    if seller == 1, buyer != 1 { return .sellerAggressor }
    if cross == 1 { return .cross }
    return buyer == 2 && seller == 2 ? .auction : .unspecified
  }

  private mutating func countSymbol(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    let name = excerpt(start, end)
    if let last = symbols.indices.last, symbols[last].name == name {
      symbols[last].rows += 1
    } else {
      symbols.append((name, 1))
    }
  }

  /// The next field without surrounding spaces; `cursor` stands on the `;` before it and moves to the one after it.
  private func field(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>)? {
    guard cursor < end, cursor.pointee == UInt8(ascii: ";") else { return nil }
    var start = cursor + 1
    cursor = start
    while cursor < end, cursor.pointee != UInt8(ascii: ";") { cursor += 1 }
    var last = cursor
    while start < last, start.pointee == 32 { start += 1 }
    while last > start, last[-1] == 32 { last -= 1 }
    return (start, last)
  }

  private func decimal(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> ScannedDecimal? {
    guard let found = field(&cursor, end) else { return nil }
    var start = found.start
    let number = numbers.scan(&start, found.end)
    return number.isValid && start == found.end ? number : nil
  }

  private func whole(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int64? {
    decimal(&cursor, end)?.whole
  }

  private func skip(_ count: Int, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    for _ in 0..<count where field(&cursor, end) == nil { return false }
    return true
  }
}
