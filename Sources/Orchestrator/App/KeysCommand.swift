// `trader keys`: key files of the secure link, made and looked at.
import ArgumentParser
import CHotPath
import Foundation
import Gateway

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Makes and shows the keys of the secure link.",
    discussion: "What goes where, and how keys are changed: docs/how-to/secure-link.md.",
    subcommands: [NewKeysCommand.self, ShowKeysCommand.self])
}

extension LinkEnd: ExpressibleByArgument {
  /// `trader` or `gateway`.
  public init?(argument: String) {
    switch argument {
    case "trader": self = .trader
    case "gateway": self = .gateway
    default: return nil
    }
  }
}

extension GatewayEnvironment: ExpressibleByArgument {
  /// `simulator` or `real`.
  public init?(argument: String) {
    switch argument {
    case "simulator": self = .simulator
    case "real": self = .real
    default: return nil
    }
  }

  /// The word for it on the command line.
  public var defaultValueDescription: String { "\(self)" }
}

struct NewKeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Makes key files in a folder; existing ones are never overwritten.",
    discussion: """
      Without --name: the keys of both ends in one folder. With --name, on each end's own machine: only that end's, so
      that no secret key ever travels; the shared secret link.psk is made with the trader's.
      """)

  @Argument(help: "Folder for the keys of one pair of ends in one environment; made if missing.")
  var folder: String
  @Option(help: "Only the keys of this end: trader or gateway.")
  var name: LinkEnd?
  @Option(help: "Environment that the keys are for: simulator or real. Keys of one are refused in the other.")
  var environment = GatewayEnvironment.simulator

  func run() throws {
    // The folder itself is made with its own mode; those above it only where they are missing.
    let above = URL(fileURLWithPath: folder).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
    try LinkKeys.make(folder: folder, end: name, environment: environment)
    print(try KeysText.summary(folder: folder))
  }
}

struct ShowKeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows public keys, and fingerprints of the rest.",
    discussion: "Both ends belong together when both public keys and the secret's fingerprint are equal on both.")

  @Argument(help: "Folder of the keys.")
  var folder: String

  func run() throws { print(try KeysText.summary(folder: folder)) }
}

/// What of a key folder may be seen, as text.
enum KeysText {
  static func summary(folder: String) throws -> String {
    let summary = try LinkKeys.summary(folder: folder)
    let environment = GatewayEnvironment(rawValue: summary.environment).map { "\($0)" } ?? "none: no keys here"
    return """
      folder              \(folder)
      environment         \(environment)
      trader.pub          \(text(summary.trader_public, summary.has_trader_public))
      gateway.pub         \(text(summary.gateway_public, summary.has_gateway_public))
      link.psk            \(text(summary.secret_fingerprint, summary.has_shared_secret)) (fingerprint)
      trader.key          \(summary.has_trader_secret == 1 ? "present" : "not here")
      gateway.key         \(summary.has_gateway_secret == 1 ? "present" : "not here")
      """
  }

  private static func text<Field>(_ field: Field, _ isThere: UInt8) -> String {
    guard isThere == 1 else { return "not here" }
    return withUnsafeBytes(of: field) { bytes in
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
  }
}
