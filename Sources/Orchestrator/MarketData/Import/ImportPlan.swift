// What an import will do, settled before the first row is parsed.

import TradingDomain

/// Symbol, instrument and session rule of an import.
struct ImportPlan {
  /// Name of the format in the report.
  let format: String
  let symbol: String
  let numberStyle: NumberStyle
  /// Nil only for a trade file without a chosen symbol, which is read just to list its symbols.
  let instrument: Instrument?
  let grid: TickGrid?
  let session: ((SessionDate) -> TradingSession?)?

  init(_ format: SourceFormat, _ options: ImportOptions) throws(ImportError) {
    switch format {
    case .delimited(let layout):
      self.format = layout.name
      numberStyle = layout.numberStyle
      guard let symbol = options.symbol ?? layout.firstContract.map(SymbolRule.symbol(of:)) else {
        throw .symbolNeeded(path: options.source, examples: [], distinct: 0)
      }
      self.symbol = symbol
    case .exchangeTrades:
      self.format = "B3 trades (NEG)"
      numberStyle = .decimalPoint
      guard let symbol = options.symbol else {
        symbol = ""
        instrument = nil
        grid = nil
        session = nil
        return
      }
      self.symbol = symbol
    }
    let instrument = try SymbolRule.instrument(symbol, options)
    do throws(StoreError) {
      try MarketStoreWriter.checkConflict(root: options.store, instrument: instrument)
    } catch {
      throw .store(error)
    }
    self.instrument = instrument
    grid = TickGrid(tickSize: instrument.tickSize)
    let chosen = self.symbol
    let isKnown = Instrument.families.contains { SymbolRule.belongs(chosen, to: $0.symbol) }
    session = options.session ?? (isKnown ? { SessionHours.futures.session(on: $0) } : nil)
  }
}
