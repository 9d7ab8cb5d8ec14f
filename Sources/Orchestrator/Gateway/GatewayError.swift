// Why there is no session: each case says what, where, which value and what to do.
import CHotPath
import Glibc
import TradingDomain

/// A failure to open or keep a session with a gateway.
package enum GatewayError: Error, Hashable, Sendable {
  case hostUnknown(endpoint: String)
  /// `code` is a positive errno.
  case unreachable(endpoint: String, code: Int32)
  case connectTimeout(endpoint: String)
  case noAnswer(endpoint: String, waitingFor: String)
  case closedInHandshake(endpoint: String, waitingFor: String)
  case notAGateway(endpoint: String, detail: String)
  case version(endpoint: String, ours: UInt16, theirs: UInt16)
  case environment(endpoint: String, expected: GatewayEnvironment, found: UInt8)
  case noVirtualTime(endpoint: String)
  case instrumentMissing(endpoint: String, symbol: String)
  case instrumentMismatch(endpoint: String, symbol: String, detail: String)
  case fenced(endpoint: String, ours: UInt32)
  case refused(endpoint: String, code: UInt16, text: String)
  case malformed(endpoint: String, detail: String)
  case linkLost(endpoint: String, code: Int32)
  /// A link in clear to another machine.
  case plainOffLoopback(endpoint: String)
  /// Keys of another end or environment than the session's.
  case keysMisplaced(endpoint: String, folder: String)
  /// The key agreement failed; the other end does not say why, on purpose.
  case sealRefused(endpoint: String)
  /// What arrived on the sealed link was not what the other end sealed.
  case sealBroken(endpoint: String, detail: String)
  /// io_uring cannot be used; `code` is a positive errno.
  case ringUnavailable(code: Int32)
}

extension GatewayError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .hostUnknown(let endpoint):
      return "gateway \(endpoint): the host name does not resolve; check the configured host"
    case .unreachable(let endpoint, let code):
      return "gateway \(endpoint): cannot connect (\(GatewayError.text(code))); "
        + "start the gateway, or check host, port and firewall"
    case .connectTimeout(let endpoint):
      return "gateway \(endpoint): no answer to the connection attempt; check that the machine is up and reachable"
    case .noAnswer(let endpoint, let waited):
      return "gateway \(endpoint): connected, but \(waited) did not come in time; check the gateway's log"
    case .closedInHandshake(let endpoint, let waited):
      return "gateway \(endpoint): closed the connection before \(waited); "
        + "it may serve its greatest number of clients already, or want a sealed link (--keys): check its log"
    case .notAGateway(let endpoint, let detail):
      return "gateway \(endpoint): what answers there is not a trading gateway (\(detail)); check host and port"
    case .version(let endpoint, let ours, let theirs):
      return "gateway \(endpoint): speaks protocol version \(theirs), this program \(ours); install matching releases"
    case .environment(let endpoint, let expected, let found):
      let name = GatewayEnvironment(rawValue: found).map { "\($0)" } ?? "unknown (\(found))"
      return "gateway \(endpoint): its environment is \(name), configured is \(expected); "
        + "nothing was sent: correct the mode or the endpoint"
    case .noVirtualTime(let endpoint):
      return "gateway \(endpoint): does not grant virtual time; only a simulator does: run without it or against one"
    case .instrumentMissing(let endpoint, let symbol):
      return "gateway \(endpoint): does not offer \(symbol); check the instrument list on both ends"
    case .instrumentMismatch(let endpoint, let symbol, let detail):
      return "gateway \(endpoint): defines \(symbol) otherwise than this program (\(detail)); "
        + "trading on it would misprice every order: bring both ends to the same contract data"
    case .fenced(let endpoint, let ours):
      return "gateway \(endpoint): a newer run than ours (epoch \(ours)) holds the account; stop one of the two"
    case .refused(let endpoint, let code, let text):
      return "gateway \(endpoint): refused the session (error \(code): \(text))"
    case .malformed(let endpoint, let detail):
      return "gateway \(endpoint): sent what the protocol does not allow (\(detail)); install matching releases"
    case .linkLost(let endpoint, let code):
      return "gateway \(endpoint): the connection was lost (\(GatewayError.text(code)))"
    case .plainOffLoopback(let endpoint):
      return "gateway \(endpoint): a link to another machine must be sealed; give the folder of its keys "
        + "(`trader keys new`, docs/how-to/secure-link.md), or use a loopback address"
    case .keysMisplaced(let endpoint, let folder):
      return "gateway \(endpoint): the keys in \(folder) are of another end or environment than this session; "
        + "give the folder made for it"
    case .sealRefused(let endpoint):
      return "gateway \(endpoint): no agreement on keys; the two ends have different keys, environments or releases, "
        + "or only one of them seals: compare `trader keys show` on both"
    case .sealBroken(let endpoint, let detail):
      return "gateway \(endpoint): the sealed link was disturbed (\(detail)); nothing of it was used. If it happens "
        + "again, something between the two machines alters or injects bytes"
    case .ringUnavailable(let code):
      return "io_uring cannot be used (\(GatewayError.text(code))); run `trader doctor` for the reason and the cure"
    }
  }

  /// The system's words for a positive errno; 0 is an orderly end by the other side.
  static func text(_ code: Int32) -> String { code == 0 ? "closed by the other end" : String(cString: strerror(code)) }
}
