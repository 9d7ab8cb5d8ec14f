// Capital split between instruments on the command line.

import Foundation
import QuantMath
import Testing

@Suite struct AllocateCommandTests {
  /// Results of two strategies of one kind, one of them four times as wild, and of a third that loses when they win.
  private func files(_ days: Int) throws -> [String] {
    var random = CounterRandom(seed: 5, purpose: "allocate")
    var lines = [["date,brl"], ["date,brl"], ["number,exit_time,net_brl"]]
    for day in 0..<days {
      let date = "20\(20 + day / 336)-\(day / 28 % 12 + 101)-\(day % 28 + 101)".replacing("-1", with: "-")
      let (common, own) = (random.nextGaussian(), random.nextGaussian())
      lines[0].append("\(date),\(10 * (common + own) + 1)")
      lines[1].append("\(date),\(40 * (common + random.nextGaussian()) + 4)")
      // Two trades a day.
      for _ in 0..<2 {
        lines[2].append("\(day),\(date)T16:00:00-03:00,\(-4 * common + 2 * random.nextGaussian() + 0.2)")
      }
    }
    return try zip(["calm", "wild", "hedge"], lines).map {
      "\($0)=" + (try Scratch.file("\($0).csv", $1.joined(separator: "\n") + "\n"))
    }
  }

  private static let space = """
    [[parameter]]
    name = "method"
    type = "category"
    values = ["equal", "inverse-variance", "risk-parity", "hierarchical", "minimum-tail"]
    [[parameter]]
    name = "lookback"
    type = "int"
    low = 20
    high = 80
    step = 20
    """

  @Test func theWildOneGetsLessAndTheSameSearchGoesOn() throws {
    let files = try files(260)
    let space = try Scratch.file("allocation.toml", Self.space)
    let study = Scratch.path("allocation.db")
    let line = ["allocate"] + files + ["--space", space, "--study", study, "--json"]
    let first = try TraderProgram.succeed(line + ["--trials", "10"]).output
    struct Result: Decodable {
      struct Search: Decodable {
        var trials: Int
      }

      var search: Search
      var units: [String: Double]
    }
    let result = try JSONDecoder().decode(Result.self, from: Data(first.utf8))
    let (calm, wild) = (try #require(result.units["calm"]), try #require(result.units["wild"]))
    #expect(wild < calm && wild > 0 && result.search.trials == 10)
    let more = try TraderProgram.succeed(line + ["--trials", "14", "--workers", "1"]).output
    #expect(try JSONDecoder().decode(Result.self, from: Data(more.utf8)).search.trials == 14)
  }

  @Test func wrongFilesAreRefusedByLine() throws {
    let files = try files(100)
    let space = try Scratch.file("allocation.toml", Self.space)
    func refusal(_ members: [String], _ space: String) throws -> String {
      let result = try TraderProgram.run(["allocate"] + members + ["--space", space, "--study", Scratch.path("no.db")])
      #expect(result.status == 3, "\(result)")
      return result.errors
    }
    let broken = "x=" + (try Scratch.file("broken.csv", "date,brl\n2020-01-01,5\n2020-01-02,many\n"))
    #expect(try refusal([files[0], broken], space).contains("broken.csv:3: '2020-01-02,many' is no result"))
    let headless = "x=" + (try Scratch.file("headless.csv", "a,b\n1,2\n"))
    #expect(try refusal([files[0], headless], space).contains(":1: the columns are 'a,b'"))
    #expect(try refusal([files[0], "x=/nowhere.csv"], space).contains("no such file"))
    #expect(try refusal([files[0], files[0]], space).contains("named twice"))
    let short = try self.files(20)
    #expect(try refusal(short, space).contains("sessions are too few"))
    let stranger = try Scratch.file("s.toml", "[[parameter]]\nname = \"depth\"\ntype = \"int\"\nlow = 1\nhigh = 2")
    #expect(try refusal(files, stranger).contains("'depth' is nothing of an allocation"))
  }
}
