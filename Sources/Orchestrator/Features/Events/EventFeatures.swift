// The event layer: from trades, quotes and depth to one number per signal at the end of each bar.

import MarketData
package import TradingDomain

/// Computes every ``EventSignal`` of one instrument from its events, in one pass.
///
/// ``observe(_:at:)`` takes events in order; ``closeBar(_:)`` ends a bar and brings ``values`` up to its end. A bar
/// that the clock completes is closed before the event that came at or after its end is observed; a bar that a trade
/// completes is closed after that trade. There is one path for live and stored events, so both give the same bits.
///
/// Whatever a source does not tell stays NaN: with bars alone only the signals of tier ``DataTier/bars`` are numbers.
/// Signals of the bar cover the time since the bar before ended. Windowed signals are functions of the bars or trades
/// in their window; decayed ones depend on the stream's start with a weight that halves every half-life.
///
/// A gap makes the touch, the book and the last prices unknown until they are told again: no flow, step or return is
/// counted across it, the open VPIN bucket is flagged, and the bar is marked. The opening of a session
/// (`.phase(.opened)`) does the same without the marks, since the night is no gap.
///
/// Allocates when made and not after; owned by one thread.
package final class EventFeatures {
  /// The settings it was made with.
  package let settings: EventFeatureSettings
  /// Events and bars that could not be true (a negative size, a price beyond 2^24 ticks) and were left out.
  package private(set) var refusedCount: UInt64 = 0

  private let storage: EventValues
  private var now = Int64.min
  /// End of the bar before, or the session's opening.
  private var barStart: Int64?
  private var isGapInBar = false
  /// With a quote stream, the book no longer tells the touch: the two would take turns.
  private var hasQuotes = false
  private var signer = TradeSigner()
  private var touch = TouchFlow()
  private var book: BookFlow
  private var trades: TradeFlow
  private var kernels = TradeKernels()
  private var horizons: TradeHorizons
  private var buckets: VolumeBuckets
  private var tradeImpact: RollingIntegerRegression
  private var tradeSteps: RollingIntegerRegression
  private var barImpact: RollingIntegerRegression
  private var midVariation: SampledVariation
  private var tradeVariation: SampledVariation
  private var proxies: BarProxies
  private var lastPrice: Int64?
  private var lastStep: Int64?
  private var lastClose: Int64?

  /// Takes all memory that will be needed.
  package init(settings: EventFeatureSettings = EventFeatureSettings()) {
    self.settings = settings
    storage = EventValues(pointer: .allocate(capacity: EventSignal.allCases.count))
    storage.pointer.initialize(repeating: .nan, count: EventSignal.allCases.count)
    book = BookFlow(levels: settings.bookLevels)
    trades = TradeFlow(settings: settings)
    horizons = TradeHorizons(capacity: settings.pendingTrades)
    buckets = VolumeBuckets(volume: settings.bucketVolume, count: settings.bucketCount)
    tradeImpact = RollingIntegerRegression(capacity: settings.tradeWindow)
    tradeSteps = RollingIntegerRegression(capacity: settings.tradeWindow)
    barImpact = RollingIntegerRegression(capacity: settings.barWindow)
    midVariation = SampledVariation(interval: settings.sampling.count)
    tradeVariation = SampledVariation(interval: settings.sampling.count)
    proxies = BarProxies(settings: settings)
  }

  /// With the settings that suit the instrument.
  package convenience init(instrument: Instrument) { self.init(settings: EventFeatureSettings(instrument: instrument)) }

  deinit { storage.pointer.deallocate() }

  /// Forgets everything, as if just made. Takes its memory anew: this is for between runs.
  package func reset() {
    refusedCount = 0
    storage.pointer.update(repeating: .nan, count: EventSignal.allCases.count)
    now = .min
    barStart = nil
    isGapInBar = false
    hasQuotes = false
    signer = TradeSigner()
    touch = TouchFlow()
    book = BookFlow(levels: settings.bookLevels)
    trades = TradeFlow(settings: settings)
    kernels = TradeKernels()
    horizons = TradeHorizons(capacity: settings.pendingTrades)
    buckets = VolumeBuckets(volume: settings.bucketVolume, count: settings.bucketCount)
    tradeImpact = RollingIntegerRegression(capacity: settings.tradeWindow)
    tradeSteps = RollingIntegerRegression(capacity: settings.tradeWindow)
    barImpact = RollingIntegerRegression(capacity: settings.barWindow)
    midVariation = SampledVariation(interval: settings.sampling.count)
    tradeVariation = SampledVariation(interval: settings.sampling.count)
    proxies = BarProxies(settings: settings)
    lastPrice = nil
    lastStep = nil
    lastClose = nil
  }

  /// One value per signal as of the newest closed bar, NaN while unknown. [EventSignal.allCases.count]
  package var values: UnsafePointer<Double> { UnsafePointer(storage.pointer) }

  /// The value of one signal as of the newest closed bar.
  package subscript(_ signal: EventSignal) -> Double { storage[signal] }

  /// Takes one event. A time before the last is taken as the last: clocks that run backwards give no negative spans.
  package func observe(_ update: MarketUpdate, at time: Timestamp) {
    now = max(now, time.nanoseconds)
    midVariation.advance(to: now)
    tradeVariation.advance(to: now)
    horizons.settle(before: now, touch: touch)
    switch update {
    case .trade(let trade): observe(trade)
    case .quote(let quote):
      hasQuotes = true
      observe(quote)
    case .depth(let depth): observe(depth)
    case .gap: noteGap()
    case .phase(.opened): beginSession()
    case .phase, .limits, .bar: break
    }
  }

  /// Ends the bar and brings ``values`` up to its end.
  package func closeBar(_ bar: Bar) {
    let end = max(now, bar.end.nanoseconds)
    now = end
    // What happens at the very end belongs to the next bar, but samples and horizons due then are of this one.
    midVariation.advance(to: end + 1)
    tradeVariation.advance(to: end + 1)
    horizons.settle(before: end + 1, touch: touch)
    touch.accumulate(to: end)
    let isSane = Self.isSane(bar)
    let isGap = isGapInBar || bar.status == .gap || !isSane
    let span = Double(end - (barStart ?? bar.start.nanoseconds)) / 1e9
    storage[.barIsGap] = isGap ? 1 : 0
    if isSane {
      proxies.close(bar, isGap: isGap, to: storage)
      closeImpact(bar, isGap: isGap)
    } else {
      refusedCount += 1
      proxies.refuse(to: storage)
      lastClose = nil
    }
    writeEvents(at: end, span: span)
    beginBar(at: end)
  }

  // MARK: Events

  private func observe(_ trade: Trade) {
    guard Self.isSane(trade.price), Self.isSane(trade.quantity), trade.quantity > 0 else {
      refusedCount += 1
      return
    }
    let sign = signer.sign(trade)
    let quantity = trade.quantity.contracts
    trades.add(trade, sign: sign, at: now)
    kernels.add(sign: sign, quantity: quantity, at: now)
    buckets.add(quantity, share: Double(sign))
    // A cross is agreed elsewhere: its price is no step of this market.
    guard trade.kind != .cross else { return }
    let price = trade.price.ticks
    if sign != 0, touch.isKnown { horizons.add(signed: sign * quantity, price: price, touch: touch, at: now) }
    if let lastPrice {
      let step = price - lastPrice
      tradeImpact.add(x: sign * quantity, y: step)
      if let lastStep { tradeSteps.add(x: lastStep, y: step) }
      lastStep = step
    }
    lastPrice = price
    tradeVariation.set(price, at: now)
  }

  private func observe(_ quote: Quote) {
    guard Self.isSane(quote.bid), Self.isSane(quote.ask), Self.isSane(quote.bidQuantity), Self.isSane(quote.askQuantity)
    else {
      refusedCount += 1
      return
    }
    signer.update(quote)
    guard touch.update(quote, at: now) else { return }
    if touch.isKnown { midVariation.set(touch.doubledMid, at: now) } else { midVariation.forget() }
  }

  private func observe(_ depth: DepthUpdate) {
    guard Self.isSane(depth.price), Self.isSane(depth.quantity) else {
      refusedCount += 1
      return
    }
    if book.apply(depth, at: now), !hasQuotes { observe(book.top) }
  }

  private func noteGap() {
    isGapInBar = true
    buckets.noteGap()
    forget()
  }

  /// A new session: nothing of the old one stands any more, and its last bar's time ends here.
  private func beginSession() {
    forget()
    proxies.beginSession()
    lastClose = nil
    beginBar(at: now)
  }

  private func forget() {
    touch.forget(at: now)
    book.forget()
    midVariation.forget()
    tradeVariation.forget()
    signer = TradeSigner()
    lastPrice = nil
    lastStep = nil
  }

  // MARK: Bars

  private func closeImpact(_ bar: Bar, isGap: Bool) {
    guard trades.hasTrades else { return }
    if let lastClose, !isGap, bar.status == .complete {
      barImpact.add(x: trades.signedVolume, y: bar.close.ticks - lastClose)
    }
    lastClose = bar.close.ticks
  }

  private func writeEvents(at end: Int64, span: Double) {
    trades.write(to: storage, at: end, span: span)
    kernels.write(to: storage, at: end)
    storage[.kyleLambdaBars] = barImpact.slope
    storage[.kyleLambdaTrades] = tradeImpact.slope
    let covariance = tradeSteps.covariance
    storage[.rollSpread] = covariance.isNaN ? .nan : 2 * max(0, -covariance).squareRoot()
    storage[.toxicity] = buckets.toxicity
    storage[.toxicityGapShare] = buckets.gapShare
    storage[.realisedVolatilityTrades] = tradeVariation.realised
    storage[.bipowerVolatilityTrades] = tradeVariation.bipower
    storage[.jumpRatioTrades] = tradeVariation.jumpRatio
    // The midpoint is counted in half ticks.
    storage[.realisedVolatilityMid] = midVariation.realised / 2
    storage[.bipowerVolatilityMid] = midVariation.bipower / 2
    storage[.jumpRatioMid] = midVariation.jumpRatio
    touch.write(to: storage, at: end, span: span)
    horizons.write(to: storage)
    if book.hasUpdates { book.write(to: storage, at: end, span: span, traded: trades.bookVolume) }
  }

  private func beginBar(at time: Int64) {
    barStart = time
    isGapInBar = false
    trades.beginBar()
    touch.beginBar(at: time)
    book.beginBar()
    horizons.beginBar()
    midVariation.beginBar()
    tradeVariation.beginBar()
  }

  // MARK: Bounds within which no sum overflows

  private static func isSane(_ price: Price) -> Bool { price.ticks >= 0 && price.ticks < 1 << 24 }

  private static func isSane(_ quantity: Quantity) -> Bool { quantity.contracts >= 0 && quantity.contracts < 1 << 24 }

  private static func isSane(_ bar: Bar) -> Bool {
    bar.low.ticks > 0 && bar.low <= bar.high && bar.high.ticks < 1 << 20 && bar.low <= bar.open && bar.open <= bar.high
      && bar.low <= bar.close && bar.close <= bar.high && bar.volume >= .zero && bar.volume.contracts < 1 << 40
  }
}
