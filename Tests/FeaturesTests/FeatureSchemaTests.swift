// The schema's list, identity and errors.

import Testing

import Features

@Test func schemaV2IsThePublishedListInItsOrder() {
  #expect(
    FeatureSchema.v2.names == [
      "ema_diff", "volume_ratio_10", "high_low_range_20", "momentum", "range_percent", "momentum_1", "volume_ratio_50",
      "momentum_10", "momentum_5", "volume_ratio_5", "high_low_range_50", "return_20", "bb_width_10",
      "high_low_range_5", "adx_substitute", "return_50", "return_5", "rsi", "momentum_3", "high_low_range_10", "adx",
      "volume_ratio_20", "ema_diff_fast", "bb_width_20", "ichimoku_conversion_line", "momentum_15", "return_10",
      "bb_width", "volume_ratio", "momentum_20", "volatility_ratio",
    ])
  #expect(FeatureSchema.v2.count == 31)
}

/// Models and journals on disk carry this number: change it only together with the schema's version.
@Test func theHashOfSchemaV2IsPinned() {
  #expect(FeatureSchema.v2.hash == 0x3e3b0ea312e5f1f6)
}

@Test func theHashDependsOnVersionNameFormulaParameterAndOrder() {
  func hash(_ version: Int, _ declarations: [FeatureDeclaration]) -> UInt64 {
    FeatureSchema(name: "test", version: version, declarations: declarations).hash
  }
  func feature(_ name: String, _ formula: FeatureFormula) -> FeatureDeclaration {
    FeatureDeclaration(name, formula, source: "test")
  }
  let variants = [
    hash(1, [feature("a", .momentum(lag: 1)), feature("b", .momentum(lag: 2))]),
    hash(2, [feature("a", .momentum(lag: 1)), feature("b", .momentum(lag: 2))]),
    hash(1, [feature("b", .momentum(lag: 2)), feature("a", .momentum(lag: 1))]),
    hash(1, [feature("a", .momentum(lag: 2)), feature("b", .momentum(lag: 1))]),
    hash(1, [feature("a", .percentChange(lag: 1)), feature("b", .momentum(lag: 2))]),
    hash(1, [feature("a", .momentum(lag: 1)), feature("c", .momentum(lag: 2))]),
    hash(1, [feature("a", .momentum(lag: 1))]),
  ]
  #expect(Set(variants).count == variants.count)
  #expect(variants[0] == hash(1, [feature("a", .momentum(lag: 1)), feature("b", .momentum(lag: 2))]))
}

@Test func aSchemaIsFoundByNameAndAnUnknownOneIsNamedInTheError() throws {
  let schema = try FeatureSchema.named("v2")
  #expect(schema == .v2)
  #expect(FeatureSchema.v2.index(of: "rsi") == 17 && FeatureSchema.v2.index(of: "nothing") == nil)
  let error = #expect(throws: UnknownFeatureSchema.self) { try FeatureSchema.named("v9") }
  #expect(error?.description.contains("'v9'") == true && error?.description.contains("v2") == true)
}

@Test func adaptiveLagsAreTheProductsRoundedDown() {
  let expected = [1: (1, 1), 3: (3, 2), 5: (6, 3), 10: (13, 7), 15: (19, 10), 20: (26, 14)]
  for (base, lags) in expected {
    let lag = AdaptiveLag(base: base)
    #expect(lag.quiet == lags.0 && lag.volatile == lags.1, "base \(base)")
    #expect(lag.lag(at: .low) == lags.0 && lag.lag(at: .usual) == base && lag.lag(at: .high) == lags.1)
  }
}
