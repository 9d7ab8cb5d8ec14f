// Which rows of a file belong to the symbol being imported; remembers the last code, because codes come in long runs.

/// Decides on contract codes as bytes.
struct ContractFilter {
  private let symbol: String
  private var lastWord: UInt64 = 0
  private var lastLength = -1
  private var lastVerdict = Verdict.other

  enum Verdict: Equatable {
    case own(ContractCode)
    case other
    case unusable
  }

  init(symbol: String) { self.symbol = symbol }

  /// The verdict on the code in `start..<end`, surrounding spaces and quotes already removed.
  ///
  /// - Parameter readableEnd: end of the bytes that may be read, at or after `end`.
  @inline(__always)
  mutating func judge(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, readableEnd: UnsafePointer<UInt8>
  ) -> Verdict {
    let length = end - start
    var word: UInt64 = 0
    if length <= 8 {
      if readableEnd - start >= 8 {
        word = ByteWord(at: start).prefix(length)
      } else {
        for index in 0..<length { word |= UInt64(start[index]) &<< UInt64(8 &* index) }
      }
      if word == lastWord, length == lastLength { return lastVerdict }
    }
    lastVerdict = decide(start, length)
    lastWord = word
    lastLength = length <= 8 ? length : -1
    return lastVerdict
  }

  @inline(never)
  private func decide(_ start: UnsafePointer<UInt8>, _ length: Int) -> Verdict {
    decide(String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self))
  }

  private func decide(_ code: String) -> Verdict {
    guard SymbolRule.belongs(code, to: symbol) else { return .other }
    if let contract = ContractCode(code) { return .own(contract) }
    // The symbol itself needs no code; a continuous series such as WDOFUT_F_0 keeps the part that names it.
    if code.uppercased() == symbol.uppercased() { return .own(.empty) }
    let head = code.prefix { $0 != "_" }
    return ContractCode(head).map { .own($0) } ?? .unusable
  }
}
