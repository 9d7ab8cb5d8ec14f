// Rows of separated columns, from bytes to store rows in one pass. No String and no allocation per field.

import Glibc
import TradingDomain

/// Parses files laid out as a ``DelimitedLayout``.
struct DelimitedParser: RowParser {
  var rows: ParsedRows
  private let layout: DelimitedLayout
  private let grid: TickGrid
  private let offGrid: OffGridPolicy
  private let numbers: DecimalScanner
  private var dates: DateScanner
  private var contracts: ContractFilter
  private var headerPending = true
  private let kinds: [FieldKind]
  private let slots = RowSlots()

  init(layout: DelimitedLayout, symbol: String, grid: TickGrid, options: ImportOptions, expectedRows: Int) {
    self.layout = layout
    self.grid = grid
    offGrid = options.offGrid
    numbers = DecimalScanner(layout.numberStyle, delimiter: layout.delimiter)
    dates = DateScanner(form: layout.dateForm, zone: options.timeZone, delimiter: layout.delimiter)
    contracts = ContractFilter(symbol: symbol)
    kinds = layout.columns.map(FieldKind.init)
    rows = ParsedRows(exampleLimit: options.exampleLimit)
    if layout.content == .bars { rows.reserveBars(expectedRows) }
  }

  func finish(path: String) throws(ImportError) {}

  mutating func parse(_ run: UnsafeRawBufferPointer) {
    guard var cursor = run.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    let runEnd = cursor + run.count
    let kinds = self.kinds
    let columns = layout.columns
    kinds.withUnsafeBufferPointer { kinds in
      columns.withUnsafeBufferPointer { columns in
        while cursor < runEnd {
          // The run ends with a line feed, so there always is one.
          guard let found = memchr(cursor, 10, runEnd - cursor) else { return }
          let newline = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
          let end = newline - cursor > 0 && newline[-1] == 13 ? newline - 1 : newline
          rows.lines &+= 1
          if end == cursor {
            rows.blankLines += 1
          } else if headerPending {
            headerPending = false
          } else {
            parseRow(cursor, end, kinds, columns)
          }
          cursor = newline + 1
        }
      }
    }
  }

  @inline(__always)
  private mutating func parseRow(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ kinds: UnsafeBufferPointer<FieldKind>,
    _ columns: UnsafeBufferPointer<ColumnRole>
  ) {
    rows.rowsRead &+= 1
    var values = RowValues(slots: slots.base)
    let issue = readColumns(start, end, kinds, columns, &values) ?? store(values)
    if issue != nil || values.isOffGrid { note(issue ?? .roundedToTick, start, end) }
  }

  /// Out of the hot path: most rows have nothing to remark.
  @inline(never)
  private mutating func note(_ issue: RowIssue, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    rows.tally.note(issue, line: rows.lines) { excerpt(start, end) }
  }

  /// Fills `values` from the line; the issue when the row cannot be used.
  @inline(__always)
  private mutating func readColumns(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ kinds: UnsafeBufferPointer<FieldKind>,
    _ columns: UnsafeBufferPointer<ColumnRole>, _ values: inout RowValues
  ) -> RowIssue? {
    let delimiter = layout.delimiter
    var cursor = start
    for index in 0..<kinds.count {
      if index > 0 {
        guard cursor < end, cursor.pointee == delimiter else { return .wrongColumnCount }
        cursor += 1
      }
      let kind = kinds[index]
      if kind == .skip {
        skipField(&cursor, end)
        continue
      }
      skipPadding(&cursor, end)
      if cursor < end, cursor.pointee != delimiter {
        let role = columns[index]
        values.told |= 1 &<< UInt32(role.rawValue)
        if let issue = readField(kind, role, &cursor, end, &values) { return issue }
        if cursor < end, cursor.pointee != delimiter {
          skipPadding(&cursor, end)
          guard cursor == end || cursor.pointee == delimiter else { return RowIssue.unreadable(role) }
        }
      }
    }
    // One delimiter after the last column is tolerated; a further column is not.
    guard cursor == end || cursor + 1 == end else { return .wrongColumnCount }
    return nil
  }

  /// Moves past spaces and quotes.
  @inline(__always)
  private func skipPadding(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    while cursor < end, cursor.pointee == 32 || cursor.pointee == UInt8(ascii: "\"") { cursor += 1 }
  }

  /// Moves to the next delimiter or the end.
  @inline(__always)
  private func skipField(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    while end - cursor >= 8 {
      let index = ByteWord(at: cursor).firstIndex(of: layout.delimiter)
      cursor += index
      if index < 8 { return }
    }
    while cursor < end, cursor.pointee != layout.delimiter { cursor += 1 }
  }

  @inline(__always)
  private mutating func readField(
    _ kind: FieldKind, _ role: ColumnRole, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ values: inout RowValues
  ) -> RowIssue? {
    switch kind {
    case .price: return readPrice(&cursor, end, role, &values)
    case .whole: return readWhole(&cursor, end, role, values)
    case .signed: return readWhole(&cursor, end, role, values, mayBeNegative: true)
    case .dateTime:
      guard let midnight = dates.midnight(&cursor, end) else { return .badDate }
      values.midnight = midnight
      while cursor < end, cursor.pointee == 32 || cursor.pointee == UInt8(ascii: "T") { cursor += 1 }
      // A date alone is the start of a daily bar.
      if cursor == end || cursor.pointee == layout.delimiter { return layout.content == .bars ? nil : .badTime }
      return readTime(&cursor, end, &values)
    case .date:
      guard let midnight = dates.midnight(&cursor, end) else { return .badDate }
      values.midnight = midnight
      return nil
    case .time: return readTime(&cursor, end, &values)
    case .contract: return readContract(&cursor, end, &values)
    case .word: return readWord(role, &cursor, end, &values)
    case .skip: return nil
    }
  }

  @inline(__always)
  private func readTime(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ values: inout RowValues
  ) -> RowIssue? {
    guard let time = dates.timeOfDay(&cursor, end), let correction = dates.zoneCorrection(&cursor, end) else {
      return .badTime
    }
    values.timeOfDay = time + correction
    return nil
  }

  @inline(__always)
  private func readPrice(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ role: ColumnRole, _ values: inout RowValues
  ) -> RowIssue? {
    let number = numbers.scan(&cursor, end)
    guard number.isValid else { return .badNumber }
    guard let (ticks, isExact) = grid.ticks(number.value, places: number.places), ticks.magnitude < 1 << 52 else {
      return .numberOutOfRange
    }
    if !isExact { values.isOffGrid = true }
    values.slots[Int(role.rawValue)] = ticks
    return nil
  }

  @inline(__always)
  private func readWhole(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ role: ColumnRole, _ values: RowValues,
    mayBeNegative: Bool = false
  ) -> RowIssue? {
    let number = numbers.scan(&cursor, end)
    guard number.isValid else { return .badNumber }
    guard let whole = number.whole else { return .fractionalQuantity }
    guard whole >= 0 || mayBeNegative, whole.magnitude < 1 << 52 else { return .numberOutOfRange }
    values.slots[Int(role.rawValue)] = whole
    return nil
  }

  @inline(__always)
  private mutating func readContract(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ values: inout RowValues
  ) -> RowIssue? {
    let start = cursor
    skipField(&cursor, end)
    var last = cursor
    while last > start, last[-1] == 32 || last[-1] == UInt8(ascii: "\"") { last -= 1 }
    switch contracts.judge(start, last, readableEnd: end) {
    case .own(let code):
      values.contract = code
      return nil
    case .other:
      rows.noteOtherSymbol(excerpt(start, last))
      return .otherSymbol
    case .unusable: return .badContract
    }
  }

  @inline(never)
  private func readWord(
    _ role: ColumnRole, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ values: inout RowValues
  ) -> RowIssue? {
    let start = cursor
    while cursor < end, cursor.pointee != layout.delimiter, cursor.pointee != UInt8(ascii: "\"") { cursor += 1 }
    let word = excerpt(start, cursor).lowercased()
    switch role {
    case .rowKind: return word == "trade" ? nil : .unknownKind
    case .metaTraderFlags:
      // MetaTrader 5 tick flags: 32 the tick came from a buy, 64 from a sell.
      guard let flags = UInt32(word) else { return .badNumber }
      values.kind = flags & 32 != 0 ? .buyerAggressor : (flags & 64 != 0 ? .sellerAggressor : .unspecified)
      return nil
    default:
      switch word {
      case "b", "buy", "buyer", "c", "compra", "comprador": values.kind = .buyerAggressor
      case "s", "sell", "seller", "v", "venda", "vendedor": values.kind = .sellerAggressor
      default: values.kind = .unspecified
      }
      return nil
    }
  }

  /// Appends the row; the issue when its values cannot stand.
  @inline(__always)
  private mutating func store(_ values: RowValues) -> RowIssue? {
    guard values.has(.dateTime) || (values.has(.date) && values.has(.time)) else { return .badDate }
    let time = Timestamp(nanoseconds: values.midnight &+ values.timeOfDay)
    return layout.content == .bars ? storeBar(values, time) : storeTicks(values, time)
  }

  @inline(__always)
  private mutating func storeBar(_ values: RowValues, _ time: Timestamp) -> RowIssue? {
    guard values.has(.open), values.has(.high), values.has(.low), values.has(.close) else { return .missingValue }
    let (open, high, low, close) = (values[.open], values[.high], values[.low], values[.close])
    guard open > 0, high > 0, low > 0, close > 0 else { return .zeroPrice }
    if values.isOffGrid, offGrid == .reject { return .offGrid }
    guard high >= open, high >= close, low <= open, low <= close,
      values[.signedVolume].magnitude <= values[.volume].magnitude
    else { return .inconsistentBar }
    rows.barSteps.note(time)
    rows.bars.append(
      StoredBar(
        time: time, sequence: UInt64(truncatingIfNeeded: rows.lines), open: Price(ticks: open),
        high: Price(ticks: high), low: Price(ticks: low), close: Price(ticks: close),
        volume: Quantity(values[.volume]), signedVolume: values[.signedVolume], contract: values.contract,
        tradeCount: UInt32(clamping: values[.tradeCount]), flags: values.isOffGrid ? .roundedToTick : []))
    return nil
  }

  @inline(never)
  private mutating func storeTicks(_ values: RowValues, _ time: Timestamp) -> RowIssue? {
    let line = UInt64(truncatingIfNeeded: rows.lines)
    let rounding: RowFlags = values.isOffGrid ? .roundedToTick : []
    let (price, bid, ask, quantity) = (values[.price], values[.bid], values[.ask], values[.quantity])
    let hasQuote = values.has(.bid) || values.has(.ask)
    guard values.has(.price) || hasQuote else { return .missingValue }
    guard price >= 0, bid >= 0, ask >= 0 else { return .zeroPrice }
    if values.isOffGrid, offGrid == .reject { return .offGrid }
    if price == 0, bid == 0, ask == 0, quantity == 0 {
      // MetaTrader writes all its fields as zero when it resets a session; a single zero side is an emptied side.
      let toldBoth = values.has(.bid) && values.has(.ask)
      if toldBoth || values.has(.price) { return hasQuote ? .housekeeping : .zeroPrice }
    }
    let hasTrade = values.has(.price) && price > 0 && (!hasQuote || quantity > 0)
    if hasTrade, quantity == 0 { return values.has(.quantity) ? .zeroQuantity : .missingValue }
    guard hasQuote || hasTrade else { return .zeroPrice }
    if hasQuote {
      var flags = rounding
      if values.has(.bid) { flags.insert(.bidChanged) }
      if values.has(.ask) { flags.insert(.askChanged) }
      rows.quoteSteps.note(time)
      rows.quotes.append(
        StoredQuote(
          time: time, sequence: line, bid: values.has(.bid) ? Price(ticks: bid) : ParsedRows.untold,
          bidQuantity: Quantity(values[.bidQuantity]), ask: values.has(.ask) ? Price(ticks: ask) : ParsedRows.untold,
          askQuantity: Quantity(values[.askQuantity]), contract: values.contract, flags: flags))
    }
    if hasTrade {
      rows.tradeSteps.note(time)
      rows.trades.append(
        StoredTrade(
          time: time, sequence: line, price: Price(ticks: price), quantity: Quantity(quantity),
          number: UInt64(values[.tradeNumber]), contract: values.contract, flags: rounding, kind: values.kind))
      if hasQuote { rows.rowsWithBoth += 1 }
    }
    return nil
  }
}

extension RowIssue {
  /// The issue for a field with something unexpected after its value.
  fileprivate static func unreadable(_ role: ColumnRole) -> RowIssue {
    switch role {
    case .dateTime, .date: return .badDate
    case .time: return .badTime
    default: return .badNumber
    }
  }
}
