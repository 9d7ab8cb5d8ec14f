// liburing: io_uring from user space.
#include <liburing.h>
