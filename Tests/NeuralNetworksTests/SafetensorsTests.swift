// Safetensors files: bytes of the reference implementation, round trips, and everything hostile we could think of.

import NeuralNetworks
import QuantMath
import Testing

@Suite struct SafetensorsTests {
  /// Written by safetensors 0.8.0 for Python (Tests/oracle/make_network_golden.py).
  private static let reference: [UInt8] = bytes(
    """
    e0000000000000007b225f5f6d657461646174615f5f223a7b2273656564223a223432227d2c227363616c65223a7b226474797065223a\
    22463634222c227368617065223a5b315d2c22646174615f6f666673657473223a5b302c385d7d2c226c61796572732e302e6269617322\
    3a7b226474797065223a22463332222c227368617065223a5b325d2c22646174615f6f666673657473223a5b382c31365d7d2c226c6179\
    6572732e302e776569676874223a7b226474797065223a22463332222c227368617065223a5b322c335d2c22646174615f6f6666736574\
    73223a5b31362c34305d7d7d9a9999999999b93f0000803f000000c0000000bf000080be000000000000803e0000003f0000403f
    """)

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  private func tensor<Scalar: NetworkScalar>(_ name: String, _ shape: [Int], _ values: [Scalar]) -> SafetensorsTensor {
    var bytes: [UInt8] = []
    for value in values { value.appendLittleEndian(to: &bytes) }
    return SafetensorsTensor(name: name, type: Scalar.tensorType, shape: shape, bytes: bytes)
  }

  /// A file of this header and so many data bytes.
  private func file(_ header: String, data: Int = 0) -> [UInt8] {
    let length = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  /// The header's entry for `size` bytes at `begin` ..< `end`.
  private static func entry(_ name: String, _ size: Int, _ begin: Int, _ end: Int) -> String {
    "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[\(size)],\"data_offsets\":[\(begin),\(end)]}"
  }

  private func message(_ bytes: [UInt8]) -> String {
    do {
      _ = try SafetensorsFile(parsing: bytes)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func theReferenceImplementationsBytesAreRead() throws {
    let file = try SafetensorsFile(parsing: Self.reference)
    #expect(file.tensors.map(\.name) == ["scale", "layers.0.bias", "layers.0.weight"])
    #expect(file.tensor("layers.0.weight")?.shape == [2, 3])
    #expect(file.tensor("layers.0.weight")?.elements() == [Float(-0.5), -0.25, 0, 0.25, 0.5, 0.75])
    #expect(file.tensor("layers.0.bias")?.elements() == [Float(1), -2])
    #expect(file.tensor("scale")?.elements() == [0.1])
    #expect(file.tensor("scale")?.elements(as: Float.self) == nil)
    #expect(file.notes == [SafetensorsFile.Note(key: "seed", value: "42")])
  }

  @Test func ourBytesAreTheReferenceImplementations() {
    let file = SafetensorsFile(
      tensors: [
        tensor("layers.0.weight", [2, 3], [Float(-0.5), -0.25, 0, 0.25, 0.5, 0.75]),
        tensor("layers.0.bias", [2], [Float(1), -2]), tensor("scale", [1], [0.1]),
      ], notes: [SafetensorsFile.Note(key: "seed", value: "42")])
    #expect(file.serialized() == Self.reference)
  }

  @Test func whateverIsWrittenIsReadBack() throws {
    let odd = "a \"quoted\" \\ name\n\u{1} \u{7F} \u{E7}\u{1F600}"
    let original = SafetensorsFile(
      tensors: [
        tensor(odd, [], [Float(3)]), tensor("empty", [0, 4], [Float]()),
        tensor("third", [1, 2, 1], [Float.nan, -0.0]),
      ], notes: [SafetensorsFile.Note(key: odd, value: odd)])
    let bytes = original.serialized()
    let again = try SafetensorsFile(parsing: bytes)
    #expect(again.notes == original.notes)
    #expect(Set(again.tensors) == Set(original.tensors))
    #expect(again.serialized() == bytes)
    #expect(bytes.prefix(8).first.map { $0 % 8 } == 0)
    #expect(try SafetensorsFile(parsing: SafetensorsFile(tensors: []).serialized()).tensors.isEmpty)
  }

  @Test(arguments: [
    ("{}", 1, "1 bytes follow"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "ends at 4 of 3 bytes"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "1 bytes follow"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "after a hole from 0"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 8, "run backward"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "does not take 4 bytes"),
    ("{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype 'F99' is unknown"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "non-negative integer expected"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", 4, "']' expected"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}}", 4, "starts with 0"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[9999999999999999999],\"data_offsets\":[0,4]}}", 4, "exceeds"),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}", 4, "does not take 4 bytes"
    ),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "two data_offsets"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", 4, "more than 2 numbers"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "needs dtype, shape and two data_offsets"),
    ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "'dtype' is repeated"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4, "'x' is repeated or does not"),
    (
      "{\(entry("a", 1, 0, 1)),\(entry("a", 1, 1, 2))}",
      2, "'a' appears twice"
    ),
    (
      "{\(entry("a", 2, 0, 2)),\(entry("b", 2, 1, 3))}",
      3, "inside the tensor before it"
    ),
    (
      "{\(entry("a", 2, 0, 2)),\(entry("b", 2, 0, 2))}",
      2, "inside the tensor before it"
    ),
    (
      "{\(entry("a", 1, 0, 1)),\(entry("b", 1, 2, 3))}",
      3, "after a hole from 1"
    ),
    (" {}", 0, "'{' expected"), ("[]", 0, "'{' expected"), ("", 0, "'{' expected"), ("{", 0, "the header ends"),
    ("{} x", 0, "only spaces may follow"), ("{\"a", 0, "does not end"), ("{\"\\q\":1}", 0, "unknown escape"),
    ("{\"\\ud800\":1}", 0, "surrogate"), ("{\"\\u12\":1}", 0, "four hexadecimal digits"),
    ("{\"a\u{1}\":1}", 0, "control"),
    ("{\"__metadata__\":{\"a\":1}}", 0, "'\"' expected"),
    ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "appears twice in __metadata__"),
    ("{\"__metadata__\":{}, \"__metadata__\":{}}", 0, "appears twice"),
  ])
  func hostileHeadersAreRefusedWithTheirFault(header: String, data: Int, words: String) {
    #expect(message(file(header, data: data)).contains(words))
  }

  @Test func lengthsThatLieAreRefused() {
    #expect(message([]).contains("has 0 bytes where at least 8"))
    #expect(message([UInt8](repeating: 255, count: 8)).contains("claims 18446744073709551615 bytes"))
    #expect(message([200, 0, 0, 0, 0, 0, 0, 0, 123, 125]).contains("at least 208"))
    #expect(message([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0xFF]).contains("'\"' expected"))
    #expect(message([4, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF, 0x22]).contains("not UTF-8"))
  }

  @Test func everyTruncationIsRefused() {
    for count in 0..<Self.reference.count { #expect(message(Array(Self.reference.prefix(count))) != "no error") }
  }

  @Test func randomDamageNeverCrashesAndNeverReadsOutside() {
    var random = CounterRandom(seed: 6, purpose: "damage")
    var survivors = 0
    for _ in 0..<3000 {
      var bytes = Self.reference
      for _ in 0..<random.nextInteger(in: 1...3) {
        bytes[random.nextInteger(in: 0...231)] = UInt8(truncatingIfNeeded: random.next())
      }
      if let file = try? SafetensorsFile(parsing: bytes) {
        survivors += 1
        // What is accepted accounts for every data byte.
        #expect(file.tensors.reduce(0) { $0 + $1.bytes.count } == 40)
      }
    }
    #expect(survivors < 2000)
  }

  @Test func aNetworkSurvivesTheRoundTrip() throws {
    let trained = Samples.network(.tanh, as: Float.self)
    let bytes = SafetensorsFile(tensors: trained.arena.tensors()).serialized()
    let fresh = MultilayerPerceptron<Float>(
      inputs: 3, hidden: [4], outputs: 2, activation: .tanh, maximumRows: 5, seed: 99)
    try fresh.arena.load(SafetensorsFile(parsing: bytes))
    for index in 0..<trained.arena.layout.count { #expect(fresh.arena.values[index] == trained.arena.values[index]) }
  }

  @Test func aFileOfAnotherModelChangesNothing() throws {
    let network = Samples.network(.tanh, as: Float.self)
    let before = network.arena.tensors()
    func load(_ tensors: [SafetensorsTensor]) throws { try network.arena.load(SafetensorsFile(tensors: tensors)) }
    #expect(throws: SafetensorsError.missingTensor(name: "layers.1.bias")) { try load(Array(before.dropLast())) }
    #expect(throws: SafetensorsError.unexpectedTensor(name: "extra")) {
      try load(before + [tensor("extra", [1], [Float(1)])])
    }
    #expect(throws: SafetensorsError.self) {
      try load(Array(before.dropLast()) + [tensor("layers.1.bias", [1, 2], [Float(1), 2])])
    }
    #expect(throws: SafetensorsError.self) {
      try load(Array(before.dropLast()) + [tensor("layers.1.bias", [2], [1.0, 2.0])])
    }
    #expect(network.arena.tensors() == before)
  }
}
