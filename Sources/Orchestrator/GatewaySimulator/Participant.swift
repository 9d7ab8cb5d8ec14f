// A client as the session knows it, whether or not it is connected at the moment.

import CHotPath
import TradingDomain

/// What outlives a connection: the client's place at the venue, and everything numbered that it was told.
final class Participant {
  /// Name of its Hello: by it a client that comes back is recognised.
  let name: String
  /// Its index at the venue.
  let client: Int
  var fencingEpoch: UInt32
  var isVirtual: Bool
  /// Whether it may send orders.
  var mayTrade: Bool
  var disconnectPolicy: UInt8
  var kept = KeptFrames()
  /// Highest number of a command frame of this epoch.
  var commandSequence: UInt64 = 0
  /// Commands received since its last barrier acknowledgement: it tells the number, as a check.
  var commandsSinceBarrier: UInt64 = 0
  /// Highest barrier it has acknowledged.
  var barrier: UInt64 = 0
  /// Whether it has left for good: time no longer waits for it.
  var hasLeft = false
  /// CLOCK_MONOTONIC at which its connection broke; nil while connected.
  var lostAt: Int64?
  /// Slot of its connection.
  var slot: UInt32?
  /// Market, order and clock frames sent: EndOfSession tells the number.
  var events: UInt64 = 0
  var clocks: UInt64 = 0
  /// Market events by instrument index that its full queue did not take, to be told as a gap.
  var missed: [UInt64]

  init(
    name: String, client: Int, fencingEpoch: UInt32, isVirtual: Bool, mayTrade: Bool, disconnectPolicy: UInt8,
    instruments: Int
  ) {
    self.name = name
    self.client = client
    self.fencingEpoch = fencingEpoch
    self.isVirtual = isVirtual
    self.mayTrade = mayTrade
    self.disconnectPolicy = disconnectPolicy
    missed = Array(repeating: 0, count: instruments)
  }

  /// Flags of every frame to it.
  var flags: UInt8 { isVirtual ? UInt8(HP_FRAME_VIRTUAL_TIME) : 0 }
}

/// One connection of the server.
final class Connection {
  let slot: UInt32
  let generation: UInt32
  /// Nil until its Hello has been accepted.
  var participant: Participant?
  /// Streams that are on, by instrument index (bits `HP_STREAM_...`).
  var streams: [UInt16]
  let openedAt: Int64
  var lastReceived: Int64
  var lastSent: Int64
  /// `sent_monotonic` of the newest heartbeat received.
  var echo: Int64 = 0
  var heartbeat: Int64
  var dropped: UInt32 = 0
  /// CLOCK_MONOTONIC of the last Subscribe, or of the Hello before any.
  var lastSubscribe: Int64
  var subscriptions = 0
  /// Whether the snapshot has been sent: from then on events flow.
  var isStanding = false
  /// Number from which kept frames are sent again instead of a snapshot of orders; nil for a new session.
  var resumesFrom: UInt64?
  /// Whether goodbye or an error was said: what still comes in is ignored.
  var isFinishing = false

  init(slot: UInt32, generation: UInt32, instruments: Int, now: Int64, heartbeat: Int64) {
    self.slot = slot
    self.generation = generation
    streams = Array(repeating: 0, count: instruments)
    openedAt = now
    lastReceived = now
    lastSent = now
    lastSubscribe = now
    self.heartbeat = heartbeat
  }
}
