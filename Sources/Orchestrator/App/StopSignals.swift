// SIGINT and SIGTERM pull the kill switch; a second one ends the process at once.
import Dispatch
import Glibc
import Risk

/// Watches for signals and for a kill file while a session runs.
final class StopSignals {
  private let killSwitch: KillSwitch
  private let killFile: String
  private var sources: [any DispatchSourceSignal] = []

  /// Any file appearing at `killFile` kills trading, too.
  init(killSwitch: KillSwitch, killFile: String) {
    self.killSwitch = killSwitch
    self.killFile = killFile
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
      source.setEventHandler { [killSwitch] in
        if killSwitch.isPulled { _exit(128 + number) }
        killSwitch.pull(.signal)
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Looks for the kill file; called by whoever watches the session.
  func poll() {
    if !killSwitch.isPulled, access(killFile, F_OK) == 0 { killSwitch.pull(.file) }
  }

  deinit { for source in sources { source.cancel() } }
}
