// Fixed-width text fields of messages: UTF-8, NUL-padded, cut at a character boundary.

/// Reads and writes the fixed text fields of a message (imported from C as tuples).
package enum WireText {
  /// Fills `field` with `text`, NUL-padded; what does not fit is cut off between characters.
  package static func set<Field: BitwiseCopyable>(_ field: inout Field, _ text: String) {
    withUnsafeMutableBytes(of: &field) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      var used = 0
      for character in text {
        let encoded = Array(character.utf8)
        guard used + encoded.count <= bytes.count else { return }
        for byte in encoded {
          bytes[used] = byte
          used += 1
        }
      }
    }
  }

  /// The text of `field` up to its first NUL or its end; bytes that are not UTF-8 become replacement characters.
  package static func get<Field: BitwiseCopyable>(_ field: Field) -> String {
    withUnsafeBytes(of: field) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
