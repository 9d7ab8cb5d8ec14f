// Brings parsed rows into the order of time, numbers them within their day and flags what is odd about them.

import TradingDomain

/// Rows ready for the store.
struct OrganizedRows {
  var parsed: ParsedRows
  var barDays: [DaySlice] = []
  var tradeDays: [DaySlice] = []
  var quoteDays: [DaySlice] = []
  var isNewestFirst = false
  var barDuration: BarDuration?
}

/// Orders, numbers and flags the rows of one import.
struct RowOrganizer {
  let options: ImportOptions
  /// Session of a day; nil where the symbol's hours are unknown and nothing is flagged.
  let session: ((SessionDate) -> TradingSession?)?

  func organize(_ parsed: consuming ParsedRows, path: String) throws(ImportError) -> OrganizedRows {
    let (bars, trades, quotes) = (parsed.barSteps, parsed.tradeSteps, parsed.quoteSteps)
    let isNewestFirst = bars.balance + trades.balance + quotes.balance < 0
    var result = OrganizedRows(parsed: parsed, isNewestFirst: isNewestFirst)
    order(&result.parsed.bars, bars, isNewestFirst, &result.parsed.tally)
    order(&result.parsed.trades, trades, isNewestFirst, &result.parsed.tally)
    order(&result.parsed.quotes, quotes, isNewestFirst, &result.parsed.tally)
    if !result.parsed.bars.isEmpty { try organizeBars(&result, bars, path: path) }
    result.tradeDays = days(result.parsed.trades)
    result.quoteDays = days(result.parsed.quotes)
    flagSessions(&result.parsed.trades, result.tradeDays, &result.parsed.tally)
    flagSessions(&result.parsed.quotes, result.quoteDays, &result.parsed.tally)
    numberTicks(&result)
    return result
  }

  /// Turns newest-first rows around, flags rows that then still go back in time, and sorts them into place.
  private func order<Row: StoredRow>(
    _ rows: inout [Row], _ steps: TimeSteps, _ isNewestFirst: Bool, _ tally: inout IssueTally
  ) {
    if isNewestFirst { rows.reverse() }
    guard !steps.isOrdered(isNewestFirst) else { return }
    var latest = Timestamp.distantPast
    var needsSorting = false
    for index in rows.indices {
      let time = rows[index].time
      if time < latest {
        rows[index].flags.insert(.backwardTime)
        needsSorting = true
        tally.note(.backwardTime, line: Int(rows[index].sequence)) {
          "\(localText(time)) after \(localText(latest))"
        }
      } else {
        latest = time
      }
    }
    guard needsSorting else { return }
    rows.sort { left, right in
      if left.time != right.time { return left.time < right.time }
      return isNewestFirst ? left.sequence > right.sequence : left.sequence < right.sequence
    }
  }

  private func organizeBars(
    _ result: inout OrganizedRows, _ steps: TimeSteps, path: String
  ) throws(ImportError) {
    if steps.equal > 0 || !steps.isOrdered(result.isNewestFirst) { removeDuplicates(&result) }
    result.barDays = days(result.parsed.bars)
    let duration = try BarDuration(of: result.parsed.bars, result.barDays, given: options.barDuration, path: path)
    result.barDuration = duration
    removeMisaligned(&result, duration)
    finishBars(&result.parsed.bars, result.barDays, duration.duration, &result.parsed.tally)
  }

  /// Flags gaps and rows outside the session, and numbers the bars of each day.
  private func finishBars(
    _ bars: inout [StoredBar], _ days: [DaySlice], _ step: Nanoseconds, _ tally: inout IssueTally
  ) {
    for day in days {
      let hours = session.map { $0(day.date) }
      var expected = bars[day.rows.lowerBound].time
      for index in day.rows {
        let time = bars[index].time
        let line = Int(bars[index].sequence)
        if time > expected {
          bars[index].flags.insert(.gapBefore)
          let missing = (time - expected).count / step.count
          tally.note(.gap, line: line) { "\(missing) bars missing before \(localText(time))" }
        }
        expected = time + step
        // The outer optional says whether hours are known at all, the inner one whether the day has a session.
        if let hours, !(hours?.contains(time) ?? false) {
          bars[index].flags.insert(.offSession)
          tally.note(.offSession, line: line) { localText(time) }
        }
        bars[index].sequence = UInt64(index - day.rows.lowerBound)
      }
    }
  }

  /// Of bars with the same start the first stays. Two bars of one minute cannot both be true.
  private func removeDuplicates(_ result: inout OrganizedRows) {
    let bars = result.parsed.bars
    guard zip(bars, bars.dropFirst()).contains(where: { $0.time == $1.time }) else { return }
    var kept: [StoredBar] = []
    kept.reserveCapacity(bars.count)
    for bar in bars {
      if kept.last?.time == bar.time {
        result.parsed.tally.note(.duplicateTime, line: Int(bar.sequence)) { localText(bar.time) }
      } else {
        kept.append(bar)
      }
    }
    result.parsed.bars = kept
  }

  /// Bars of one duration begin at equal steps within the day; one that begins between two steps would overlap its
  /// neighbours, so it cannot be what it says.
  private func removeMisaligned(_ result: inout OrganizedRows, _ duration: BarDuration) {
    let step = duration.duration
    guard step <= .seconds(86_400) else { return }
    let bars = result.parsed.bars
    func phase(_ index: Int, _ midnight: Timestamp) -> Int64 { (bars[index].time - midnight).count % step.count }
    var phases: [Int64: Int] = [:]
    for day in result.barDays {
      let midnight = BrasiliaTime.timestamp(day.date, timeOfDay: .zero)
      // Runs of equal phase are counted at once: files are regular, and a dictionary look-up per row would be slow.
      var run: (phase: Int64, count: Int) = (phase(day.rows.lowerBound, midnight), 0)
      // Whole steps keep the phase of the day's first bar, so the others need no look.
      for index in duration.hasWholeSteps ? day.rows.prefix(1) : day.rows {
        let own = phase(index, midnight)
        if own != run.phase {
          phases[run.phase, default: 0] += run.count
          run = (own, 0)
        }
        run.count += 1
      }
      phases[run.phase, default: 0] += run.count
    }
    guard phases.count > 1, let usual = phases.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else { return }
    var kept: [StoredBar] = []
    kept.reserveCapacity(bars.count)
    for day in result.barDays {
      let midnight = BrasiliaTime.timestamp(day.date, timeOfDay: .zero)
      for index in day.rows {
        let bar = bars[index]
        if phase(index, midnight) == usual {
          kept.append(bar)
        } else {
          result.parsed.tally.note(.misalignedBar, line: Int(bar.sequence)) { localText(bar.time) }
        }
      }
    }
    result.parsed.bars = kept
    result.barDays = days(kept)
  }

  private func days<Row: StoredRow>(_ rows: [Row]) -> [DaySlice] {
    var slices: [DaySlice] = []
    var cursor = DayCursor()
    var start = 0
    for index in rows.indices {
      let before = cursor.date
      if cursor.move(to: rows[index].time) {
        if index > start { slices.append(DaySlice(date: before, rows: start..<index)) }
        start = index
      }
    }
    if rows.count > start { slices.append(DaySlice(date: cursor.date, rows: start..<rows.count)) }
    return slices
  }

  /// Numbers trades and quotes together in their true order, and carries each side of the quote forward.
  private func numberTicks(_ result: inout OrganizedRows) {
    let newestFirst = result.isNewestFirst
    var trade = 0
    var quote = 0
    var cursor = DayCursor()
    var sequence: UInt64 = 0
    var previous = Timestamp.distantPast
    var bid = (Price(ticks: 0), Quantity.zero)
    var ask = bid
    while trade < result.parsed.trades.count || quote < result.parsed.quotes.count {
      let takesQuote =
        quote < result.parsed.quotes.count
        && (trade == result.parsed.trades.count
          || precedes(result.parsed.quotes[quote], result.parsed.trades[trade], newestFirst))
      let time = takesQuote ? result.parsed.quotes[quote].time : result.parsed.trades[trade].time
      if cursor.move(to: time) {
        sequence = 0
        bid = (Price(ticks: 0), .zero)
        ask = bid
      } else if time == previous {
        let line = takesQuote ? result.parsed.quotes[quote].sequence : result.parsed.trades[trade].sequence
        result.parsed.tally.note(.sharedTime, line: Int(line)) { localText(time) }
      }
      previous = time
      if takesQuote {
        carry(&result.parsed.quotes[quote], &bid, &ask, &result.parsed.tally)
        result.parsed.quotes[quote].sequence = sequence
        quote += 1
      } else {
        result.parsed.trades[trade].sequence = sequence
        trade += 1
      }
      sequence += 1
    }
  }

  /// Order of two rows by time, then by line; a row that told both gives its quote first, as it stood when the trade
  /// was printed.
  private func precedes(_ quote: StoredQuote, _ trade: StoredTrade, _ newestFirst: Bool) -> Bool {
    if quote.time != trade.time { return quote.time < trade.time }
    return newestFirst ? quote.sequence >= trade.sequence : quote.sequence <= trade.sequence
  }

  private func carry(
    _ quote: inout StoredQuote, _ bid: inout (Price, Quantity), _ ask: inout (Price, Quantity),
    _ tally: inout IssueTally
  ) {
    if quote.bid == ParsedRows.untold {
      (quote.bid, quote.bidQuantity) = bid
    } else {
      bid = (quote.bid, quote.bid.ticks == 0 ? .zero : quote.bidQuantity)
    }
    if quote.ask == ParsedRows.untold {
      (quote.ask, quote.askQuantity) = ask
    } else {
      ask = (quote.ask, quote.ask.ticks == 0 ? .zero : quote.askQuantity)
    }
    if quote.bid > quote.ask, quote.ask.ticks > 0 {
      quote.flags.insert(.crossed)
      let time = quote.time
      tally.note(.crossedQuote, line: Int(quote.sequence)) { localText(time) }
    }
  }

  /// Runs while `sequence` still is the line number.
  private func flagSessions<Row: StoredRow>(_ rows: inout [Row], _ days: [DaySlice], _ tally: inout IssueTally) {
    guard let session else { return }
    for day in days {
      let hours = session(day.date)
      for index in day.rows {
        if let hours, hours.contains(rows[index].time) { continue }
        rows[index].flags.insert(.offSession)
        let time = rows[index].time
        tally.note(.offSession, line: Int(rows[index].sequence)) { localText(time) }
      }
    }
  }
}
