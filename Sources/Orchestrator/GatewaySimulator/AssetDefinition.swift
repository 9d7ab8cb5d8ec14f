// An instrument's constants as the AssetDef frame tells them.

import CHotPath
import Gateway
import TradingDomain

/// Makes AssetDef payloads.
enum AssetDefinition {
  static func message(_ instrument: Instrument, ticker: String) -> hp_msg_asset_def {
    var message = hp_msg_asset_def()
    message.instrument = instrument.id.rawValue
    message.exchange = instrument.exchange.asciiValue ?? UInt8(ascii: "F")
    let (numerator, denominator) = fraction(instrument.tickSize)
    message.tick_numerator = numerator
    message.tick_denominator = denominator
    message.tick_value_micro_brl = instrument.tickValue.microBRL
    message.lot = instrument.lot.contracts
    message.min_quantity = instrument.lot.contracts
    WireText.set(&message.symbol, instrument.symbol)
    WireText.set(&message.ticker, ticker)
    return message
  }

  /// A tick size as the fraction with the smallest decimal denominator that gives it exactly.
  static func fraction(_ size: Double) -> (numerator: Int64, denominator: Int64) {
    for denominator in [1, 2, 4, 5, 10, 20, 50, 100, 1000, 10_000, 100_000, 1_000_000] as [Int64] {
      let numerator = (size * Double(denominator)).rounded()
      if numerator >= 1 && numerator / Double(denominator) == size { return (Int64(numerator), denominator) }
    }
    return (Int64((size * 1e9).rounded()), 1_000_000_000)
  }
}
