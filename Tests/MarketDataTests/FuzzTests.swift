// Seeded garbage through every parser: no crash, no lost row, no row from nothing.

import MarketData
import Testing
import TradingDomain

struct FuzzTests {
  /// A small keyed generator, so that a failing seed can be run again.
  struct Generator {
    var state: UInt64
    mutating func below(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
  }

  static let seeds: [(String, String)] = [
    (
      "WDO",
      "time,contract,open,high,low,close,contracts,adj\n"
        + (0..<40).map { "2021-11-05 12:\($0 + 10):00,WDOZ21,5565.0,5566.0,5559.5,5561.5,8330,1.01\n" }.joined()
    ),
    (
      "WDO",
      "Ativo;Data;time;open;high;low;close;Volume;Quantidade\n"
        + (0..<40).map {
          "WDOFUT;14/01/2022;18:\(49 - $0 / 2 * 1):00;5.553,500;5.555,500;5.553,000;5.553,500;64.209.120,00;1.156\n"
        }.joined()
    ),
    (
      "DOL",
      "<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\n"
        + (10..<50).map {
          "2020.04.02\t09:00:\($0).322\t5200.0\t5201.0\t5200.5\t5.00000000\n2020.04.02\t09:00:\($0).500\t\t5201.0\t\t\n"
        }
        .joined()
    ),
    (
      "PETRG10",
      "RH NEG                 2016-06-24 2016-06-24 000000042\n"
        + (10..<50).map {
          "2016-06-24;PETRG10                                           ;0000000010; 000000000000.340000;"
            + "000000000000000100;13:52:\($0).299;1;2016-06-24;1;2;1;2016-06-24;3;4;2;0;1;2\n"
        }.joined() + "RT NEG                 2016-06-24 2016-06-24 000000042\n"
    ),
  ]

  @Test(arguments: 0..<4)
  func damagedFilesAreRefusedOrFullyAccountedFor(_ kind: Int) throws {
    let (symbol, text) = Self.seeds[kind]
    let folder = try TemporaryFolder()
    var random = Generator(state: UInt64(kind + 1) &* 0x9E37_79B9_7F4A_7C15)
    let alphabet = Array("0123456789;,.\t\n\r :-<>\"RWDxé\0\u{7F}".utf8)
    var imported = 0
    for round in 0..<80 {
      var bytes = Array(text.utf8)
      for _ in 0...random.below(8) {
        let at = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[at] = alphabet[random.below(alphabet.count)]
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(alphabet[random.below(alphabet.count)], at: at)
        default: bytes[at] = UInt8(random.below(256))
        }
      }
      if random.below(10) == 0 { bytes.removeLast(random.below(bytes.count)) }
      var options = ImportOptions(
        source: try folder.file("fuzz", bytes), store: folder.path + "/store-\(round)", symbol: symbol)
      if symbol == "PETRG10" { options.tickSize = 0.01 }
      do {
        let report = try MarketImporter.run(options)
        imported += 1
        #expect(report.isBalanced, "round \(round)")
        #expect(try StoreInspection.check(MarketStore(root: options.store)).isSound, "round \(round)")
      } catch let error as ImportError {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(imported > 8, "the damage must leave some files readable, or the test tests nothing")
  }

  @Test func pureNoiseIsRefused() throws {
    let folder = try TemporaryFolder()
    var random = Generator(state: 77)
    for round in 0..<200 {
      let bytes = (0..<random.below(3000)).map { _ in UInt8(random.below(256)) }
      let options = ImportOptions(source: try folder.file("noise", bytes), store: folder.store, symbol: "WDO")
      #expect(throws: ImportError.self, "round \(round)") { try MarketImporter.run(options) }
    }
  }
}
