// The leaves of feature expressions: everything that is known at the close of a bar.

/// A field of the newest completed bar. Prices are in ticks.
@frozen package enum BarInput: String, CaseIterable, Hashable, Sendable {
  case open
  case high
  case low
  case close
  /// Contracts.
  case volume
  /// Number of trades; 0 where the source does not tell.
  case trades
  /// Buyer-initiated minus seller-initiated contracts; 0 where the source does not tell.
  case signedVolume = "signed_volume"
  /// Length of the bar in seconds: constant for time bars, a measure of activity for the others.
  case seconds
  /// 1 when events were lost during the bar or just before it, else 0.
  case isGap = "is_gap"
  /// 1 when the bar only fills a time without trades, else 0.
  case isNoTrade = "is_no_trade"
}

/// What the exchange's clock says at the close of a bar.
@frozen package enum ClockInput: String, CaseIterable, Hashable, Sendable {
  /// Minutes since the regular opening.
  case minutesSinceOpen = "minutes_since_open"
  /// Minutes until the regular close.
  case minutesToClose = "minutes_to_close"
  /// Part of the regular session that has passed, 0 to 1.
  case sessionFraction = "session_fraction"
  /// 1 in the first five minutes, which hold the opening auction's print, else 0.
  case isOpening = "is_opening"
  /// 1 in the last ten minutes, closing call included, else 0.
  case isClosing = "is_closing"
  /// 1 inside one of the central bank's four PTAX windows, else 0.
  case inPtax = "in_ptax"
  /// Minutes until the next PTAX window begins, at most 60; 60 after the last.
  case minutesToPtax = "minutes_to_ptax"
  /// 1 Monday to 5 Friday.
  case dayOfWeek = "day_of_week"
  case dayOfMonth = "day_of_month"
  /// Weekdays left in the month after today: the dollar contracts roll at its end. Holidays are not known to it.
  case weekdaysToMonthEnd = "weekdays_to_month_end"
  /// Bars since the session's first one, which has 0.
  case barsInSession = "bars_in_session"
}

/// Probability of a market regime at the close of the bar, by the processor's detector.
@frozen package enum RegimeInput: String, CaseIterable, Hashable, Sendable {
  case trendUp = "trend_up"
  case trendDown = "trend_down"
  case range
  case stress
  case undefined
}

/// A leaf of a feature expression.
@frozen package enum FeatureInput: Hashable, Sendable {
  /// A field of the bar: `close`.
  case bar(BarInput)
  /// The exchange's clock: `clock.minutes_to_close`.
  case clock(ClockInput)
  /// A signal of the event layer over the bar: `event.spread_mean`.
  case event(EventSignal)
  /// A regime's probability: `regime.range`.
  case regime(RegimeInput)
  /// A field of another instrument's newest completed bar: `WIN.close`.
  case reference(symbol: String, BarInput)

  /// The name in expressions.
  package var name: String {
    switch self {
    case .bar(let input): input.rawValue
    case .clock(let input): "clock." + input.rawValue
    case .event(let signal): "event." + signal.name
    case .regime(let input): "regime." + input.rawValue
    case .reference(let symbol, let input): symbol + "." + input.rawValue
    }
  }

  /// The input with that name, or nil.
  package init?(name: some StringProtocol) {
    guard let dot = name.firstIndex(of: ".") else {
      guard let input = BarInput(rawValue: String(name)) else { return nil }
      self = .bar(input)
      return
    }
    let (space, rest) = (name[..<dot], String(name[name.index(after: dot)...]))
    switch space {
    case "clock":
      guard let input = ClockInput(rawValue: rest) else { return nil }
      self = .clock(input)
    case "event":
      guard let signal = EventSignal.allCases.first(where: { $0.name == rest }) else { return nil }
      self = .event(signal)
    case "regime":
      guard let input = RegimeInput(rawValue: rest) else { return nil }
      self = .regime(input)
    default:
      guard space.allSatisfy({ $0.isUppercase || $0.isNumber }), let input = BarInput(rawValue: rest) else {
        return nil
      }
      self = .reference(symbol: String(space), input)
    }
  }

  /// What must be recorded for the value to exist.
  package var tier: DataTier {
    switch self {
    // A field of the bar, but one that most sources of bars leave empty.
    case .bar(.trades), .bar(.signedVolume), .event(.barOrderImbalance): .trades
    case .event(let signal): signal.tier
    case .bar, .clock, .regime, .reference: .bars
    }
  }

  /// How long the past stays in the value.
  var memory: FeatureMemory {
    switch self {
    // The slowest average of the rules; the learned filter forgets faster.
    case .regime: .recursive(decay: 1 - 2 / (Double(RegimeDetector.warmUpBars) + 1))
    case .event(let signal): signal.memory
    case .bar, .clock, .reference: .window(bars: 1)
    }
  }

  /// Whether the value is a price level in ticks.
  var isPriceLevel: Bool {
    switch self {
    case .bar(.open), .bar(.high), .bar(.low), .bar(.close): true
    case .reference(_, .open), .reference(_, .high), .reference(_, .low), .reference(_, .close): true
    default: false
    }
  }

  /// Whether the value is always a whole number below 2^48.
  var isIntegral: Bool {
    switch self {
    case .bar(let input), .reference(_, let input): input != .seconds
    case .clock(let input): input != .sessionFraction
    case .event, .regime: false
    }
  }
}
