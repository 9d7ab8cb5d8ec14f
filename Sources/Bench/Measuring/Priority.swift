// Puts the measurement before the machine's other work: what shares a core with a spinning thread is measured else.

import Foundation
import Glibc

/// Raises this process's priority where that is allowed; where it is not, nothing happens.
///
/// Linux groups processes by session and shares a core among the groups, whatever the priorities inside them
/// (autogroup, sched(7)). A session of its own gives the process a group whose priority it may raise without raising
/// that of its caller's shell. The first line of each table shows the priority that was reached.
func raisePriority(inSessionOfItsOwn: Bool) {
  _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -20)
  guard inSessionOfItsOwn, setsid() >= 0, let group = fopen("/proc/self/autogroup", "w") else { return }
  fputs("-20", group)
  fclose(group)
}
