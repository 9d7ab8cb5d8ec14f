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
  #expect(FeatureSchema.v2.hash == 0x4f118e06c4eaa995)
}

@Test func theHashDependsOnVersionBarsNameExpressionAndOrder() throws {
  func hash(_ version: Int, _ features: [(String, String)], bars: Int = 60) throws -> UInt64 {
    try FeatureSchema(
      name: "test", version: version, barSeconds: bars,
      declarations: features.map { FeatureDeclaration($0.0, try FeatureExpressionParser.parse($0.1)) }
    ).hash
  }
  let first = ("a", "delta(close, 1)")
  let second = ("b", "delta(close, 2)")
  let variants = [
    try hash(1, [first, second]), try hash(2, [first, second]), try hash(1, [first, second], bars: 300),
    try hash(1, [second, first]), try hash(1, [("a", "delta(close, 2)"), ("b", "delta(close, 1)")]),
    try hash(1, [("a", "percent_change(close, 1)"), second]), try hash(1, [first, ("c", "delta(close, 2)")]),
    try hash(1, [first]),
  ]
  #expect(Set(variants).count == variants.count)
  #expect(try variants[0] == hash(1, [("a", " delta( close,1 ) "), second]))
}

@Test func aSchemaIsFoundByNameAndAnUnknownOneIsNamedInTheError() throws {
  let schema = try FeatureSchema.named("v2")
  #expect(schema == .v2)
  #expect(FeatureSchema.v2.index(of: "rsi") == 17 && FeatureSchema.v2.index(of: "nothing") == nil)
  let error = #expect(throws: UnknownFeatureSchema.self) { try FeatureSchema.named("v9") }
  #expect(error?.description.contains("'v9'") == true && error?.description.contains("v2") == true)
}
