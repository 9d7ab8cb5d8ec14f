// The constants of a stored instrument: `instrument.json` beside its streams.

import Foundation
package import TradingDomain

/// What `instrument.json` holds.
package struct InstrumentFile: Codable, Hashable, Sendable {
  package var symbol: String
  /// Size of one tick in points.
  package var tickSize: Double
  /// BRL per tick and contract.
  package var tickValue: Double
  package var lot: Int64
  package var exchange: String

  enum CodingKeys: String, CodingKey {
    case symbol, lot, exchange
    case tickSize = "tick_size"
    case tickValue = "tick_value"
  }

  static let fileName = "instrument.json"

  package init(_ instrument: Instrument) {
    symbol = instrument.symbol
    tickSize = instrument.tickSize
    tickValue = instrument.tickValue.brl
    lot = instrument.lot.contracts
    exchange = String(instrument.exchange)
  }

  /// The instrument, with the id of its family; symbols without a known family get `fallbackID`.
  package func instrument(fallbackID: InstrumentID) -> Instrument {
    Instrument(
      symbol: symbol, id: Instrument.family(symbol)?.id ?? fallbackID, tickSize: tickSize,
      tickValue: Money(brl: tickValue), lot: Quantity(lot), exchange: exchange.first ?? "F")
  }

  /// Reads and validates the description in `folder`; nil when there is none.
  static func read(folder: String) throws(StoreError) -> InstrumentFile? {
    let path = folder + "/" + fileName
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "permission denied or input/output error")
    }
    let file: InstrumentFile
    do {
      file = try JSONDecoder().decode(InstrumentFile.self, from: data)
    } catch {
      throw .badInstrument(path: path, reason: "its keys or values are not those of an instrument")
    }
    guard file.tickSize.isFinite, file.tickSize > 0, TickGrid(tickSize: file.tickSize) != nil else {
      throw .badInstrument(path: path, reason: "tick_size \(file.tickSize) is not a positive decimal number")
    }
    guard file.tickValue.isFinite, file.tickValue >= 0, file.tickValue < 1e9, file.lot > 0, file.exchange.count == 1
    else {
      throw .badInstrument(
        path: path, reason: "tick_value \(file.tickValue), lot \(file.lot) or exchange \(file.exchange) out of range")
    }
    return file
  }

  /// The description as JSON with sorted keys, so that equal instruments give equal bytes.
  func encoded() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(self) else { preconditionFailure("an instrument description always encodes") }
    return Array(data) + [UInt8(ascii: "\n")]
  }
}
