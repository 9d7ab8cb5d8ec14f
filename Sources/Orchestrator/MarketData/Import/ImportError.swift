// Why an import was refused as a whole. Single rows that cannot be used are in the report instead.

import TradingDomain

/// A file that cannot be imported, with the place and the mend in the text.
package enum ImportError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case emptyFile(path: String)
  case truncatedArchive(path: String, kind: String)
  case corruptArchive(path: String, kind: String, reason: String)
  case unsupportedEncoding(path: String, kind: String, mend: String)
  case unknownFormat(path: String, firstLine: String)
  case missingColumns(path: String, found: [String], missing: String)
  case unreadableDates(path: String, example: String)
  case lineTooLong(path: String, line: Int)
  case truncatedFile(path: String, reason: String)
  case wrongSymbol(path: String, wanted: String, found: [String])
  case symbolNeeded(path: String, examples: [String], distinct: Int)
  case tickSizeNeeded(symbol: String)
  case badTickSize(symbol: String, given: Double, known: Double?)
  case barDurationNeeded(path: String, reason: String)
  case noRows(path: String, rejected: String)
  case store(StoreError)

  /// Whether the machine, not the file, is at fault: an unwritable folder.
  package var isEnvironment: Bool {
    if case .store(.unwritable) = self { return true }
    return false
  }

  /// The formats that are recognised, one per line.
  package static let knownFormats = """
      Profit export      Ativo;Data;time;open;high;low;close;Volume;Quantidade
      MetaTrader bars    <DATE> <TIME> <OPEN> <HIGH> <LOW> <CLOSE> <TICKVOL> <VOL> <SPREAD>, tab separated
      MetaTrader ticks   <DATE> <TIME> <BID> <ASK> <LAST> <VOLUME>, tab separated
      B3 trades (NEG)    RH NEG date date count, then 18 fields separated by ;
      plain text         a header naming time (or date and time), and open,high,low,close or price,quantity or bid,ask
    """

  package var description: String {
    switch self {
    case .unreadable(let path, let reason): return "\(path): cannot be read (\(reason)); check the path and permissions"
    case .emptyFile(let path): return "\(path): the file is empty; export or download it again"
    case .truncatedArchive(let path, let kind):
      return "\(path): the \(kind) archive ends too early (cut off in a copy or download); fetch it again"
    case .corruptArchive(let path, let kind, let reason):
      return "\(path): the \(kind) archive is damaged (\(reason)); fetch it again"
    case .unsupportedEncoding(let path, let kind, let mend): return "\(path): the file is \(kind); \(mend)"
    case .unknownFormat(let path, let firstLine):
      return "\(path): format not recognised. Its first line is\n  \(firstLine)\nKnown formats:\n"
        + ImportError.knownFormats
    case .missingColumns(let path, let found, let missing):
      return "\(path): the header names \(found.joined(separator: ", ")), but \(missing) is missing; "
        + "rename the columns or add them"
    case .unreadableDates(let path, let example):
      return "\(path): no date can be read in the first rows, for instance \"\(example)\"; "
        + "known forms are 2021-11-05, 2021.11.05, 05/11/2021 and 20211105"
    case .lineTooLong(let path, let line):
      return "\(path), line \(line): longer than any row of market data; is this a text file?"
    case .truncatedFile(let path, let reason): return "\(path): the file is cut off: \(reason); fetch it again"
    case .wrongSymbol(let path, let wanted, let found):
      return
        "\(path): holds \(found.prefix(8).joined(separator: ", "))\(found.count > 8 ? ", ..." : ""), not \(wanted); "
        + "give the right --symbol or the right file"
    case .symbolNeeded(let path, let examples, let distinct):
      guard distinct > 0 else { return "\(path): the file does not tell its symbol; give --symbol" }
      return "\(path): holds \(distinct) symbols; choose one with --symbol, for instance "
        + examples.joined(separator: ", ")
    case .tickSizeNeeded(let symbol):
      let families = Instrument.families.map(\.symbol).joined(separator: ", ")
      return "symbol \(symbol): tick size unknown (known are \(families)); give --tick-size, for instance 0.01"
    case .badTickSize(let symbol, let given, let known):
      if let known { return "symbol \(symbol): tick size is \(known), not \(given); leave out --tick-size" }
      return "symbol \(symbol): tick size \(given) is not a positive decimal number with at most 9 decimals"
    case .barDurationNeeded(let path, let reason):
      return "\(path): the duration of the bars cannot be told (\(reason)); give --bar-duration in seconds"
    case .noRows(let path, let rejected):
      return "\(path): no row could be kept" + (rejected.isEmpty ? ": the file has only a header" : ": \(rejected)")
    case .store(let error): return error.description
    }
  }
}
