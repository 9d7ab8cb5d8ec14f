// jemalloc: the allocator, and its counters.
#include <jemalloc/jemalloc.h>
