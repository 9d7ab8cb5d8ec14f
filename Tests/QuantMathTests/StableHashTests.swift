// The stable hash against published values.

import Testing

import QuantMath

@Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)])
func bytesHashToThePublishedFnv1aValues(text: String, expected: UInt64) {
  var hash = StableHash()
  for byte in text.utf8 { hash.combine(byte: byte) }
  #expect(hash.value == expected)
}

@Test func neighbouringTextsDoNotRunTogether() {
  func hash(_ texts: String...) -> UInt64 {
    var hash = StableHash()
    for text in texts { hash.combine(text) }
    return hash.value
  }
  #expect(hash("ab", "c") != hash("a", "bc"))
  #expect(hash("ab", "") != hash("ab"))
}

@Test func numbersThatCompareEqualHashEqual() {
  var negative = StableHash()
  negative.combine(-0.0)
  var positive = StableHash()
  positive.combine(0.0)
  #expect(negative.value == positive.value)
}
