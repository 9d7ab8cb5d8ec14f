// Detection of a file's format by its first lines. Pure: bytes in, layout out.

/// How to read the rows of a file.
enum SourceFormat {
  /// Columns separated by one byte.
  case delimited(DelimitedLayout)
  /// The exchange's trade file; `declaredLines` counts header and trailer too.
  case exchangeTrades(declaredLines: Int)
}

/// What a file of separated columns holds.
struct DelimitedLayout {
  enum Content: Sendable { case bars, ticks }

  /// Name of the format in reports.
  var name: String
  var delimiter: UInt8
  var columns: [ColumnRole]
  var content: Content
  var dateForm: DateForm
  var numberStyle: NumberStyle
  /// Code in the first row's contract column; nil without such a column.
  var firstContract: String?
}

/// Recognises a format from the start of a file, which must hold whole lines.
struct FormatDetector {
  let path: String
  let options: ImportOptions

  /// How many rows are looked at.
  static let sampleRows = 200

  func detect(_ start: UnsafeRawBufferPointer) throws(ImportError) -> SourceFormat {
    try refuseOtherEncodings(start)
    let lines = start.prefix(1 << 16).split(separator: 10, maxSplits: FormatDetector.sampleRows + 1)
      .map { Array($0.last == 13 ? $0.dropLast() : $0) }
    guard let header = lines.first(where: { !$0.isEmpty }) else { throw .emptyFile(path: path) }
    if header.starts(with: Array("RH NEG".utf8)) {
      guard let last = header.split(separator: 32).last, let count = Int(String(decoding: last, as: UTF8.self)) else {
        throw .unknownFormat(path: path, firstLine: FormatDetector.text(header))
      }
      return .exchangeTrades(declaredLines: count)
    }
    guard let delimiter = FormatDetector.delimiter(of: header) else {
      throw .unknownFormat(path: path, firstLine: FormatDetector.text(header))
    }
    return .delimited(try layout(header: header, delimiter: delimiter, sample: Array(lines.dropFirst())))
  }

  /// Files that are no plain text get the mend in words.
  private func refuseOtherEncodings(_ start: UnsafeRawBufferPointer) throws(ImportError) {
    let unpack = "unpack it first"
    let kinds: [([UInt8], String, String)] = [
      ([0xFF, 0xFE], "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"),
      ([0xFE, 0xFF], "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"),
      ([0x50, 0x4B, 0x03, 0x04], "a zip archive (or a spreadsheet)", unpack + ", or save it as CSV"),
      (Array("BZh".utf8), "a bzip2 archive", unpack + " with bunzip2"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz archive", unpack + " with unxz"),
      ([0x37, 0x7A, 0xBC, 0xAF], "a 7-zip archive", unpack),
      (Array("PAR1".utf8), "a Parquet file", "export it as CSV"),
      ([0x93] + Array("NUMPY".utf8), "a NumPy array file", "the store's own files need no import"),
    ]
    for (magic, kind, mend) in kinds where start.starts(with: magic) {
      throw .unsupportedEncoding(path: path, kind: kind, mend: mend)
    }
    if start.prefix(4096).contains(0) {
      throw .unsupportedEncoding(
        path: path, kind: "binary", mend: "export it as text. Known formats:\n\(ImportError.knownFormats)")
    }
  }

  private func layout(
    header: [UInt8], delimiter: UInt8, sample: [[UInt8]]
  ) throws(ImportError) -> DelimitedLayout {
    let fields = FormatDetector.fields(header, delimiter)
    let isMetaTrader = header.first == UInt8(ascii: "<")
    let names = try ownNames(fields.map { ColumnNames.normalised($0) })
    let columns = ColumnNames.roles(names)
    guard columns.contains(where: { $0 != .skip && $0 != .rowKind && $0 != .tradeNumber }) else {
      throw .unknownFormat(path: path, firstLine: FormatDetector.text(header))
    }
    func has(_ roles: ColumnRole...) -> Bool { roles.allSatisfy(columns.contains) }
    func missing(_ what: String) -> ImportError {
      .missingColumns(path: path, found: fields.map { String(decoding: $0, as: UTF8.self) }, missing: what)
    }
    guard has(.dateTime) || has(.date, .time) else { throw missing("a column for the time") }
    let content: DelimitedLayout.Content
    if columns.contains(.open) {
      guard has(.open, .high, .low, .close) else { throw missing("one of open, high, low, close") }
      content = .bars
    } else if has(.price, .quantity) || has(.bid, .ask) {
      content = .ticks
    } else {
      throw missing("open,high,low,close or price,quantity or bid,ask")
    }
    let rows = sample.filter { !$0.isEmpty }.map { FormatDetector.fields($0, delimiter) }
    let contract = columns.firstIndex(of: .contract).flatMap { index in
      rows.first { $0.count > index }.map { String(decoding: FormatDetector.trimmed($0[index]), as: UTF8.self) }
    }
    let isProfit = names.first == "ativo" && names.count > 1 && names[1] == "data"
    let kind = content == .bars ? "bars" : "ticks"
    return DelimitedLayout(
      name: isProfit ? "Profit export" : (isMetaTrader ? "MetaTrader \(kind)" : "plain text \(kind)"),
      delimiter: delimiter, columns: columns, content: content, dateForm: try dateForm(rows, columns),
      numberStyle: options.numberStyle ?? NumberStyleDetector.detect(rows, columns, delimiter: delimiter),
      firstContract: contract)
  }

  /// Where instruments stand side by side (`wdo_open`, `win_open`), the names of the chosen one without its prefix,
  /// and the others made meaningless.
  private func ownNames(_ names: [String]) throws(ImportError) -> [String] {
    func prefix(_ name: String) -> String? {
      guard let mark = name.firstIndex(of: "_") else { return nil }
      return ["open", "abertura"].contains(name[name.index(after: mark)...]) ? String(name[..<mark]) : nil
    }
    let prefixes = names.compactMap(prefix)
    guard !prefixes.isEmpty, !names.contains("open") else { return names }
    let listed = prefixes.map { $0.uppercased() }
    guard let symbol = options.symbol else { throw .symbolNeeded(path: path, examples: listed, distinct: listed.count) }
    guard let own = prefixes.first(where: { $0 == symbol.lowercased() }) else {
      throw .wrongSymbol(path: path, wanted: symbol, found: listed)
    }
    return names.map { name in
      if name.hasPrefix(own + "_") { return String(name.dropFirst(own.count + 1)) }
      return prefixes.contains { name.hasPrefix($0 + "_") } ? "" : name
    }
  }

  private func dateForm(_ rows: [[ArraySlice<UInt8>]], _ columns: [ColumnRole]) throws(ImportError) -> DateForm {
    guard let index = columns.firstIndex(where: { $0 == .dateTime || $0 == .date }) else {
      throw .unreadableDates(path: path, example: "")
    }
    var example = ""
    for row in rows where row.count > index {
      let field = Array(FormatDetector.trimmed(row[index]))
      if let form = field.withUnsafeBufferPointer({ DateForm($0) }) { return form }
      if example.isEmpty { example = FormatDetector.text(field) }
    }
    guard !example.isEmpty else { throw .noRows(path: path, rejected: "") }
    throw .unreadableDates(path: path, example: example)
  }

  /// The byte that separates the header's columns: the first of tab, semicolon, comma that occurs.
  static func delimiter(of header: [UInt8]) -> UInt8? {
    [9, UInt8(ascii: ";"), UInt8(ascii: ",")].first { header.contains($0) }
  }

  static func fields(_ line: [UInt8], _ delimiter: UInt8) -> [ArraySlice<UInt8>] {
    line.split(separator: delimiter, omittingEmptySubsequences: false)
  }

  /// The field without surrounding spaces and quotes.
  static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isPadding(_ byte: UInt8) -> Bool { byte == 32 || byte == UInt8(ascii: "\"") }
    var field = field.drop(while: isPadding)
    while let last = field.last, isPadding(last) { field.removeLast() }
    return field
  }

  static func text(_ line: [UInt8]) -> String {
    line.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return "" }
      return excerpt(base, base + bytes.count)
    }
  }
}
