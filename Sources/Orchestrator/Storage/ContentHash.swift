// SHA-256 of bytes and files: names of immutable artifacts and of the data they were made from.
import CSodium
package import Foundation

/// A SHA-256 digest.
package struct ContentHash: Hashable, Sendable, Codable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  package let hexadecimal: String

  package init(of bytes: Data) {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    bytes.withUnsafeBytes { buffer in
      _ = crypto_hash_sha256(&digest, buffer.bindMemory(to: UInt8.self).baseAddress, UInt64(buffer.count))
    }
    hexadecimal = digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  /// Accepts exactly 64 lower-case hexadecimal digits.
  package init?(hexadecimal: String) {
    guard hexadecimal.utf8.count == 64,
      hexadecimal.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    self.hexadecimal = hexadecimal
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let hash = ContentHash(hexadecimal: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a SHA-256 digest"))
    }
    self = hash
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hexadecimal)
  }

  package var description: String { hexadecimal }

  /// The first 64 bits, for fixed-size records.
  package var prefix64: UInt64 { UInt64(hexadecimal.prefix(16), radix: 16) ?? 0 }
}
