// Candidates made of another instrument's bars.

extension FeatureFamily {
  /// How this instrument moves with and against `symbol`, whose bars are given beside.
  ///
  /// - Precondition: `symbol` is upper-case letters and digits.
  package static func crossing(_ symbol: String) -> FeatureFamily {
    let prefix = symbol.lowercased()
    let other = "\(symbol).close"
    let definition = "definition"
    return FeatureFamily(
      name: "Against \(symbol)", summary: "Moves with and against another instrument.",
      declarations: [1, 5, 20].map {
        FeatureDeclaration("\(prefix)_return_\($0)", "log_return(\(other), \($0))", .basisPoints, definition)
      }
        + [20, 60].map {
          FeatureDeclaration(
            "\(prefix)_correlation_\($0)", "correlation(log_return(close, 1), log_return(\(other), 1), \($0))", .ratio,
            definition)
        } + [
          FeatureDeclaration(
            "\(prefix)_beta_60", "beta(log_return(close, 1), log_return(\(other), 1), 60)", .ratio, definition),
          FeatureDeclaration(
            "\(prefix)_residual_5",
            "subtract(log_return(close, 5), multiply(beta(log_return(close, 1), log_return(\(other), 1), 60), "
              + "log_return(\(other), 5)))", .basisPoints, definition,
            note: "the part of the move that the other one does not explain"),
          FeatureDeclaration(
            "\(prefix)_lead_60", "correlation(log_return(close, 1), lag(log_return(\(other), 1), 1), 60)", .ratio,
            definition, note: "whether the other one moved first"),
          FeatureDeclaration(
            "\(prefix)_volatility_ratio",
            "ratio(deviation(log_return(\(other), 1), 20), deviation(log_return(\(other), 1), 120))", .ratio, definition
          ),
        ])
  }
}

extension FeatureSchema {
  /// ``candidates`` and what the bars of `symbols` tell besides.
  package static func candidates(beside symbols: [String]) throws(FeatureSchemaError) -> FeatureSchema {
    for symbol in symbols where symbol.isEmpty || !symbol.utf8.allSatisfy({ isSymbolByte($0) }) {
      throw .badSymbol(symbol)
    }
    return try FeatureSchema(
      name: "candidates", version: candidates.version,
      declarations: candidates.declarations + symbols.flatMap { FeatureFamily.crossing($0).declarations })
  }

  private static func isSymbolByte(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
