// What a profiler tells of a stage: stacks, and addresses of single instructions.

/// A profile of the stage's own work, without what prepared it.
package struct StageProfile: Equatable {
  /// Named functions.
  package var stacks = FoldedStacks()
  /// What was spent at addresses of the program's file; empty where the profiler cannot tell.
  package var addresses: [UInt: UInt64] = [:]

  package init() {}

  /// Reads what `perf script -F comm,ip,sym,dso` prints: a sample is a line with the thread's name, then a line for
  /// each function, the innermost first, with its object in parentheses, then an empty one.
  ///
  /// Stacks are cut at ``measuredRoundName``; those without it belong to other threads or to the preparation. Only the
  /// addresses of the object `program` are kept. Newer versions of perf print them as they are in the file, older ones
  /// as they were in memory, where the program began at `base`.
  package init(perfScript text: String, program: String, base: UInt) {
    var stack: [Call] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.first.map(\.isWhitespace) ?? false {
        if let call = Call(line) { stack.append(call) }
      } else if !stack.isEmpty {
        take(stack, program, base)
        stack = []
      }
    }
    take(stack, program, base)
  }

  /// One line of a stack.
  private struct Call {
    let address: UInt
    let name: String
    let object: Substring

    init?(_ line: Substring) {
      let words = line.drop(while: \.isWhitespace).split(separator: " ", maxSplits: 1)
      guard words.count == 2, let address = UInt(words[0], radix: 16) else { return nil }
      self.address = address
      let rest = words[1]
      guard rest.hasSuffix(")"), let open = rest.lastIndex(of: "(") else {
        (name, object) = (String(rest), "")
        return
      }
      let symbol = rest[..<open].split(separator: " ").joined(separator: " ")
      name = symbol.isEmpty ? "[unknown]" : symbol
      object = rest[rest.index(after: open)...].dropLast()
    }
  }

  private mutating func take(_ stack: [Call], _ program: String, _ base: UInt) {
    guard let cut = stack.firstIndex(where: { $0.name.contains(measuredRoundName) }), cut > 0 else { return }
    stacks.add(stack[..<cut].reversed().map { Demangler.name($0.name) }, 1)
    let innermost = stack[0]
    guard innermost.object == program else { return }
    addresses[innermost.address < base ? innermost.address : innermost.address - base, default: 0] += 1
  }

  /// Reads a dump of callgrind made with `--separate-callers`, `--dump-instr=yes` and without compression: a function's
  /// name is followed by its callers', each behind an apostrophe.
  ///
  /// A line of costs is address, line and instructions; the one after `calls=` is what the callee took, and is the
  /// callee's own elsewhere. Only the addresses of the object `program` are kept.
  package init(callgrind text: String, program: String) {
    var stack: [String] = []
    var isProgram = false
    var isCall = false
    for line in text.split(separator: "\n") {
      if let name = line.suffix(after: "fn=") {
        let names = name.split(separator: "'").map(String.init)
        let cut = names.firstIndex { $0.contains(measuredRoundName) } ?? names.count
        stack = names[..<cut].reversed().map(Demangler.name)
      } else if let object = line.suffix(after: "ob=") {
        isProgram = object == program
      } else if line.hasPrefix("calls=") {
        isCall = true
      } else if let costs = StageProfile.costs(line) {
        if !isCall {
          stacks.add(stack, costs.instructions)
          if isProgram, !stack.isEmpty { addresses[costs.address, default: 0] += costs.instructions }
        }
        isCall = false
      }
    }
  }

  private static func costs(_ line: Substring) -> (address: UInt, instructions: UInt64)? {
    guard let rest = line.suffix(after: "0x") else { return nil }
    let words = rest.split(separator: " ")
    guard words.count == 3, let address = UInt(words[0], radix: 16), let count = UInt64(words[2]) else { return nil }
    return (address, count)
  }
}
