// What can go wrong with the market store, with the place and the mend in the text.

package import TradingDomain

/// A failure to read or write the market store.
package enum StoreError: Error, Hashable, CustomStringConvertible {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case badFile(path: String, NumpyHeaderError)
  case badInstrument(path: String, reason: String)
  case badSymbol(String)
  case unknownSymbol(String, present: [String])
  case noStream(symbol: String, wanted: String, present: [String])
  case noDays(
    symbol: String, stream: String, from: SessionDate, to: SessionDate, first: SessionDate?, last: SessionDate?)
  case otherTick(symbol: String, stored: Double, given: Double)

  package var description: String {
    switch self {
    case .missing(let path):
      return "market store \(path): no such folder; import data into it first (trader import FILE --into \(path))"
    case .unreadable(let path, let reason):
      return "\(path): cannot be read (\(reason)); check that it exists and its permissions"
    case .unwritable(let path, let reason):
      return "\(path): cannot be written (\(reason)); choose a folder that this user may write, on a disk with room"
    case .badFile(let path, let error):
      return "\(path): not a file of this store: \(error); delete it and import its day again"
    case .badInstrument(let path, let reason):
      return "\(path): not an instrument description: \(reason); delete it and import the symbol again"
    case .badSymbol(let symbol):
      return "symbol \"\(symbol)\": 1 to 32 letters, digits, or any of . _ $ @ -, not beginning with a dot"
    case .unknownSymbol(let symbol, let present):
      return "symbol \(symbol): not in the store, which holds \(listed(present)); import it, or name one of those"
    case .noStream(let symbol, let wanted, let present):
      return "symbol \(symbol): no \(wanted) in the store, which holds \(listed(present)) for it"
    case .noDays(let symbol, let stream, let from, let to, let first, let last):
      let held = first.map { "\($0) to \(last ?? $0)" } ?? "no day"
      return "symbol \(symbol), \(stream): no day from \(from) to \(to); the store holds \(held)"
    case .otherTick(let symbol, let stored, let given):
      return "symbol \(symbol): the store keeps it with tick size \(stored), this import has \(given); "
        + "prices in ticks would not agree. Import into another folder, or with --tick-size \(stored)"
    }
  }

  private func listed(_ names: [String]) -> String {
    names.isEmpty ? "nothing" : names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
  }
}
