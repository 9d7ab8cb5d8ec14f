// Key files: made once, refused whenever somebody else could have read, written or exchanged them.
import CHotPath
import Foundation
import Testing

/// A folder of fresh simulator keys, removed at the end.
private final class KeyFolder {
  let path = NSTemporaryDirectory() + "keys-\(UUID().uuidString)"

  init(environment: Int = HP_ENVIRONMENT_SIMULATOR) throws {
    var report = hp_keys_report()
    try #require(Int(hp_keys_make(path, Int32(HP_KEYS_BOTH), Int32(environment), &report)) == HP_KEYS_OK)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func read(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

  func write(_ name: String, _ text: String) throws {
    // In place, so that mode and owner stay.
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file(name)))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// Verdict of opening as `end`, and the file it is about.
  func open(_ end: Int = HP_KEYS_TRADER, environment: Int = HP_ENVIRONMENT_SIMULATOR) -> (result: Int, file: String) {
    var report = hp_keys_report()
    var keys: UnsafePointer<hp_noise_keys>?
    let result = Int(hp_keys_open(path, Int32(end), Int32(environment), &keys, &report))
    if let keys { hp_keys_close(keys) }
    #expect((keys != nil) == (result == HP_KEYS_OK))
    let name = withUnsafeBytes(of: report.file) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return (result, name)
  }
}

private func mode(_ path: String) -> mode_t {
  var status = stat()
  stat(path, &status)
  return status.st_mode & 0o7777
}

@Test func newKeysOpenOnBothEndsAndBelongTogether() throws {
  let before = umask(0)
  defer { umask(before) }
  let folder = try KeyFolder()
  #expect(mode(folder.path) == 0o700)
  for name in ["trader.key", "gateway.key", "link.psk"] { #expect(mode(folder.file(name)) == 0o600, "\(name)") }
  for name in ["trader.pub", "gateway.pub"] { #expect(mode(folder.file(name)) == 0o644, "\(name)") }
  var report = hp_keys_report()
  var (trader, gateway): (UnsafePointer<hp_noise_keys>?, UnsafePointer<hp_noise_keys>?)
  #expect(hp_keys_open(folder.path, Int32(HP_KEYS_TRADER), Int32(HP_ENVIRONMENT_SIMULATOR), &trader, &report) == 0)
  #expect(hp_keys_open(folder.path, Int32(HP_KEYS_GATEWAY), Int32(HP_ENVIRONMENT_SIMULATOR), &gateway, &report) == 0)
  let (left, right) = (try #require(trader).pointee, try #require(gateway).pointee)
  #expect(bytes(of: left.own_public) == bytes(of: right.peer_public))
  #expect(bytes(of: left.peer_public) == bytes(of: right.own_public))
  #expect(bytes(of: left.shared_secret) == bytes(of: right.shared_secret))
  let client = try SealEnd(role: HP_NOISE_INITIATOR, keys: left)
  let server = try SealEnd(role: HP_NOISE_RESPONDER, keys: right)
  #expect(client.accept(server.answer(client.offer().record).record) == HP_SEAL_OK)
  hp_keys_close(try #require(trader))
  hp_keys_close(try #require(gateway))
  let another = try KeyFolder()
  for name in ["trader.key", "gateway.key", "link.psk"] { #expect(try folder.read(name) != another.read(name)) }
}

@Test func eachEndCanMakeItsOwnKeysAndTheSecretComesWithTheTraders() throws {
  let folder = NSTemporaryDirectory() + "keys-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: folder) }
  var report = hp_keys_report()
  #expect(hp_keys_make(folder, Int32(HP_KEYS_GATEWAY), Int32(HP_ENVIRONMENT_REAL), &report) == 0)
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["gateway.key", "gateway.pub"])
  #expect(hp_keys_make(folder, Int32(HP_KEYS_TRADER), Int32(HP_ENVIRONMENT_REAL), &report) == 0)
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 5)
}

@Test func keysAreNeverOverwritten() throws {
  let folder = try KeyFolder()
  let names = ["trader.key", "trader.pub", "gateway.key", "gateway.pub", "link.psk"]
  let before = try names.map(folder.read)
  var report = hp_keys_report()
  for end in [HP_KEYS_BOTH, HP_KEYS_TRADER, HP_KEYS_GATEWAY] {
    #expect(Int(hp_keys_make(folder.path, Int32(end), Int32(HP_ENVIRONMENT_SIMULATOR), &report)) == HP_KEYS_EXISTS)
  }
  // Even a link that leads nowhere counts as a file that is there.
  try FileManager.default.removeItem(atPath: folder.file("link.psk"))
  try FileManager.default.createSymbolicLink(
    atPath: folder.file("link.psk"), withDestinationPath: folder.file("elsewhere"))
  try FileManager.default.removeItem(atPath: folder.file("trader.key"))
  try FileManager.default.removeItem(atPath: folder.file("trader.pub"))
  #expect(
    Int(hp_keys_make(folder.path, Int32(HP_KEYS_TRADER), Int32(HP_ENVIRONMENT_SIMULATOR), &report)) == HP_KEYS_EXISTS)
  #expect(!FileManager.default.fileExists(atPath: folder.file("trader.key")))
  #expect(try Array(names[2...3]).map(folder.read) == Array(before[2...3]))
}

@Test func unsafeKeyFilesAreRefusedWithTheirName() throws {
  let manager = FileManager.default
  typealias Spoil = (KeyFolder, String) throws -> Void
  let zeros = String(repeating: "0", count: 64)
  let cases: [(Int, Spoil)] = [
    (HP_KEYS_MISSING, { try manager.removeItem(atPath: $0.file($1)) }),
    (
      HP_KEYS_SYMLINK,
      { folder, name in
        try manager.moveItem(atPath: folder.file(name), toPath: folder.file("real"))
        try manager.createSymbolicLink(atPath: folder.file(name), withDestinationPath: folder.file("real"))
      }
    ),
    (
      HP_KEYS_NOT_A_FILE,
      { folder, name in
        try manager.removeItem(atPath: folder.file(name))
        #expect(mkfifo(folder.file(name), 0o600) == 0)
      }
    ),
    (HP_KEYS_MODE, { chmod($0.file($1), 0o620) }),
    (HP_KEYS_MODE, { chmod($0.file($1), 0o666) }),
    (HP_KEYS_FORMAT, { try $0.write($1, "") }),
    (HP_KEYS_FORMAT, { try $0.write($1, String($0.read($1).dropLast(2)) + "\n") }),
    (HP_KEYS_FORMAT, { try $0.write($1, String($0.read($1).dropLast(1))) }),
    (HP_KEYS_FORMAT, { try $0.write($1, $0.read($1) + "x") }),
    (HP_KEYS_FORMAT, { try $0.write($1, $0.read($1) + String(repeating: "x", count: 10_000)) }),
    (HP_KEYS_FORMAT, { try $0.write($1, "TRDKEY2" + $0.read($1).dropFirst(7)) }),
    (HP_KEYS_ZERO, { try $0.write($1, String($0.read($1).dropLast(65)) + zeros + "\n") }),
    (HP_KEYS_KIND, { try $0.write($1, $0.read($1 == "link.psk" ? "trader.key" : "link.psk")) }),
    (HP_KEYS_ENVIRONMENT, { try $0.write($1, $0.read($1).replacingOccurrences(of: "simulator", with: "real")) }),
    (HP_KEYS_ENVIRONMENT, { try $0.write($1, $0.read($1).replacingOccurrences(of: "simulator", with: "simulato")) }),
  ]
  for name in ["trader.key", "gateway.pub", "link.psk"] {
    for (number, (expected, spoil)) in cases.enumerated() {
      let folder = try KeyFolder()
      #expect(folder.open().result == HP_KEYS_OK)
      try spoil(folder, name)
      let verdict = folder.open()
      #expect(verdict.result == expected, "case \(number) of \(name)")
      #expect(verdict.file == name, "case \(number)")
    }
  }
}

@Test func secretsMustHaveMode600AndNoOther() throws {
  let folder = try KeyFolder()
  for mode: mode_t in [0o400, 0o640, 0o604, 0o700, 0o2600, 0o644] {
    chmod(folder.file("link.psk"), mode)
    #expect(folder.open().result == HP_KEYS_MODE, "mode \(String(mode, radix: 8))")
  }
  chmod(folder.file("link.psk"), 0o600)
  chmod(folder.file("gateway.pub"), 0o444)
  #expect(folder.open().result == HP_KEYS_OK)
  for mode: mode_t in [0o770, 0o707] {
    chmod(folder.path, mode)
    let verdict = folder.open()
    #expect(verdict.result == HP_KEYS_MODE && verdict.file.isEmpty, "a folder others may write")
  }
}

@Test(.enabled(if: geteuid() == 0, "only root can give files to other users"))
func filesOfAnotherUserAreRefused() throws {
  for name in ["trader.key", "gateway.pub", "link.psk"] {
    let folder = try KeyFolder()
    try #require(chown(folder.file(name), 12_345, 12_345) == 0)
    #expect(folder.open() == (HP_KEYS_OWNER, name))
  }
  let folder = try KeyFolder()
  try #require(chown(folder.path, 12_345, 12_345) == 0)
  #expect(folder.open().result == HP_KEYS_OWNER)
}

@Test func keysOfAnotherEnvironmentAreRefused() throws {
  let folder = try KeyFolder(environment: HP_ENVIRONMENT_REAL)
  #expect(folder.open(environment: HP_ENVIRONMENT_REAL).result == HP_KEYS_OK)
  #expect(folder.open(environment: HP_ENVIRONMENT_SIMULATOR) == (HP_KEYS_ENVIRONMENT, "trader.key"))
}

@Test func whatMayBeSeenOfKeysHoldsNoSecret() throws {
  let folder = try KeyFolder()
  var (summary, report) = (hp_keys_summary(), hp_keys_report())
  #expect(hp_keys_show(folder.path, &summary, &report) == 0)
  #expect(Int(summary.environment) == HP_ENVIRONMENT_SIMULATOR)
  let shown = bytes(of: summary)
  for name in ["trader.key", "gateway.key", "link.psk"] {
    let secret = bytes(hexadecimal: String(try folder.read(name).dropLast().suffix(64)))
    #expect(secret.count == 32)
    for start in 0...(shown.count - 8) { #expect(Array(shown[start..<start + 8]) != Array(secret[..<8])) }
  }
  for name in ["trader.pub", "gateway.pub"] {
    let key = bytes(hexadecimal: String(try folder.read(name).dropLast().suffix(64)))
    #expect((0...(shown.count - 32)).contains { Array(shown[$0..<$0 + 32]) == key })
  }
  var other = hp_keys_summary()
  let another = try KeyFolder()
  #expect(hp_keys_show(another.path, &other, &report) == 0)
  #expect(bytes(of: other.secret_fingerprint) != bytes(of: summary.secret_fingerprint))
  try FileManager.default.removeItem(atPath: folder.file("gateway.key"))
  #expect(hp_keys_show(folder.path, &summary, &report) == 0)
  #expect(summary.has_gateway_secret == 0 && summary.has_gateway_public == 1)
}
