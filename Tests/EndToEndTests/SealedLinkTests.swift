// The sealed link from the command line: the same session as in clear, and keys that are looked after.
import Foundation
import Storage
import Testing
import TradingDomain

@Suite(.serialized) struct SealedLinkTests {
  @Test func aSealedPaperSessionLeavesTheJournalOfTheOneInClear() throws {
    let world = try GeneratedStore.shared.get()
    let keys = Scratch.path("keys")
    try TraderProgram.succeed(["keys", "new", keys])
    let clear = try world.run(speed: "max")
    let sealed = try world.run(speed: "max", ["--keys", keys])
    #expect(try JournalComparison.fills(clear) > 20)
    #expect(try JournalComparison.difference(clear, sealed) == nil)
  }

  @Test func keysAreMadeOnceAndShownWithoutTheirSecrets() throws {
    let keys = Scratch.path("above") + "/keys"
    try TraderProgram.succeed(["keys", "new", keys])
    let shown = try TraderProgram.run(["keys", "show", keys])
    #expect(shown.status == 0)
    for name in ["trader.key", "gateway.key", "link.psk"] {
      let secret = try String(contentsOfFile: "\(keys)/\(name)", encoding: .utf8).split(separator: " ").last ?? ""
      #expect(secret.count == 65 && !shown.output.contains(secret.prefix(16)), "\(name)")
    }
    for name in ["trader.pub", "gateway.pub"] {
      let key = try String(contentsOfFile: "\(keys)/\(name)", encoding: .utf8).split(separator: " ").last ?? ""
      #expect(shown.output.contains(key.dropLast()), "\(name)")
    }
    let again = try TraderProgram.run(["keys", "new", keys])
    #expect(again.status == 3 && again.errors.contains("never overwritten"))
  }

  @Test func unsafeKeysAndALinkInClearToOtherMachinesAreRefused() throws {
    let keys = Scratch.path("keys")
    try TraderProgram.succeed(["keys", "new", keys])
    chmod(keys + "/link.psk", 0o644)
    let open = try TraderProgram.run(["gateway", "--keys", keys])
    #expect(open.status == 3 && open.errors.contains("link.psk") && open.errors.contains("chmod 600"))
    let clear = try TraderProgram.run(["gateway", "--host", "0.0.0.0"])
    #expect(clear.status == 4 && clear.errors.contains("must be sealed"))
    let missing = try TraderProgram.run(["gateway", "--keys", Scratch.path("absent")])
    #expect(missing.status == 3 && missing.errors.contains("trader keys new"))
  }
}
