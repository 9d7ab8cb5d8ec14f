// Where a client's session is; the state table of docs/reference/protocol.md.

/// Phases of a session, in the order in which they pass.
@frozen package enum SessionPhase: UInt8, Comparable, Sendable {
  /// No connection; the link may be waiting or connecting.
  case offline = 0
  /// Offer of the key agreement sent (sealed links).
  case securing = 1
  /// Hello sent.
  case greeting = 2
  /// HelloReply accepted; AssetDefs are being counted.
  case defining = 3
  /// Subscribe sent; acknowledgements are being counted.
  case subscribing = 4
  /// Everything agreed; the snapshot has not ended.
  case synchronising = 5
  /// Snapshot complete: events flow, commands may be sent.
  case streaming = 6
  /// Over for good: the session ended, or failed beyond retry.
  case ended = 7

  package static func < (left: SessionPhase, right: SessionPhase) -> Bool { left.rawValue < right.rawValue }

  /// What the phase waits for, in words.
  var awaited: String {
    switch self {
    case .offline: return "the connection"
    case .securing: return "the answer to the key agreement"
    case .greeting: return "the answer to Hello"
    case .defining: return "the instrument definitions"
    case .subscribing: return "the acknowledgement of the subscriptions"
    case .synchronising: return "the end of the snapshot"
    case .streaming, .ended: return "the next event"
    }
  }
}
