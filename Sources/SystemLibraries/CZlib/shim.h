// zlib: gzip-compressed market data.
#include <zlib.h>
