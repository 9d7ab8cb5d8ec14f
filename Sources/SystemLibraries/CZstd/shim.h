// zstd: compressed market data.
#include <zstd.h>
