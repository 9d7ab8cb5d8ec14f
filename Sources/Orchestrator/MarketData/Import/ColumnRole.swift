// What a column of a text file means, told by its name in the header.

/// Meaning of one column.
enum ColumnRole: UInt8, Sendable {
  case skip
  case dateTime, date, time
  case contract
  case open, high, low, close, volume, tradeCount
  case bid, bidQuantity, ask, askQuantity
  case price, quantity
  case aggressor, tradeNumber, rowKind, metaTraderFlags
  case signedVolume
}

/// Names of columns in a header, and what they mean together.
enum ColumnNames {
  /// The name in lower case, without quotes, angle brackets, surrounding space and non-ASCII letters.
  ///
  /// Dropping those letters makes `Máximo` the same in Latin-1 and UTF-8: `mximo`.
  static func normalised(_ field: some Sequence<UInt8>) -> String {
    let dropped: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "'")]
    let kept = field.filter { $0 < 0x80 && !dropped.contains($0) }
    return String(decoding: kept, as: UTF8.self).lowercased().split(separator: " ").joined(separator: "_")
  }

  private static let synonyms: [(ColumnRole, [String])] = [
    (.dateTime, ["datetime", "timestamp", "date_time", "data_hora", "datahora"]),
    (.date, ["date", "data", "dia"]),
    (.time, ["time", "hora", "horario", "horrio"]),
    (.contract, ["contract", "contrato", "symbol", "simbolo", "ticker", "ativo", "asset", "papel"]),
    (.open, ["open", "abertura"]),
    (.high, ["high", "maxima", "maximo", "mxima", "mximo"]),
    (.low, ["low", "minima", "minimo", "mnima", "mnimo"]),
    (.close, ["close", "fechamento"]),
    (.tradeCount, ["tickvol", "tick_volume", "trades", "trade_count", "num_trades"]),
    (.bid, ["bid", "bid_price"]),
    (.bidQuantity, ["bid_size", "bid_quantity", "bid_qty", "bidsize", "bid_volume"]),
    (.ask, ["ask", "ask_price", "offer"]),
    (.askQuantity, ["ask_size", "ask_quantity", "ask_qty", "asksize", "ask_volume"]),
    (.price, ["price", "preco", "preo", "last", "ultimo", "ltimo", "trade_price"]),
    (.aggressor, ["side", "aggressor", "agressor"]),
    (.tradeNumber, ["trade_id", "trade_number", "number"]),
    (.rowKind, ["type", "tipo"]),
    (.metaTraderFlags, ["flags"]),
    (.signedVolume, ["signed_volume", "volume_delta"]),
  ]

  /// Names that mean the number of contracts, the most telling first.
  ///
  /// `volume` comes last: beside another of these it is the financial volume. `negocios` (number of trades) comes
  /// second last: exports that have it alone put the number of contracts in it.
  private static let quantities = [
    "contracts", "contratos", "quantity", "quantidade", "qty", "qtd", "size", "vol", "negocios", "volume",
  ]

  /// The role of each column. A role is given once, to the first column that claims it.
  static func roles(_ names: [String]) -> [ColumnRole] {
    var roles = [ColumnRole](repeating: .skip, count: names.count)
    for (role, known) in synonyms {
      if let index = names.firstIndex(where: { known.contains($0) }) { roles[index] = role }
    }
    let isBars = roles.contains(.open)
    let present = quantities.compactMap { names.firstIndex(of: $0) }
    if let index = present.first { roles[index] = isBars ? .volume : .quantity }
    if isBars, !roles.contains(.tradeCount), let index = names.firstIndex(of: "negocios"), roles[index] == .skip {
      roles[index] = .tradeCount
    }
    if isBars, !roles.contains(.close), let index = roles.firstIndex(of: .price) { roles[index] = .close }
    // One column may carry date and time together, whatever it is called.
    if !roles.contains(.dateTime) {
      let date = roles.firstIndex(of: .date)
      let time = roles.firstIndex(of: .time)
      if let index = date == nil ? time : (time == nil ? date : nil) { roles[index] = .dateTime }
    } else {
      for index in roles.indices where roles[index] == .date || roles[index] == .time { roles[index] = .skip }
    }
    return roles
  }
}
