// Profiles: what is read from perf and callgrind, and the picture that is drawn of it.

import Bench
import Testing

private let perfText = """
  bench
  \t    55d0c0001010 innermost (/tmp/bench)
  \t    55d0c0002000 $s5Bench16runMeasuredRoundys6UInt64V
  \t    55d0c0003000 main

  bench
  \t          1014 innermost (/tmp/bench)
  \t    55d0c0001800 outer function (/tmp/bench)
  \t    55d0c0002000 runMeasuredRound

  bench
  \t    7f0000001234 memcpy (/lib/libc.so.6)
  \t    55d0c0002000 runMeasuredRound (/tmp/bench)

  other
  \t    7f0000000000 poll

  bench
  \t    55d0c0004000 prepare
  \t    55d0c0003000 main

  """

@Test func perfsSamplesAreCutAtTheMeasuredRound() {
  let profile = StageProfile(perfScript: perfText, program: "/tmp/bench", base: 0x55d0_c000_0000)
  #expect(profile.stacks.weights == [["innermost"]: 1, ["outer function", "innermost"]: 1, ["memcpy"]: 1])
  #expect(profile.addresses == [0x1010: 1, 0x1014: 1])
}

@Test func callgrindsCostsBelongToTheirCallersChain() {
  let text = """
    positions: instr line
    ob=/tmp/bench
    fn=inner'outer'runMeasuredRound'main
    0x10 0 5
    0x14 0 7
    cfn=leaf'inner'outer'runMeasuredRound'main
    calls=3 0x20 0
    0x14 0 900
    ob=/lib/libc.so
    fn=leaf'inner'outer'runMeasuredRound'main
    0x20 0 900
    ob=/tmp/bench
    fn=runMeasuredRound'main
    0x30 0 2
    totals: 914
    """
  let profile = StageProfile(callgrind: text, program: "/tmp/bench")
  #expect(profile.stacks.weights == [["outer", "inner"]: 12, ["outer", "inner", "leaf"]: 900])
  #expect(profile.addresses == [0x10: 5, 0x14: 7])
}

@Test func theHottestFunctionsAreThoseWithTheMostOfTheirOwn() {
  var stacks = FoldedStacks()
  stacks.add(["a", "b"], 5)
  stacks.add(["c", "b"], 6)
  stacks.add(["a"], 10)
  stacks.add([], 99)
  #expect(stacks.total == 21)
  #expect(stacks.hottest(1).map(\.name) == ["b"] && stacks.hottest(9).map(\.weight) == [11, 10])
}

@Test func aFlameGraphShowsEachFunctionWithItsShare() throws {
  var stacks = FoldedStacks()
  stacks.add(["outer<T>", "inner & co"], 30)
  stacks.add(["outer<T>"], 10)
  stacks.add(["tiny"], 0)
  let svg = FlameGraph(title: "book.update", unit: "samples", stacks: stacks).svg
  #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
  #expect(svg.contains("<title>outer&lt;T&gt;: 40 samples, 100.0%</title>"))
  #expect(svg.contains("<title>inner &amp; co: 30 samples, 75.0%</title>"))
  #expect(!svg.contains("tiny"))
  // The callee stands on its caller: a smaller y, and three quarters of its width.
  let boxes = svg.matches(of: /<title>(\w+)[^<]*<\/title><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/)
    .reduce(into: [String: (y: Double, width: Double)]()) { boxes, match in
      boxes[String(match.1)] = (Double(match.3) ?? 0, Double(match.4) ?? 0)
    }
  let (outer, inner) = (try #require(boxes["outer"]), try #require(boxes["inner"]))
  #expect(inner.y < outer.y && abs(inner.width / outer.width - 0.75) < 0.001)
}
