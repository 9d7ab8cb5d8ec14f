// Which contract codes belong to a symbol: `WDOZ21` and `WDOFUT` are both WDO.

import TradingDomain

/// Decides whether a row's contract code belongs to the symbol being imported.
package enum SymbolRule {
  /// Whether `code` is `family` itself, one of its dated contracts or one of its continuous series.
  ///
  /// Dated contracts are the family, a month letter (F G H J K M N Q U V X Z) and two digits of the year. Continuous
  /// series are written `WDOFUT` or `WDOFUT_F_0` by Profit, `WDO$`, `WDO$N`, `WDO@` or `WDO@N` by MetaTrader, and
  /// `WDO1!` elsewhere.
  package static func belongs(_ code: String, to family: String) -> Bool {
    let code = code.uppercased()
    let family = family.uppercased()
    guard code.hasPrefix(family) else { return false }
    let suffix = code.dropFirst(family.count)
    if suffix.isEmpty || suffix.hasPrefix("$") || suffix.hasPrefix("@") || suffix == "1!" { return true }
    if suffix == "FUT" || suffix.hasPrefix("FUT_") { return true }
    guard suffix.utf8.count == 3, let month = suffix.first, "FGHJKMNQUVXZ".contains(month) else { return false }
    return suffix.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// The symbol under which to keep rows with this code: its known family, or the code itself.
  static func symbol(of code: String) -> String {
    Instrument.families.first { belongs(code, to: $0.symbol) }?.symbol ?? code.uppercased()
  }

  /// The constants for an import of `symbol` under `options`.
  static func instrument(_ symbol: String, _ options: ImportOptions) throws(ImportError) -> Instrument {
    guard MarketStore.isSymbol(symbol) else { throw .store(.badSymbol(symbol)) }
    if let given = options.tickSize, TickGrid(tickSize: given) == nil {
      throw .badTickSize(symbol: symbol, given: given, known: nil)
    }
    if var known = Instrument.families.first(where: { belongs(symbol, to: $0.symbol) }) {
      if let given = options.tickSize, given != known.tickSize {
        throw .badTickSize(symbol: symbol, given: given, known: known.tickSize)
      }
      known.symbol = symbol
      return known
    }
    guard let tickSize = options.tickSize else { throw .tickSizeNeeded(symbol: symbol) }
    return Instrument(
      symbol: symbol, id: InstrumentID(1000), tickSize: tickSize,
      tickValue: options.tickValue ?? Money(brl: tickSize), lot: options.lot ?? 1, exchange: options.exchange ?? "B")
  }
}
